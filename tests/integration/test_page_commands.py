# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whoever runs the commands of the status page, from top to bottom, is rid of the reasons beside them."""

from __future__ import annotations

import html
import json
import re
import shlex
from typing import TYPE_CHECKING

import pytest

from tests.forking import program

from . import standing, state
from .playbooks import QUICK, host

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

    from .playbooks import Target

pytestmark = [pytest.mark.newest, pytest.mark.slow]

TABLES = ("catalog", "orders")
# What a drill and a restore take from the inventory of a test.
QUICKLY = {**QUICK, "restore_poll_seconds": 0.1}


def judged(target: Target) -> tuple[dict[str, set[str]], list[str]]:
    """The codes of each table that make it unhealthy, and the commands of the page."""
    page = {"status_html": "page.html", "status_json_file": "page.json"}
    target.play("status", host(*TABLES), fails=True, **page)
    told = json.loads((target.folder / "page.json").read_text(encoding="utf-8"))
    codes = {
        table["table"]: {each["code"] for each in table["reasons"] if not each["note"]}
        for table in told["tables"]
    }
    text = (target.folder / "page.html").read_text(encoding="utf-8")
    return codes, [html.unescape(each) for each in re.findall(r'<code class="command">(.*?)</code>', text)]


def follow(target: Target, command: str) -> None:
    first, *rest = shlex.split(command)
    words = [str(target.folder / "inventory.json") if word == "INVENTORY" else word for word in rest]
    target.run([program(first), *words, "-e", json.dumps(QUICKLY)])


def test_what_is_wrong_with_tables_ends_with_the_commands(target: Target, account: Account) -> None:
    state.tables(account, *TABLES)
    standing.first_backup(account, host(*TABLES))
    standing.run(account, *TABLES)
    dynamodb = account.client("dynamodb")
    dynamodb.delete_table(TableName="catalog")
    off = {"PointInTimeRecoveryEnabled": False}
    dynamodb.update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification=off)

    codes, commands = judged(target)
    assert {"table_missing"} <= codes["catalog"]
    assert {"recovery_off"} <= codes["orders"]
    for command in dict.fromkeys(commands):
        follow(target, command)
    # Somebody has to be named for that, which no command does.
    assert judged(target) == ({name: {"no_confirmed_subscriber"} for name in TABLES}, [])
