# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An engine more is a package, a template, and its name in both lists of engines; nothing else knows it.

A setting of the target that only it has is an input of the role `backup` beside that, as every setting is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from .checkout import ROOT, Checkout

if TYPE_CHECKING:
    from pathlib import Path

TOY = ROOT / "tests/engines/toy"
ENGINES = "plugins/module_utils/_engines"
LISTS = {f"{ENGINES}/planners.py": "planner", f"{ENGINES}/registry.py": "engine"}
HOST = {
    "tablekeeper_region": "eu-west-1",
    "tablekeeper_tables": ["orders", {"name": "ledger", "engine": "toy", "colour": "blue"}],
}


@pytest.fixture(name="checkout")
def fixture_checkout(tmp_path: Path) -> Checkout:
    """A checkout with the toy in it."""
    made = Checkout(tmp_path / "checkout", "plugins", "roles", "playbooks", "meta", "galaxy.yml")
    package = made.root / ENGINES / "toy"
    package.mkdir()
    for name in ("__init__.py", "engine.py", "planner.py"):
        (package / name).write_bytes((TOY / name).read_bytes())
    (made.root / "roles/backup/templates/toy.yaml.j2").write_bytes((TOY / "toy.yaml.j2").read_bytes())
    for file, module in LISTS.items():
        made.insert(file, "\nif TYPE_CHECKING:", f"from .toy import {module} as toy\n")
        made.insert(file, "    )\n}", "        toy,\n")
    return made


def render(checkout: Checkout, folder: Path, **changes: Any) -> tuple[int, str]:
    inventory = folder / "inventory.json"
    inventory.write_text(json.dumps({"all": {"hosts": {"target": {**HOST, **changes}}}}), encoding="utf-8")
    done = checkout.run(
        "ansible-playbook", "tablekeeper.dynamodb.render", "-i", str(inventory), "-e", f"render_to={folder}"
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.newest
def test_a_table_is_planned_and_rendered_with_it(checkout: Checkout, tmp_path: Path) -> None:
    code, said = render(checkout, tmp_path)
    assert code == 0, said
    written = tmp_path / "target"
    template = yaml.safe_load((written / "tablekeeper-toy-1.yaml").read_text(encoding="utf-8"))
    assert template["Resources"]["Toy"]["Properties"] == {
        "TopicName": "tablekeeper-toy-1-1",
        "DisplayName": "tablekeeper-toy-1-blue",
    }
    (row,) = json.loads(template["Outputs"]["Tables0"]["Value"])
    assert (row["name"], row["colour"]) == ("ledger", "blue")
    store = (written / "tablekeeper-store.yaml").read_text(encoding="utf-8")
    assert "role/tablekeeper-toy-1-player-${AWS::Region}" in store

    # Its own keys are checked, and its limits are told.
    bad = {"name": "ledger", "engine": "toy", "colour": "green", "timezone": "Europe/Berlin"}
    code, said = render(
        checkout,
        tmp_path,
        tablekeeper_toy_size=10,
        tablekeeper_tables=[bad, {"name": "users", "colour": "red"}],
    )
    assert code == 2
    for sentence in (
        'ledger: colour is \\"green\\", but it must be red or blue',
        "toys know no other time zone than UTC",
        "the export engine paints nothing: leave it out, or write engine: toy",
    ):
        assert sentence in said, said


@pytest.mark.newest
def test_what_it_wants_done_before_a_deployment_needs_no_module_of_its_own(checkout: Checkout) -> None:
    options = {"engines": {"toy": {"toys": ["tablekeeper-toy-1"]}}, "region": "eu-west-1"}
    done = checkout.run(
        "ansible", "localhost", "-m", "tablekeeper.dynamodb.prepare_deployment", "-a", json.dumps(options),
        "-e", "ansible_connection=local", "--check", "--diff",
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "-tablekeeper-toy-1: in a corner\n+tablekeeper-toy-1: on the table" in said
