# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module whole, against the embedded AWS: each way to bring a table back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import restore
from local_aws.client import samples
from tests.unit.support import restorable

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account
    from local_aws.client.samples import Sample

    Play = Callable[..., dict[str, Any]]


def sample(name: str) -> Sample:
    return next(each for each in samples.samples() if each.name == name)


@pytest.mark.parametrize("way", ["load", "import", "convert"])
@pytest.mark.parametrize("name", ["customers", "catalog"])
def test_each_way_from_files(account: Account, play: Play, way: str, name: str) -> None:
    made = restorable.backed_up(account, sample(name))
    before = restorable.items(account, name)
    made.delete_table()
    answer = play(restore, table=name, bucket=made.bucket, way=way, wait_sleep=0.1)
    assert answer.get("succeeded"), answer["msg"]
    assert answer["way"] == way
    assert answer["target_table"].startswith(f"{name}-restored-2")
    assert restorable.items(account, answer["target_table"]) == before
