# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

KEY, OWN = "KmsMasterKeyId", "SqsManagedSseEnabled"


def test_a_queue_is_encrypted_in_one_way(account: Account) -> None:
    sqs = account.client("sqs")
    url = sqs.create_queue(QueueName="q", Attributes={OWN: "true"})["QueueUrl"]

    def after(**attributes: str) -> tuple[str | None, str]:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
        now = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return now.get(KEY), now[OWN]

    assert after(**{KEY: "alias/aws/sqs"}) == ("alias/aws/sqs", "false")
    with pytest.raises(ClientError, match="one type of server-side encryption"):
        after(**{OWN: "true"})
    assert after(**{KEY: "", OWN: "true"}) == (None, "true")
