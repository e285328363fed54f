# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Renders status pages, on the machine where Ansible runs."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.page_days import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.page import Page

FOLDER = Path(__file__).parents[2] / "roles" / "status" / "templates"


def found(
    hostvars: Mapping[str, Any], hosts: Sequence[str], host: str
) -> tuple[str, dict[str, Mapping[str, Any] | None]]:
    """The page that a host asks for, and what the targets found that share it.

    What a target wants whose inputs have mistakes is not known: it is a row of every page.
    """
    path = wanted(hostvars[host])
    return path or "", {
        name: hostvars[name].get("__status_found") or None
        for name in hosts
        if wanted(hostvars[name]) in {path, None} and _is_target(hostvars[name])
    }


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
