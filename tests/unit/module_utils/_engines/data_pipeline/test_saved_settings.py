# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a cluster saves beside a point, with the AWS CLI and in the embedded AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_aws.client.waiting import until
from tests.integration import points
from tests.unit.support import furnished, saved
from tests.unit.support.deployed import deployed

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


def test_a_table_with_everything(account: Account) -> None:
    furnished.furnish(account)
    deployed(account, {"tablekeeper_tables": [{"name": furnished.TABLE, "engine": "data_pipeline"}]})
    account.aws.advance(hours=25)

    def is_saved() -> bool:
        return any(key.endswith("/settings.json") for key in points.list_keys(account, "retain-"))

    until(is_saved, "The settings")
    found = saved.document(account, furnished.TABLE)
    saved.is_as_furnished(account, found)
    assert saved.not_known_at_a_restore(found).keys() == saved.TRULY
