# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs between the settings that a table should have and those that it has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .document import Key, Settings, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

# What is another one in every table, and no setting.
OWN = frozenset({"arn", "id", "stream_arn", "saved_at", "execution"})
POLICIES = ("policy", "stream_policy")
STREAM = "(the stream)"


@dataclass(frozen=True)
class Difference:
    """One setting that is otherwise; None where there is none."""

    path: str
    expected: Any
    actual: Any
    why: str = ""  # empty: nobody knows why


def differences(
    expected: Settings, actual: Settings, reasons: Mapping[str, str] | None = None
) -> list[Difference]:
    """All of them. Reasons are by path, and hold for what is below it as well."""
    found: list[Difference] = []
    for each in fields(Settings):
        if each.name not in OWN:
            one, other = _value(expected, each.name), _value(actual, each.name)
            found += _between(each.name, one, other, reasons or {})
    return found


def _value(settings: Settings, name: str) -> Any:
    """A setting; of a policy what it says, and not how that is written."""
    found = getattr(settings, name)
    if name not in POLICIES or isinstance(found, Unknown) or not found:
        return found
    text = found.replace(settings.stream_arn, STREAM) if settings.stream_arn else found
    try:
        return json.dumps(json.loads(text), sort_keys=True)
    except ValueError:
        return text


def _between(path: str, expected: Any, actual: Any, reasons: Mapping[str, str]) -> Iterator[Difference]:
    if expected == actual:
        return
    parts, others = _parts(expected), _parts(actual)
    if parts is None or others is None:
        yield Difference(path, _shown(expected), _shown(actual), _why(path, expected, actual, reasons))
        return
    for name in dict.fromkeys([*parts, *others]):
        yield from _between(f"{path}{name}", parts.get(name), others.get(name), reasons)


def _parts(value: Any) -> dict[str, Any] | None:
    """What a value is made of, by what is added to its path; None of what is compared as a whole."""
    if isinstance(value, Unknown):
        return None
    if is_dataclass(value):
        return {f".{each.name}": getattr(value, each.name) for each in fields(value)}
    if isinstance(value, Mapping):
        return {f"[{key}]": each for key, each in value.items()}
    if isinstance(value, tuple) and not any(isinstance(each, Key) for each in value):
        return {f"[{_identity(each)}]": each for each in value}
    return None


def _identity(item: Any) -> str:
    if isinstance(item, Mapping):
        return str(item.get("RegionName", ""))
    return str(getattr(item, "identity", item))


def _why(path: str, expected: Any, actual: Any, reasons: Mapping[str, str]) -> str:
    """The nearest reason, or why nobody can tell."""
    above = [known for known in reasons if path == known or path.startswith((f"{known}.", f"{known}["))]
    if above:
        return reasons[max(above, key=len)]
    unknown = next((each for each in (expected, actual) if isinstance(each, Unknown)), None)
    return f"it is not known: {unknown.why}" if unknown else ""


def _shown(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, Unknown):
        return {"unknown": value.why}
    if is_dataclass(value):
        return {each.name: _shown(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [_shown(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value != "" else None
