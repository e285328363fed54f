# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What AWX 24.6.1 wants of a notification template, and how it checks that when one is saved.

It renders each message in Jinja's sandbox twice: strictly, with a stub, when the template is saved
(awx/api/serializers.py, NotificationTemplateSerializer), and leniently when it is sent: see sending.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .sending import STUB

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EVENTS = ("started", "success", "error", "workflow_approval")
APPROVALS = ("running", "approved", "timed_out", "denied")
KINDS = ("message", "body")
# The fields of each type, those that AWX has a default for aside.
CONFIGURATIONS: dict[str, dict[str, type]] = {
    "webhook": {
        "url": str,
        "http_method": str,
        "headers": dict,
        "username": str,
        "password": str,
        "disable_ssl_verification": bool,
    },
    "slack": {"token": str, "channels": list},
    "email": {
        "host": str,
        "port": int,
        "username": str,
        "password": str,
        "use_tls": bool,
        "use_ssl": bool,
        "sender": str,
        "recipients": list,
        "timeout": int,
    },
    "pagerduty": {"token": str, "service_key": str, "subdomain": str, "client_name": str},
}


def messages(template: Mapping[str, Any] | None) -> Iterator[tuple[str, str, str]]:
    """Every text of a template: where it stands, which kind it is, and the text."""
    for event, told in (template or {}).items():
        parts = {f"{event} {name}": part for name, part in (told or {}).items()}
        for where, part in parts.items() if event == "workflow_approval" else [(event, told)]:
            for kind, text in (part or {}).items():
                if text is not None:
                    yield where, kind, text


def message_errors(template: Mapping[str, Any] | None) -> list[str]:
    """Why AWX would refuse the messages when they are saved."""
    errors = [f"{event} is no event" for event in template or {} if event not in EVENTS]
    approvals = (template or {}).get("workflow_approval") or {}
    errors += [f"{event} is no event of an approval" for event in approvals if event not in APPROVALS]
    for where, kind, text in messages(template):
        if kind not in KINDS or not isinstance(text, str):
            errors.append(f"{where}: {kind} must be a message or a body, and text")
        elif kind == "message" and "\n" in text:
            errors.append(f"{where}: a message is one line")
        else:
            errors += [f"{where} {kind}: {why}" for why in _saving_errors(text)]
    return errors


class _Told(StrictUndefined):
    """An undefined value that cannot be printed either."""

    def __repr__(self) -> str:
        return str(self)  # which fails


def _saving_errors(text: str) -> Iterator[str]:
    try:
        ImmutableSandboxedEnvironment(undefined=_Told).from_string(text).render(STUB)
    except (TemplateError, TypeError) as error:
        yield f"it does not render when saved: {error}"


def is_a(kind: type, value: Any) -> bool:
    """Whether a value is of a type; to Python alone a boolean is a whole number."""
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def configuration_errors(kind: str, configuration: Any) -> list[str]:
    """Why AWX would refuse the configuration: what it lacks is filled in, and then always differs."""
    if kind not in CONFIGURATIONS:
        return [f"the type {kind} is not known here: add its fields to {__name__}"]
    if not isinstance(configuration, dict):
        return ["notification_configuration must be a mapping"]
    fields = CONFIGURATIONS[kind]
    errors = [
        f"{name} must be a {t.__name__}" for name, t in fields.items() if not is_a(t, configuration.get(name))
    ]
    errors += [f"{name} is no field of {kind}" for name in configuration if name not in fields]
    if kind == "webhook" and str(configuration.get("http_method")).lower() not in {"post", "put"}:
        errors.append("http_method must be POST or PUT")
    return errors
