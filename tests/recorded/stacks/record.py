# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Deploys ``HOSTS`` into the embedded AWS and records the stacks: the README above says when."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from local_aws.client.fixtures import Account
from local_aws.client.process import LocalAws
from tests.integration import state
from tests.integration.playbooks import Target

from . import ACCOUNT, HERE, HOSTS, REGION, TABLES, WITHOUT_RECOVERY

YEARS = 20 * 365 * 24 * 3600
TOLD = ("StackName", "Description", "Outputs", "Parameters", "Tags", "EnableTerminationProtection")


def record(account: Account) -> None:
    """Write a file for each stack."""
    described = state.pages(account.client("cloudformation"), "describe_stacks", "Stacks")
    for order, stack in enumerate(sorted(described, key=lambda each: each["CreationTime"])):
        name = stack["StackName"]
        told: dict[str, Any] = {"Order": order, **{key: stack[key] for key in TOLD if key in stack}}
        told["Template"] = state.template(account, name)
        (HERE / f"{name}.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    with LocalAws() as aws, TemporaryDirectory() as folder:
        # A pipeline keeps the start that it was deployed with, which AWS takes only while it lies ahead.
        aws.control("POST", "clock", advance_seconds=YEARS, step_seconds=YEARS)
        account = Account(aws, ACCOUNT, REGION)
        state.tables(account, *(name for name in TABLES if name not in WITHOUT_RECOVERY))
        state.tables(account, *WITHOUT_RECOVERY, pitr=False)
        Target(Path(folder), account).play_hosts("backup", HOSTS, "--forks", "1")
        record(account)


if __name__ == "__main__":
    main()
