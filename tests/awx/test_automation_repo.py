# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The example repository: Ansible and AWX can read it."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.forking import program

from .loading import REPOSITORY, ROOT, environment
from .stand_in.projects import playbooks

ACCOUNTS = sorted(path.stem for path in (REPOSITORY / "inventory").glob("*.yml"))
NAMES = sorted(path.stem for path in (REPOSITORY / "playbooks").glob("*.yml"))
FOR_A_SHELL = yaml.safe_load((REPOSITORY / "requirements-shell.yml").read_text(encoding="utf-8"))
# What AWX installs at each update of a project, and fails if it cannot (awx/playbooks/project_update.yml).
READ_BY_AWX = [
    f"{place}requirements.{ending}" for place in ("", "roles/", "collections/") for ending in ("yml", "yaml")
]


def run(name: str, *words: str) -> str:
    command = [program(name) if name == "ansible-playbook" else Path(sys.executable).with_name(name), *words]
    done = subprocess.run(
        command,
        cwd=REPOSITORY,
        env=environment("http://127.0.0.1"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.returncode, done.stdout + done.stderr
    return done.stdout


@functools.cache
def hosts(account: str) -> dict[str, Any]:
    said = json.loads(run("ansible-inventory", "-i", f"inventory/{account}.yml", "--list"))
    found: dict[str, Any] = said["_meta"]["hostvars"]
    return found


@pytest.mark.parametrize("account", ACCOUNTS)
def test_inventory(account: str) -> None:
    """Each host is a target with tables; the modules run where Ansible does."""
    found = hosts(account)
    assert found
    for variables in found.values():
        assert variables["ansible_connection"] == "local"
        assert variables["ansible_python_interpreter"] == "{{ ansible_playbook_python }}"
        assert {"tablekeeper_region", "tablekeeper_tables", "tablekeeper_alerts"} <= set(variables)
    run("ansible-playbook", "playbooks/backup.yml", "-i", f"inventory/{account}.yml", "--syntax-check")


def test_settings_belong_to_inventories() -> None:
    """One for each account, by another name for each."""
    settings = {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in (REPOSITORY / "awx").glob("*.yml")
    }
    assert sorted(settings) == ACCOUNTS
    for account, given in settings.items():
        assert given["tablekeeper_awx_inventory_path"] == f"inventory/{account}.yml"
    assert len({given["tablekeeper_awx_name"] for given in settings.values()}) == len(ACCOUNTS)


def test_plan_of_every_table(tmp_path: Path) -> None:
    """What the inventories say makes templates."""
    for account in ACCOUNTS:
        inventory = f"inventory/{account}.yml"
        run("ansible-playbook", "playbooks/render.yml", "-i", inventory, "-e", f"render_to={tmp_path}")
    assert {path.name for path in tmp_path.iterdir()} == {name for one in ACCOUNTS for name in hosts(one)}


def test_playbooks_lead_to_the_collection() -> None:
    paths = [f"playbooks/{name}.yml" for name in NAMES]
    said = run("ansible-playbook", *paths, "-i", "inventory/shop.yml", "--list-tasks")
    listed = dict(zip(paths, said.split("\nplaybook: ")[1:], strict=True))
    for path, tasks in listed.items():
        (play,) = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
        assert tasks.startswith(path)
        assert play["name"] in tasks


def test_awx_offers_the_playbooks() -> None:
    """And the inventories, since they have a line that begins with `hosts:`."""
    ours = {f"playbooks/{name}.yml" for name in NAMES}
    assert playbooks(REPOSITORY) == ours | {f"inventory/{account}.yml" for account in ACCOUNTS}


def test_names_only_what_can_be_installed() -> None:
    """In the versions of the execution environment; what is on no Galaxy comes as a file."""
    path = ROOT / "playbooks/awx/execution-environment.yml"
    built = yaml.safe_load(path.read_text(encoding="utf-8"))["dependencies"]["galaxy"]["collections"]
    others = [one for one in built if one["name"] != "tablekeeper.dynamodb"]
    assert FOR_A_SHELL["collections"] == others


def test_awx_installs_nothing() -> None:
    assert not [name for name in READ_BY_AWX if (REPOSITORY / name).exists()]
