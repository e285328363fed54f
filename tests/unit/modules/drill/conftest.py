# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two tables that can be drilled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.modules.drill.drilling import RUN
from tests.unit.modules.status_info.machinery import Machinery, record
from tests.unit.support import restorable

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


@pytest.fixture(name="target")
def fixture_target(account: Account) -> Machinery:
    """Two tables that are backed up, each with a point."""
    target = Machinery(account)
    target.deploy_store()
    target.deploy(record("orders"), record("carts"))
    client = account.client("dynamodb")
    for table in ("orders", "carts"):
        for number in range(5):
            client.put_item(TableName=table, Item={"id": {"S": f"{table}-{number}"}, "n": {"N": str(number)}})
        restorable.point(account, table, RUN, target.bucket)
    return target
