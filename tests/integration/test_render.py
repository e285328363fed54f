# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Templates for review, without an account."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import yaml

from tests.forking import program

from .playbooks import ROOT, Controller, environment, host

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
    hook = {"protocol": "https", "endpoint": "https://hooks.example.com/services/KEY"}
    inventory = host("orders", {"name": "archive", "every": "1 week", "retention_days": 90}, alerts=[hook])
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
                "account_id": "",
                "region": "eu-west-1",
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
    shown = "https://hooks.example.com/***"
    read = {name: (folder / "target" / name).read_text(encoding="utf-8") for name in written}
    assert {each["name"] for each in yaml.safe_load(read["plan.yaml"])["stacks"][0]["tables"]} == {
        "orders",
        "archive",
    }
    # What is for review must not tell the key of a webhook.
    assert "KEY" not in "".join(read.values()) + played.stdout
    assert shown in read["plan.yaml"]
    assert shown in read["tablekeeper-store.yaml"]
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
    twice = controller.play("render", inventory | {"tablekeeper_poll_seconds": 0}, fails=True)
    head, *told = twice.failures["target"].splitlines()
    assert head == "2 mistakes in the tablekeeper variables; nothing was changed:"
    assert [each.split(" is ")[0] for each in told] == ["- render_to", "- tablekeeper_poll_seconds"]
    assert refused.stdout.count("fatal: [target]") == 1
    assert refused.stats["tablekeeper_render"]["targets"]["target"]["succeeded"] is False


def test_a_checkout_s_own_playbooks_find_the_collection_or_say_what_to_do(tmp_path: Path) -> None:
    env = {name: value for name, value in environment({}).items() if name != "ANSIBLE_COLLECTIONS_PATH"}
    (tmp_path / "inventory.json").write_text(
        json.dumps({"all": {"hosts": {"target": host("orders")}}}), encoding="utf-8"
    )

    def played(playbook: str, where: Path) -> subprocess.CompletedProcess[str]:
        book = str(ROOT / f"playbooks/{playbook}.yml")
        words = ["-i", str(tmp_path / "inventory.json"), "-e", f"render_to={tmp_path}"]
        return subprocess.run(
            [program("ansible-playbook"), book, *words],
            cwd=where,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    assert played("render", ROOT).returncode == 0
    for playbook in ("render", "backup"):
        lost = played(playbook, tmp_path)
        assert lost.returncode != 0
        assert "Not found? Run `make setup` and start in the checkout" in lost.stdout + lost.stderr
