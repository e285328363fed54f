# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Renders the templates as the role does, many times a second."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import yaml
from ansible.plugins.filter.core import FilterModule as Core

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan import Plan, as_data

FOLDER = Path(__file__).parents[3] / "roles" / "backup" / "templates"


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(trim_blocks=True, loader=jinja2.FileSystemLoader(FOLDER), autoescape=False)
    made.filters.update(Core().filters())
    return made


def script(name: str) -> str:
    """A shell script without comments and indentation."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    return re.sub(r"(?m)^[ \t]+", "", re.sub(r"(?m)^[ \t]*(#.*)?\n", "", text))


def machine(name: str) -> dict[str, Any]:
    """A state machine as it is written."""
    written: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.asl.yaml").read_text(encoding="utf-8"))
    return written


def machinery(plan: Plan, number: int = 0, **machines: Any) -> dict[str, Any]:
    """The template of a plan's stack."""
    stack = as_data(plan)["stacks"][number]
    return _rendered(
        stack["engine"],
        plan,
        stack=stack,
        machine=machines.get("export", {}),
        heartbeat=machines.get("heartbeat", {}),
        save_settings=script("save_settings.sh"),
        check_data=script("check_data.sh"),
    )


def store(plan: Plan) -> dict[str, Any]:
    """The template of a plan's store."""
    return _rendered("store", plan)


def _rendered(name: str, plan: Plan, **more: Any) -> dict[str, Any]:
    data = as_data(plan)
    text = _environment().get_template(f"{name}.yaml.j2").render(plan=data, settings=data["settings"], **more)
    template: dict[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return template
