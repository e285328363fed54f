# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Renders status pages, on the machine where Ansible runs."""

from __future__ import annotations

import base64
import hashlib
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from ansible.errors import AnsibleError

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.mistakes import NotAllowedError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs import checks
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.selection import entry_names
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.page import (
    LEFT_OUT,
    NOT_YET,
    unasked,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.page_days import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.page import Page

FOLDER = Path(__file__).parents[2] / "roles" / "status" / "templates"


def found(hostvars: Mapping[str, Any], hosts: Sequence[str], host: str) -> tuple[str, dict[str, Any]]:
    """The page that a host asks for, and what the targets found that share it.

    What a target wants whose inputs have mistakes is not known: it is a row of every page. Hosts of the
    inventory that are not in this play are on the page that they name, so that none vanishes silently.
    """
    path = wanted(hostvars[host]) or ""
    told = {
        name: _told(hostvars[name], NOT_YET)
        for name in hosts
        if wanted(hostvars[name]) in {path, None} and _is_target(hostvars[name])
    }
    for name in set(hostvars).difference(hosts) if path else ():
        if _is_target(hostvars[name]) and _names(hostvars[name]) == path:
            told[name] = _told(hostvars[name], LEFT_OUT)
    return path, {name: told[name] for name in [*hosts, *hostvars] if name in told}


def is_left(hostvars: Mapping[str, Any], batch: Iterable[str], path: str) -> bool:
    """Whether a page is left as it is, since one of those that share it has judged but some of its tables."""
    return any(selects(hostvars[name]) and wanted(hostvars[name]) == path for name in batch)


def selects(variables: Mapping[str, Any]) -> bool:
    """Whether a host judges but the tables that were named."""
    return bool((variables.get("__status_inputs") or {}).get("tables"))


def is_complete(hostvars: Mapping[str, Any], hosts: Sequence[str], path: str) -> bool:
    """Whether all of these hosts that share a page have been asked."""
    return not any(
        wanted(hostvars[name]) in {path, None}
        and _is_target(hostvars[name])
        and not hostvars[name].get("__status_found")
        for name in hosts
    )


def rendered(page: Page) -> str:
    """A page as HTML, in which everything that came from AWS or from people is text."""
    return _environment().get_template("page.html.j2").render(page=page)


def wanted(variables: Mapping[str, Any]) -> str | None:
    """The page that a host asks for: empty if none, None if its inputs have mistakes."""
    inputs = variables.get("__status_inputs") or {}
    return str(inputs["html"]) if "html" in inputs else None


def _is_target(variables: Mapping[str, Any]) -> bool:
    """Whether it was asked, or would be."""
    return "__status_inputs" in variables or "tablekeeper_region" in variables


def _told(variables: Mapping[str, Any], otherwise: str) -> Mapping[str, Any]:
    """What a target found; where nothing is known, at least the tables that it lists."""
    answer = variables.get("__status_found") or {}
    if answer and answer.get("asked", True):
        return answer
    return {**unasked("" if answer else otherwise, _listed(variables)), **answer}


def _names(variables: Mapping[str, Any]) -> str:
    """The page that a host would ask for if it were in the play; empty if that cannot be said."""
    with suppress(AnsibleError, NotAllowedError):
        given = variables.get("status_html") or ""
        return checks.page(given) if str(given).strip() else ""
    return ""


def _listed(variables: Mapping[str, Any]) -> list[str]:
    with suppress(AnsibleError, NotAllowedError):
        inputs = variables.get("__status_inputs") or {}
        entries = inputs.get("expected", variables.get("tablekeeper_tables"))
        return [name for name in entry_names(list(entries or [])) if name]
    return []


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    digest = hashlib.sha256(_own("page.js").encode()).digest()
    made.filters["minute"] = shown
    made.globals |= {
        "style": _own("page.css"),
        "script": _own("page.js"),
        "script_hash": base64.b64encode(digest).decode(),
    }
    return made


def _own(file: str) -> str:
    return (FOLDER / file).read_text(encoding="utf-8")
