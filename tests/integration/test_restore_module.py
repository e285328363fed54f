# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module restore in a play of one's own: its lines, its end by Ctrl-C, and its second call."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.client import samples
from tests.unit.support import restorable

from .playbooks import environment
from .test_old_boto3 import PYTHON

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account
    from tests.unit.support.restorable import BackedUp

NAME = "orders-again"
ITEMS = 150
SECONDS = 90


def command(folder: Path, made: BackedUp, python: str = "", **options: Any) -> list[str]:
    """A play with one task, whose module runs in this Python."""
    given = {"region": "eu-west-1", "table": "orders", "to": NAME, "bucket": made.bucket, "wait_sleep": 0.1}
    task = {"name": "Restore", "tablekeeper.dynamodb.restore": given | options}
    variables = {"ansible_python_interpreter": python or "{{ ansible_playbook_python }}"}
    play = {"name": "Night", "hosts": "localhost", "gather_facts": False, "vars": variables, "tasks": [task]}
    path = folder / "play.yml"
    path.write_text(json.dumps([play]), encoding="utf-8")
    return [str(Path(sys.executable).with_name("ansible-playbook")), str(path)]


def begun(account: Account, arguments: list[str]) -> subprocess.Popen[str]:
    env = environment(account.env()) | {"PYTHONUNBUFFERED": "1"}
    env.pop("ANSIBLE_INVENTORY_ENABLED")
    return subprocess.Popen(
        arguments,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def read_until(play: subprocess.Popen[str], text: str) -> str:
    """What a play says up to the line with this text."""
    assert play.stdout
    said, end = "", time.monotonic() + SECONDS
    while text not in said:
        assert time.monotonic() < end, said
        line = play.stdout.readline()
        assert line, said
        said += line
    return said


@pytest.fixture(name="made")
def fixture_made(account: Account) -> BackedUp:
    made = restorable.backed_up(account, samples.simple("orders", ITEMS))
    made.delete_table()
    return made


def test_ended_while_it_loads_and_called_again(account: Account, made: BackedUp, tmp_path: Path) -> None:
    slowly = command(tmp_path, made, max_write_units_per_second=1)  # for two minutes
    play = begun(account, slowly)
    said = read_until(play, "load: writing the items")
    assert f"{NAME}: if this ends too early: To go on, call it again" in said
    assert f"aws dynamodb delete-table --region eu-west-1 --table-name {NAME}" in said
    os.killpg(play.pid, signal.SIGINT)
    play.communicate(timeout=SECONDS)
    assert play.returncode
    again = begun(account, command(tmp_path, made))
    told, _nothing = again.communicate(timeout=SECONDS)
    assert again.returncode == 0, told
    assert "going on with what was begun" in told
    assert len(restorable.items(account, NAME)) == ITEMS


@pytest.mark.newest  # it is about boto3, not about Ansible
@pytest.mark.parametrize("way", ["load", "import"])
def test_with_the_oldest_boto3(account: Account, made: BackedUp, tmp_path: Path, way: str) -> None:
    play = begun(account, command(tmp_path, made, PYTHON, way=way))
    told, _nothing = play.communicate(timeout=SECONDS)
    assert play.returncode == 0, told
    assert len(restorable.items(account, NAME)) == ITEMS
