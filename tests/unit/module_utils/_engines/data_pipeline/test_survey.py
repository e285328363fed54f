# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.data_pipeline.survey import survey
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.survey import Looked

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


class Stubbed:
    """Clients whose answers are known."""

    def __init__(self) -> None:
        self.clients = {
            name: boto3.client(name, "eu-west-1", **KEYS) for name in ("datapipeline", "dynamodb")
        }
        self.service, self.database = (Stubber(client) for client in self.clients.values())

    def __call__(self, name: str) -> Any:
        return self.clients[name]


@pytest.fixture(name="aws")
def fixture_aws() -> Iterator[Stubbed]:
    aws = Stubbed()
    with aws.service, aws.database:
        yield aws
        aws.service.assert_no_pending_responses()
        aws.database.assert_no_pending_responses()


def look(aws: Any, *tables: str) -> Looked:
    return survey(aws, tables, "account 1 in eu-west-1")


def test_every_page_of_pipelines_and_every_table_is_read(aws: Stubbed) -> None:
    page = {"pipelineIdList": [{"id": "df-1", "name": "b"}], "hasMoreResults": True, "marker": "more"}
    aws.service.add_response("list_pipelines", page, {})
    rest = {"pipelineIdList": [{"id": "df-2", "name": "a"}], "hasMoreResults": False}
    aws.service.add_response("list_pipelines", rest, {"marker": "more"})
    provisioned = {"TableSizeBytes": 7, "ProvisionedThroughput": {"ReadCapacityUnits": 5}}
    on_demand = {
        "TableSizeBytes": 8,
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
        "ProvisionedThroughput": {"ReadCapacityUnits": 0},
    }
    aws.database.add_response("describe_table", {"Table": provisioned}, {"TableName": "ledger"})
    aws.database.add_response("describe_table", {"Table": on_demand}, {"TableName": "orders"})
    aws.database.add_client_error("describe_table", "ResourceNotFoundException")
    assert look(aws, "ledger", "orders", "legder") == Looked(
        missing=("legder",),
        known={
            "pipelines": ["a", "b"],
            "tables": [
                {"name": "ledger", "bytes": 7, "read_capacity": 5},
                {"name": "orders", "bytes": 8, "read_capacity": 0},
            ],
        },
    )


@pytest.mark.parametrize("code", ["AccessDeniedException", "InvalidRequestException"])
def test_a_refusal_is_told_and_is_not_an_empty_list(aws: Stubbed, code: str) -> None:
    aws.service.add_client_error("list_pipelines", code, "not for you")
    found = look(aws, "ledger")
    assert found.known == {}
    assert found.refusal == (
        "AWS Data Pipeline cannot be used in account 1 in eu-west-1 (datapipeline:ListPipelines:"
        f" {code}: not for you). It takes no new customers since 25 July 2024: if this account never used it,"
        " write engine: export for ledger. If it did, let these credentials call datapipeline:ListPipelines."
    )


def test_who_is_nobody_is_an_error_of_its_own(aws: Stubbed) -> None:
    aws.service.add_client_error("list_pipelines", "UnrecognizedClientException")
    with pytest.raises(ClientError):
        look(aws)
