# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWS refuses for now is waited for; a right that is missing is named, and the export is found again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import dynamodb
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports import filters, gather, rights
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.apply import NotExportedError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._exports.request import Place, Request
from local_aws.client import users

if TYPE_CHECKING:
    from .conftest import Shop

pytestmark = pytest.mark.newest


def test_the_rights_that_are_told_are_enough(shop: Shop) -> None:
    account, bucket = shop.account, f"arn:aws:s3:::{shop.place.bucket}"
    allowed = [
        {"Effect": "Allow", "Action": list(rights.TABLE), "Resource": shop.table.arn},
        {"Effect": "Allow", "Action": list(rights.EXPORTS), "Resource": f"{shop.table.arn}/export/*"},
        {"Effect": "Allow", "Action": list(rights.BUCKET), "Resource": bucket},
        {"Effect": "Allow", "Action": list(rights.OBJECTS), "Resource": f"{bucket}/exports/*"},
    ]
    person = shop.operator(allowed)
    (found,) = shop.exported(
        Request(shop.table, moment=account.aws.now() - timedelta(minutes=20)), aws=person
    )
    assert found.items == 60


@pytest.mark.parametrize(
    ("missing", "why"),
    [
        ("dynamodb:ExportTableToPointInTime", "The right dynamodb:ExportTableToPointInTime is missing"),
        ("dynamodb:DescribeExport", "goes on, but may not be looked at"),
        (
            "s3:ListBucket",
            "Nothing is exported, since it cannot be seen whether orders as it is now was exported",
        ),
        ("s3:GetObject", "was made, but may not be read .*, and run this again, which takes the same export"),
        ("s3:PutObject", "S3AccessDenied.*Whoever asks for an export must have s3:PutObject,"),
    ],
)
def test_a_right_that_is_missing_is_named(shop: Shop, missing: str, why: str) -> None:
    found = [each for each in rights.needed(encrypted=False) if each != missing]
    person = shop.operator([{"Effect": "Allow", "Action": found, "Resource": "*"}])
    with pytest.raises(NotExportedError, match=why):
        shop.exported(Request(shop.table, seed="1"), aws=person)


def test_where_the_bucket_may_not_be_asked_nothing_is_said_of_its_key(shop: Shop) -> None:
    person = shop.operator([users.allow(*rights.OBJECTS)])
    assert gather.place(person, shop.place.bucket, "210987654321") == Place(
        shop.place.bucket, "210987654321", encryption=""
    )


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "DescribeExport"),
        EndpointConnectionError(endpoint_url="https://dynamodb.eu-west-1.amazonaws.com"),
    ],
)
def test_an_export_outlives_looks_that_are_refused(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    describe, left = dynamodb.describe_export, [error] * 3

    def refusing(client: Any, export: str) -> Any:
        if left:
            raise left.pop()
        return describe(client, export)

    monkeypatch.setattr(dynamodb, "describe_export", refusing)
    (found,) = shop.exported(Request(shop.table, seed="1"))
    assert (found.items, len(shop.begun())) == (60, 1)
    told = [each for each in shop.said if "does not tell of" in each]
    assert len(told) == 3
    assert ("ThrottlingException" in told[0]) or ("Could not connect" in told[0])


def test_a_boto3_that_knows_no_filters_asks_for_nothing(shop: Shop) -> None:
    def old(service: str) -> Any:
        made = shop.account.client(service, config=Config(retries={"total_max_attempts": 1}))
        if service == "dynamodb":
            shape = made.meta.service_model.operation_model("ExportTableToPointInTime").input_shape
            del shape.members["FilterSpecification"]
        return made

    one = filters.by_keys(["customer"], [{"customer": {"S": "C-1"}}])
    asked = Request(shop.table, seed="1", filter=one)
    shop.account.forget_calls()
    with pytest.raises(NotExportedError, match=r"needs botocore 1\.43\.106 or newer, and this is"):
        shop.exported(asked, aws=Aws(old))
    assert shop.account.calls() == []


def test_it_waits_until_there_is_room_for_an_export(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    start, left = dynamodb.start_export, ["LimitExceededException", "ThrottlingException"]

    def refusing(client: Any, parameters: dict[str, Any]) -> Any:
        if left:
            raise ClientError(
                {"Error": {"Code": left.pop(), "Message": "Later."}}, "ExportTableToPointInTime"
            )
        return start(client, parameters)

    monkeypatch.setattr(dynamodb, "start_export", refusing)
    (found,) = shop.exported(Request(shop.table, seed="1"))
    assert found.items == 60
    assert "orders as it is now has to wait until DynamoDB takes more (ThrottlingException)" in shop.said[0]


def test_credentials_that_are_over_end_the_wait(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    over = ClientError({"Error": {"Code": "ExpiredTokenException", "Message": "Over."}}, "DescribeExport")
    monkeypatch.setattr(dynamodb, "describe_export", Mock(side_effect=over))
    asked = Request(shop.table, seed="1")
    with pytest.raises(ClientError, match="ExpiredTokenException"):
        shop.exported(asked)
    monkeypatch.undo()
    assert shop.exported(asked)[0].items == 60
    assert len(shop.begun()) == 1
