# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Templates for review, without an account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import yaml

from .playbooks import Controller, host

if TYPE_CHECKING:
    from pathlib import Path


def test_render_writes_every_template_without_credentials_or_network(tmp_path: Path) -> None:
    # Whoever were to ask AWS would end at a closed port, and without credentials.
    nowhere = {"AWS_URL": "http://127.0.0.1:9", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    nothing = {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }
    controller = Controller(tmp_path, {**nowhere, **nothing})
    inventory = host("orders", {"name": "archive", "every": "1 week", "retention_days": 90})
    folder = tmp_path / "rendered"
    foreseen = controller.play("render", inventory, check=True, render_to=str(folder))
    assert foreseen.changed == 1
    assert not folder.exists()
    played = controller.play("render", inventory, render_to=str(folder))
    assert played.stats["tablekeeper_render"] == {
        "version": 1,
        "targets": {
            "target": {
                "succeeded": True,
                "msg": f"Wrote {folder}/target.",
                "check_mode": False,
                "job": {},
                "stacks": ["tablekeeper-export-1"],
                "tables": 2,
            }
        },
    }

    written = {path.relative_to(folder / "target").as_posix() for path in folder.rglob("*") if path.is_file()}
    assert written == {
        "plan.yaml", "tablekeeper-store.yaml", "tablekeeper-export-1.yaml", "tablekeeper-export-1.asl.json",
        "heartbeat.asl.json",
    }  # fmt: skip
    read = {name: (folder / "target" / name).read_text(encoding="utf-8") for name in written}
    assert {each["name"] for each in yaml.safe_load(read["plan.yaml"])["stacks"][0]["tables"]} == {
        "orders",
        "archive",
    }
    store = yaml.safe_load(read["tablekeeper-store.yaml"])
    prefixes = {
        each.get("Prefix")
        for each in store["Resources"]["Bucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    }
    assert {"retain-35d/", "retain-90d/"} <= prefixes
    machine = json.loads(read["tablekeeper-export-1.asl.json"])
    assert [each["name"] for each in machine["States"]["Tables"]["Assign"]["tables"]] == ["archive", "orders"]
    deployed = yaml.safe_load(read["tablekeeper-export-1.yaml"])["Resources"]["Machine"]["Properties"]
    assert json.loads(deployed["DefinitionString"]) == machine

    # A relative path begins where the user is.
    again = controller.play("render", inventory, render_to="rendered")
    assert again.changed == 0
    assert f"Wrote {folder}/target." in again.said.split("PLAY RECAP")[0]
    assert again.stats == played.stats
    refused = controller.play("render", inventory, fails=True)
    sentence = "render_to is not set, but it must be the directory where the templates go"
    assert sentence in refused.failures["target"]
    assert refused.stats["tablekeeper_render"]["targets"]["target"]["succeeded"] is False
