# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the collection reads and what the embedded AWS writes, held to what AWS has been seen to answer."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.export import points, verify
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import Point
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.partial_exports import (
    described_part,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.state import mangled
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing.gather_alert_path import (
    read_alert_path,
)
from local_aws.client.fixtures import account, local_aws
from local_aws.services.dynamodb import export_files
from tests.recorded.exports import FOLDER, PREFIX, bucket, exported, make_bucket

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

__all__ = ["account", "local_aws"]

HERE = Path(__file__).parent
FILES = sorted(path.name for path in HERE.glob("*.json"))
EXPORT_ID = re.compile(r"AWSDynamoDB/\d{14}-[0-9a-f]{8}/")
DATA = re.compile(r"data/[a-z2-7]{26}\.json\.gz$")


def told(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def recorded(name: str) -> Any:
    return told(name)["recorded"]


def form(key: str) -> str:
    """A key of an export without what is another each time."""
    assert EXPORT_ID.search(key), key
    return DATA.sub("data/<data>", EXPORT_ID.sub("AWSDynamoDB/<id>/", key))


@pytest.mark.parametrize("name", FILES)
def test_every_record_says_what_it_proves_and_from_where(name: str) -> None:
    content = told(name.removesuffix(".json"))
    for entry in content if isinstance(content, list) else [content]:
        assert "proves" in entry
        for source in entry["sources"]:
            assert source["how"]
            assert (
                source.get("url", "").startswith("https://")
                or {"repository", "commit", "file"} <= source.keys()
            )


def test_the_objects_of_an_export(account: Account) -> None:
    written = exported(account)
    sizes = {form(key): size for key, size in recorded("export_objects")}
    assert {form(key.removeprefix(PREFIX)) for key in written} == sizes.keys()
    for key, body in written.items():
        name = key.rsplit("/", 1)[-1]
        if name == "_started" or name.endswith(".md5"):
            assert len(body) == sizes[form(key.removeprefix(PREFIX))], key


def test_the_reader_asks_for_objects_that_an_export_has(account: Account) -> None:
    written = exported(account)
    account.forget_calls()
    assert verify.object_flaws(Aws(account.client), point_of(account, written), content=True) == ()
    # A stand-in for each object under its recorded name is all that it needs: others would be asked for.
    names = {form(key) for key, _size in recorded("export_objects")}
    assert {form(key.removeprefix(PREFIX)) for key in written} <= names


@pytest.mark.parametrize("name", ["manifest-files.md5", "manifest-summary.md5", "manifest-files.json"])
def test_the_reader_misses_each_of_them(account: Account, name: str) -> None:
    written = exported(account)
    (key,) = [each for each in written if each.endswith(f"/{name}")]
    account.client("s3").delete_object(Bucket=bucket(account), Key=key)
    (flaw,) = verify.object_flaws(Aws(account.client), point_of(account, written), content=False)
    assert flaw.code == "point_missing"
    assert name in flaw.detail


def test_a_line_of_the_files_manifest(account: Account) -> None:
    line, written = recorded("export_manifest_files"), exported(account)
    (manifest,) = [body for key, body in written.items() if key.endswith("/manifest-files.json")]
    own = json.loads(manifest.splitlines()[0])
    assert own.keys() == line.keys()
    assert re.fullmatch(r"[A-Za-z0-9+/]{22}==", own["md5Checksum"])
    assert re.fullmatch(r"[0-9a-f]{32}-1", own["etag"])
    assert own["dataFileS3Key"] in written
    # As long as AWS's: no blank between its parts, a line feed at its end.
    filled = {**line, "md5Checksum": "x" * 24, "etag": "0" * 32 + "-1"}
    sizes = dict(recorded("export_objects"))
    (size,) = [size for key, size in sizes.items() if key.endswith("manifest-files.json")]
    assert len(export_files._json(filled) + b"\n") == size
    assert manifest.endswith(b"}\n")


def test_the_summary(account: Account) -> None:
    summary, written = recorded("export_manifest_summary"), exported(account)
    ((key, body),) = [(key, body) for key, body in written.items() if key.endswith("/manifest-summary.json")]
    own = json.loads(body)
    assert own.keys() >= summary.keys()
    for name in ("startTime", "endTime", "exportTime"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", own[name]), name
    assert own["manifestFilesS3Key"] == key.replace("summary", "files")


def test_the_reader_understands_the_summary_of_the_guide(account: Account) -> None:
    summary = recorded("export_manifest_summary")
    folder = "retain-35d/ProductCatalog/20201104T072834Z-1a2b3c4d/"
    identity = summary["exportArn"].rsplit("/", 1)[1]
    s3 = account.client("s3")
    name = make_bucket(account)
    s3.put_object(
        Bucket=name,
        Key=f"{folder}AWSDynamoDB/{identity}/manifest-summary.json",
        Body=json.dumps(summary),
    )
    found = points.read_point(Aws(account.client), name, folder)
    assert found
    assert (found.export_arn, found.items, found.bytes) == (summary["exportArn"], 8, 0)
    assert found.taken == datetime.fromisoformat(summary["exportTime"])
    assert found.finished == datetime.fromisoformat(summary["endTime"])


def test_what_describe_export_leaves_out(account: Account) -> None:
    exported(account)
    client = account.client("dynamodb")
    for case in recorded("export_answers").values():
        if "asked" in case:
            arn = client.describe_table(TableName="orders")["Table"]["TableArn"]
            asked = {"TableArn": arn, "S3Bucket": bucket(account), **case["asked"]}
            description = client.export_table_to_point_in_time(**asked)["ExportDescription"]
            again = client.describe_export(ExportArn=description["ExportArn"])["ExportDescription"]
            for answer in (description, again):
                assert not set(case.get("absent", ())) & answer.keys()
                assert answer.items() >= case.get("present", {}).items()
                # An export that says nothing of a type is of a whole table.
                assert described_part(answer) == ""


def test_what_list_exports_tells_first(account: Account) -> None:
    exported(account)
    client = account.client("dynamodb")
    arn = client.describe_table(TableName="orders")["Table"]["TableArn"]
    client.export_table_to_point_in_time(TableArn=arn, S3Bucket=bucket(account))
    listed = client.list_exports(TableArn=arn)["ExportSummaries"]
    (case,) = [each for each in recorded("export_answers").values() if "summary" in each]
    assert {tuple(sorted(each)) for each in listed} == {tuple(case["summary"])}
    assert [each["ExportArn"] for each in listed] == sorted(
        (each["ExportArn"] for each in listed), reverse=True
    )


def test_who_has_not_confirmed_is_a_word_and_nobody_who_is_told(account: Account) -> None:
    (expected,) = recorded("subscriptions")["Subscriptions"]
    sns = account.client("sns")
    topic = sns.create_topic(Name="tablekeeper-alerts")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=expected["Endpoint"])
    (own,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert own == {**expected, "Owner": account.id, "TopicArn": topic}
    (subscriber,) = subscribers(account, topic)
    assert subscriber.confirmed is False


def subscribers(account: Account, topic: str) -> Any:
    return read_alert_path(Aws(account.client), topic, "tablekeeper").subscribers


@pytest.mark.parametrize(("given", "answered"), recorded("templates"))
def test_a_template_comes_back_without_what_is_not_ascii(account: Account, given: str, answered: str) -> None:
    assert mangled(given) == answered
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": given}}
    body = json.dumps({"Resources": {"Topic": topic}}, ensure_ascii=False)
    client = account.client("cloudformation")
    client.create_stack(StackName="one", TemplateBody=body)
    client.get_waiter("stack_create_complete").wait(
        StackName="one", WaiterConfig={"Delay": 0.1, "MaxAttempts": 100}
    )
    own = client.get_template(StackName="one", TemplateStage="Original")["TemplateBody"]
    told_back = json.loads(own) if isinstance(own, str) else own
    assert told_back["Resources"]["Topic"]["Properties"]["DisplayName"] == answered


def test_the_state_machine_calls_errors_as_aws_does(root: Path) -> None:
    services = {name.partition(".")[0] for name in recorded("state_machine_errors")}
    definitions = [
        yaml.safe_load(path.read_text()) for path in root.glob("roles/backup/templates/*.asl.yaml")
    ]
    named = {name for definition in definitions for name in errors_in(definition)}
    assert len(named) > 10
    # Auto scaling has left no record.
    unknown = {name.partition(".")[0] for name in named} - services - {"ApplicationAutoScaling"}
    assert unknown == set()
    assert all(name.startswith("States.") or name.endswith("Exception") for name in named)


def errors_in(node: Any) -> set[str]:
    """The errors that retriers and catchers name."""
    if isinstance(node, list):
        return {name for each in node for name in errors_in(each)}
    if not isinstance(node, dict):
        return set()
    return set(node.get("ErrorEquals", ())) | {name for each in node.values() for name in errors_in(each)}


def point_of(account: Account, written: dict[str, bytes]) -> Point:
    """The point that these objects make."""
    (body,) = [body for key, body in written.items() if key.endswith("/manifest-summary.json")]
    summary = json.loads(body)
    return Point(
        bucket=bucket(account), prefix=FOLDER, export_arn=summary["exportArn"], items=summary["itemCount"],
        bytes=summary["billedSizeBytes"], finished=account.aws.now(), retention_days=35,
        engine="export",
    )  # fmt: skip
