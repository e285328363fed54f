# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What DynamoDB says of an export, and exports that hold a part of their table."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.stub import Stubber

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.export.points import read_point
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.export.verify import export_flaws
from local_aws.client.fixtures import local_aws
from tests.unit.support.evidence import point
from tests.unit.support.exported import (
    Export,
    filtered,
    fixture_export,
    fixture_made,
    incremental,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from botocore.awsrequest import AWSPreparedRequest

__all__ = ["fixture_export", "fixture_made", "local_aws"]

FILTER = {"FilterExpression": "a = :a"}
EXPORTS: list[tuple[dict[str, Any], list[str]]] = [
    ({"ExportStatus": "COMPLETED", "ItemCount": 5}, []),
    ({"ExportStatus": "COMPLETED", "ItemCount": 6}, ["point_corrupt"]),
    ({"ExportStatus": "FAILED", "FailureMessage": "gone"}, ["point_corrupt"]),
    ({"ExportStatus": "IN_PROGRESS"}, ["point_incomplete"]),
    ({"ExportStatus": "HALTED"}, ["export_state_unknown"]),
    ({"ExportStatus": "COMPLETED", "ItemCount": 5, "ExportType": "FULL_EXPORT"}, []),
    ({"ExportStatus": "COMPLETED", "ItemCount": 5, "ExportType": "INCREMENTAL_EXPORT"}, ["point_filtered"]),
    ({"ExportStatus": "COMPLETED", "ItemCount": 5, "FilterSpecification": FILTER}, ["point_filtered"]),
]


def answering(description: dict[str, Any], *, known: bool = True, tmp_path: Path | None = None) -> Aws:
    """DynamoDB that describes every export so; a boto3 that does not know the filters drops them."""
    session = botocore.session.get_session()
    if not known and tmp_path:
        _forget_filters(session, tmp_path)
    client = session.create_client(
        "dynamodb", "eu-west-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    body = json.dumps({"ExportDescription": description}).encode()

    def answer(request: AWSPreparedRequest, **_event: Any) -> AWSResponse:
        return AWSResponse(request.url, 200, HTTPHeaders(), SimpleNamespace(stream=lambda: [body]))

    client.meta.events.register("before-send.dynamodb.DescribeExport", answer)
    return Aws(lambda _service: client)


def _forget_filters(session: botocore.session.Session, tmp_path: Path) -> None:
    loader = session.get_component("data_loader")
    model = loader.load_service_model("dynamodb", "service-2")
    shapes = model["shapes"]
    description = shapes["ExportDescription"]
    members = {name: each for name, each in description["members"].items() if name != "FilterSpecification"}
    assert len(members) < len(description["members"])
    older = {**model, "shapes": {**shapes, "ExportDescription": {**description, "members": members}}}
    place = tmp_path / "dynamodb" / "2012-08-10"
    place.mkdir(parents=True)
    (place / "service-2.json").write_text(json.dumps(older), encoding="utf-8")
    loader.search_paths.insert(0, str(tmp_path))


@pytest.mark.parametrize(("description", "codes"), EXPORTS)
def test_what_dynamodb_says_of_the_export(description: dict[str, Any], codes: list[str]) -> None:
    assert [flaw.code for flaw in export_flaws(answering(description), point(1))] == codes


def test_a_filter_is_seen_by_a_boto3_that_is_older_than_filters(tmp_path: Path) -> None:
    filtered = {"ExportStatus": "COMPLETED", "ItemCount": 5, "FilterSpecification": FILTER}
    aws = answering(filtered, known=False, tmp_path=tmp_path)
    for _again in range(2):
        assert [flaw.code for flaw in export_flaws(aws, point(1))] == ["point_filtered"]


def test_dynamodb_forgets_exports() -> None:
    client = boto3.client("dynamodb", "eu-west-1", aws_access_key_id="test", aws_secret_access_key="test")
    aws = Aws(lambda _: client)
    stub = Stubber(aws("dynamodb"))
    stub.add_client_error("describe_export", "ExportNotFoundException")
    with stub:
        assert [flaw.code for flaw in export_flaws(aws, point(1))] == ["export_expired"]


def folder(export: Export) -> str:
    return f"{export.point.prefix}/"


def test_a_point_is_read_from_the_bucket(export: Export) -> None:
    found = read_point(Aws(export.target.client), export.target.bucket, folder(export))
    assert found
    assert (found.export_arn, found.items) == (export.point.export_arn, 3)
    described = export.target.client("dynamodb").describe_export(ExportArn=found.export_arn)
    assert found.taken
    assert abs(found.taken - described["ExportDescription"]["ExportTime"]) < timedelta(seconds=1)


@pytest.mark.parametrize("change", [incremental, filtered])
def test_a_part_of_a_table_is_no_point(export: Export, change: Callable[[Export], None]) -> None:
    change(export)
    assert read_point(Aws(export.target.client), export.target.bucket, folder(export)) is None


def test_what_dynamodb_still_knows_to_be_a_part_is_no_point(export: Export) -> None:
    filtered = answering({"ExportStatus": "COMPLETED", "FilterSpecification": FILTER})
    clients = {"dynamodb": filtered("dynamodb")}
    aws = Aws(lambda service: clients.get(service) or export.target.client(service))
    assert read_point(aws, export.target.bucket, folder(export)) is None
