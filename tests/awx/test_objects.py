# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is shipped for AWX: AWX would take it, and it keeps the rules of this house."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zoneinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from plugins.module_utils._base.schedules import skipped_on

from .loading import REPOSITORY, ROOT, environment
from .objects import DATA, KINDS, put, read
from .rules import house, notifications, recurrences, surveys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .loading import Awx

Item = dict[str, Any]
# The modules that the load playbook gives the items to, and what of an item is for the playbook itself.
MODULES = {
    "controller_labels": "label",
    "controller_credentials": "credential",
    "controller_execution_environments": "execution_environment",
    "controller_notifications": "notification_template",
    "controller_projects": "project",
    "controller_inventories": "inventory",
    "controller_inventory_sources": "inventory_source",
    "controller_templates": "job_template",
    "controller_workflows": "workflow_job_template",
    "controller_schedules": "schedule",
}


@pytest.fixture(scope="module")
def removing(shop: dict[str, list[Item]]) -> set[str]:
    """The names of the templates that remove something."""
    return {item["name"] for item in shop["controller_templates"] if "teardown" in item["playbook"]}


def none(errors: Iterable[str]) -> None:
    assert "\n".join(errors) == ""


def test_awx_takes_them(awx: Awx, shop: dict[str, list[Item]]) -> None:
    none(put(awx.api, shop))


def test_two_accounts_in_one_awx(awx: Awx, shop: dict[str, list[Item]], bank: dict[str, list[Item]]) -> None:
    """Only the label is common."""
    none(put(awx.api, shop) + put(awx.api, {**bank, "controller_labels": []}))


def test_surveys(shop: dict[str, list[Item]]) -> None:
    items = [*shop["controller_templates"], *shop["controller_workflows"]]
    for item in items:
        if "survey_spec" in item:
            none(surveys.spec_errors(item["survey_spec"]))
            none(house.survey_errors(item["survey_spec"]))


def test_defaults_arrive(shop: dict[str, list[Item]]) -> None:
    """A default that AWX would drop is one that nobody gets."""
    for item in shop["controller_templates"]:
        spec = item.get("survey_spec", {"spec": []})
        asked = {question["variable"] for question in spec["spec"] if not question["required"]}
        assert set(surveys.defaults(spec)) == asked


def test_schedules(shop: dict[str, list[Item]], removing: set[str]) -> None:
    launched = [*shop["controller_templates"], *shop["controller_workflows"]]
    templates = {item["name"]: item for item in launched}
    assert shop["controller_schedules"]
    for schedule in shop["controller_schedules"]:
        none(recurrences.errors(schedule["rrule"]))
        none(house.schedule_errors(schedule, templates, removing))


def test_clocks_skip_no_schedule(shop: dict[str, list[Item]]) -> None:
    """Wherever they are, whoever has set no time: AWX leaves out a day on which the time does not exist."""
    for schedule in shop["controller_schedules"]:
        (at,) = re.findall(r"T(\d\d)(\d\d)00 ", schedule["rrule"])
        for timezone in zoneinfo.available_timezones():
            assert skipped_on(24, ":".join(at), timezone) is None, (schedule["name"], timezone)


def test_schedules_are_at_the_time_of_their_setting(tmp_path: Path) -> None:
    times: Item = {"tablekeeper_awx_status_at": "06:30", "tablekeeper_awx_nightly_at": "23:15"}
    times["tablekeeper_awx_drill_at"] = "10:45"
    status, nightly, drill = read(tmp_path, **times)["controller_schedules"]
    assert ":20260105T104500 " in drill["rrule"]
    assert ":20260101T063000 " in status["rrule"]
    assert ":20260101T231500 " in nightly["rrule"]


def test_schedules_are_switched_on_by_a_setting(tmp_path: Path) -> None:
    on = read(
        tmp_path, tablekeeper_awx_schedules="true", tablekeeper_awx_nightly=True, tablekeeper_awx_drills="yes"
    )
    assert [schedule["enabled"] for schedule in on["controller_schedules"]] == [True, True, True]


def test_notifications(shop: dict[str, list[Item]]) -> None:
    job, workflow = (item["messages"] for item in shop["controller_notifications"])
    for template in (job, workflow):
        none(notifications.message_errors(template))
        none(house.sending_errors(template))
    none(house.notification_errors(job, names_tables=True))
    none(house.notification_errors(workflow, names_tables=False))


def test_job_templates(shop: dict[str, list[Item]]) -> None:
    for template in shop["controller_templates"]:
        none(f"{template['name']}: {error}" for error in house.template_errors(template))


def test_workflows(shop: dict[str, list[Item]], removing: set[str]) -> None:
    for workflow in shop["controller_workflows"]:
        none(f"{workflow['name']}: {error}" for error in house.workflow_errors(workflow, removing))


def test_every_playbook_has_a_job_template(shop: dict[str, list[Item]]) -> None:
    playbooks = {path.name for path in (ROOT / "playbooks").glob("*.yml") if not path.stem.startswith("awx_")}
    found = [Path(item["playbook"]) for item in shop["controller_templates"]]
    assert {path.name for path in found} == playbooks
    assert all((REPOSITORY / path).is_file() for path in found)


def test_playbook_gives_each_item_to_its_module(shop: dict[str, list[Item]]) -> None:
    """No key of an item is unknown to the module, and none is left out by the playbook."""
    known = documented([*MODULES.values(), "workflow_job_template_node"])
    loaded = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "playbooks/tasks/awx").glob("*.yml")
    )
    for kind, module in MODULES.items():
        keys = {key for item in shop[kind] for key in item} - {"simplified_workflow_nodes"}
        assert keys <= known[module]
        assert not [key for key in keys if f"object.{key}" not in loaded]
    nodes = [node for item in shop["controller_workflows"] for node in item["simplified_workflow_nodes"]]
    keys = {key for node in nodes for key in node}
    assert keys <= known["workflow_job_template_node"]
    assert not [key for key in keys if f"node.1.{key}" not in loaded]
    assert set(MODULES) == set(KINDS)


def documented(modules: list[str]) -> dict[str, set[str]]:
    """The options of AWX's modules."""
    command = [str(Path(sys.executable).with_name("ansible-doc")), "--json", "-t", "module"]
    done = subprocess.run(
        [*command, *(f"awx.awx.{module}" for module in modules)],
        env=environment("http://127.0.0.1"),
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(done.stdout)
    return {module: set(said[f"awx.awx.{module}"]["doc"]["options"]) for module in modules}


def test_files_on_disk_are_the_ones_in_use() -> None:
    """Surveys by their name, texts by the name that is theirs and the kind of body."""
    setup = (DATA / "setup.yml").read_text(encoding="utf-8")
    surveys_there = {path.name for path in (DATA / "template_surveys").iterdir()}
    assert surveys_there
    assert not [name for name in surveys_there if f"/template_surveys/{name}" not in setup]
    texts = {path.stem for path in (DATA / "template_notifications").iterdir()}
    heads = {name for name in texts if "_" not in name}
    assert texts == heads | {f"{name}_{kind}" for name in heads for kind in ("message", "json", "text")}
    assert not [name for name in heads if f"/{name}.j2" not in setup]
