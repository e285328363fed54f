# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A restore in an account whose calls are throttled throughout: it gets through, and all is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import restore
from local_aws.client import samples
from local_aws.server.environment import environment
from tests.unit.support import restorable
from tests.unit.support.sleeping import without_waiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.faults import Faults
    from local_aws.client.fixtures import Account

    Play = Callable[..., dict[str, Any]]

NAME = "customers-again"
ERROR = {"code": "ThrottlingException", "status": 400}
RULES = tuple(
    {"service": "dynamodb", **which, "error": ERROR, "sequence": {"fail": 1, "pass": passing}}
    for which, passing in (({"operation": "BatchWriteItem"}, 1), ({}, 2))
)


@pytest.mark.newest
@pytest.mark.parametrize("way", ["load", "import"])
def test_every_third_call(
    account: Account, play: Play, faults: Faults, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """botocore tries again by itself, as it does for users."""
    sample = next(each for each in samples.samples() if each.name == "customers")
    made = restorable.backed_up(account, sample)
    before = restorable.items(account, "customers")
    made.delete_table()
    faults.set(*RULES)
    for name, value in environment(faults.url, account.id, account.region).items():
        monkeypatch.setenv(name, value)
    without_waiting(monkeypatch)
    answer = play(restore, table="customers", to=NAME, bucket=made.bucket, way=way, wait_sleep=0.05)
    fired = [each["operation"] for each in faults.fired()]
    faults.set()
    assert len(fired) > 3
    assert ("BatchWriteItem" in fired) == (way == "load")
    assert answer.get("succeeded"), answer["msg"]
    assert restorable.items(account, NAME) == before
