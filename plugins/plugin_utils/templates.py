# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Renders the CloudFormation templates and state machines of a plan, on the machine where Ansible runs."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import yaml
from ansible.plugins.filter.core import FilterModule as CoreFilters

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.masking import masked_all
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.regions import (
    PARTITIONS,
    partition,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.planners import PLANNERS
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.dashboard import dashboard

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parents[2] / "roles" / "backup" / "templates"
_COMMENTS = re.compile(r"(?m)^[ \t]*(#.*)?\n")
_INDENTATION = re.compile(r"(?m)^[ \t]+")

Json = dict[str, Any]


def store(plan: Mapping[str, Any]) -> Json:
    """The template of the store of a plan (as data)."""
    shown = dashboard(plan) if plan["settings"]["dashboard"] else {}
    return _rendered("store", plan, dashboard=shown)


def machinery(plan: Mapping[str, Any], stack: Mapping[str, Any]) -> Json:
    """The template of one of the plan's stacks."""
    return _rendered(
        stack["engine"],
        plan,
        stack=stack,
        machine=machine(plan, stack),
        heartbeat=heartbeat(plan),
        save_settings=script("save_settings.sh"),
        check_data=script("check_data.sh"),
    )


def machine(plan: Mapping[str, Any], stack: Mapping[str, Any]) -> Json:
    """The state machine of a stack, if its engine has one."""
    own = plan["settings"]["engines"][stack["engine"]]
    return PLANNERS[stack["engine"]].machine(stack, own, lambda file: _definition(file, plan["region"]))


def heartbeat(plan: Mapping[str, Any]) -> Json:
    """The state machine that keeps heartbeats alive."""
    return _definition("heartbeat.asl.yaml", plan["region"])


def files(plan: Mapping[str, Any]) -> dict[str, str]:
    """What there is to review of a plan, as the contents of files by their names; webhooks are masked."""
    shown = masked_all(plan)
    written = {"plan.yaml": shown, f"{plan['store']}.yaml": masked_all(store(plan))}
    written |= {f"{stack['name']}.yaml": machinery(plan, stack) for stack in plan["stacks"]}
    machines = {
        f"{stack['name']}.asl.json": made for stack in plan["stacks"] if (made := machine(plan, stack))
    }
    machines["heartbeat.asl.json"] = heartbeat(plan)
    return {name: yaml.safe_dump(each, width=110) for name, each in written.items()} | {
        name: json.dumps(each, indent=2, sort_keys=True) + "\n" for name, each in machines.items()
    }


def _definition(file: str, region: str) -> Json:
    """Step Functions names its integrations in the partition it runs in."""
    text = _text(file).replace("arn:aws:states:::", f"arn:{partition(region)}:states:::")
    definition: Json = yaml.load(text, _loader())  # noqa: S506 - a safe loader, in C where there is one
    # Through JSON: what YAML's aliases share would be changed in all places at once.
    return dict(json.loads(json.dumps(definition)))


@cache
def script(file: str) -> str:
    """A shell script without comments and indentation, which would be in a template once for each table."""
    return _INDENTATION.sub("", _COMMENTS.sub("", _text(file)))


@cache
def _text(file: str) -> str:
    return (FOLDER / file).read_text(encoding="utf-8")


@cache
def _loader() -> Any:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def _environment() -> jinja2.Environment:
    # What is written is JSON or YAML: nothing there is to be escaped as HTML is.
    made = jinja2.Environment(trim_blocks=True, loader=jinja2.FileSystemLoader(FOLDER), autoescape=False)  # noqa: S701
    made.filters.update(CoreFilters().filters())
    made.globals["partitions"] = PARTITIONS
    return made


def _rendered(name: str, plan: Mapping[str, Any], **more: Any) -> Json:
    text = _environment().get_template(f"{name}.yaml.j2").render(plan=plan, settings=plan["settings"], **more)
    template: Json = yaml.load(text, _loader())  # noqa: S506 - a safe loader, in C where there is one
    return template
