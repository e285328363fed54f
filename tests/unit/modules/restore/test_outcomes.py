# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What comes of a restore: the new table as AWS has it, the report, and what is told of what went wrong."""

from __future__ import annotations

import json
import os
import shlex
import signal
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import apply, choose_way, state
from ansible_collections.tablekeeper.dynamodb.plugins.modules import restore
from local_aws.client import samples
from tests.unit.support import restorable
from tests.unit.support.killing import killed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account
    from local_aws.client.samples import Sample
    from tests.unit.support.restorable import BackedUp

    Play = Callable[..., dict[str, Any]]

NAME = "orders-again"


def again(play: Play, made: BackedUp, **options: Any) -> dict[str, Any]:
    return play(
        restore, **{"table": made.table, "to": NAME, "bucket": made.bucket, "wait_sleep": 0.05, **options}
    )


def sample(name: str) -> Sample:
    return next(each for each in samples.samples() if each.name == name)


@pytest.mark.parametrize("way", ["load", "import"])
def test_every_setting_comes_back(account: Account, play: Play, way: str) -> None:
    made = restorable.furnished(account)
    made.delete_table()
    answer = again(play, made, way=way)
    assert answer["succeeded"], answer["msg"]
    client = account.client("dynamodb")
    table = client.describe_table(TableName=NAME)["Table"]
    assert table["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert table["DeletionProtectionEnabled"]
    assert table["StreamSpecification"]["StreamEnabled"]
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    ttl = client.describe_time_to_live(TableName=NAME)["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    backups = client.describe_continuous_backups(TableName=NAME)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    policy = client.get_resource_policy(ResourceArn=table["TableArn"])["Policy"]
    assert json.loads(policy)["Statement"][0]["Resource"] == table["TableArn"]
    tags = {
        each["Key"]: each["Value"]
        for each in client.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    }
    assert tags["team"] == "finance"
    assert tags["tablekeeper:restored-from"].startswith(f"{made.run} s3://{made.bucket}/")
    scaling = account.client("application-autoscaling")
    asked = {"ServiceNamespace": "dynamodb", "ResourceId": f"table/{NAME}"}
    assert scaling.describe_scaling_policies(**asked)["ScalingPolicies"][0]["PolicyName"] == f"{NAME}-reads"
    assert (
        scaling.describe_scheduled_actions(**asked)["ScheduledActions"][0]["ScheduledActionName"] == "night"
    )
    last = [
        call["operation"]
        for call in account.calls()
        if call["operation"] in ("UpdateTimeToLive", "UpdateTable")
    ]
    assert last[-2:] == ["UpdateTimeToLive", "UpdateTable"]  # which switches deletion protection on


def test_the_report_lies_beside_the_point_and_the_state(account: Account, play: Play) -> None:
    made = restorable.backed_up(account, samples.simple("orders", 30))
    made.delete_table()
    answer = again(play, made, started_by="somebody")
    s3 = account.client("s3")
    places = [f"restores/{NAME}/report.json", f"{made.prefix}/restores/{NAME}.json"]
    assert answer["report"] == [f"s3://{made.bucket}/{key}" for key in places]
    for key in places:
        report = json.loads(s3.get_object(Bucket=made.bucket, Key=key)["Body"].read())
        assert (report["succeeded"], report["verify"], report["started_by"]) == (True, "content", "somebody")
        assert report["compared"]["same"] == 30


def test_a_parameter_names_the_new_table(account: Account, play: Play) -> None:
    made = restorable.backed_up(account, samples.simple("orders"))
    ssm = account.client("ssm")
    ssm.put_parameter(Name="/shop/table", Value="orders", Type="SecureString")
    assert again(play, made, parameter="/shop/table")["succeeded"]
    found = ssm.get_parameter(Name="/shop/table", WithDecryption=True)["Parameter"]
    assert (found["Value"], found["Type"]) == (NAME, "SecureString")


def test_no_items_are_told(account: Account, play: Play) -> None:
    made = restorable.backed_up(account, samples.simple("orders", 0))
    answer = again(play, made)
    assert answer["succeeded"]
    assert (answer["way"], answer["item_count"]) == ("load", 0)
    assert "no items, as the point has none" in answer["msg"]


def test_another_region_needs_but_the_bucket(account: Account, play: Play) -> None:
    made = restorable.furnished(account)
    made.delete_table()
    there = {"region": "eu-central-1", "way": "import"}
    told = again(play, made, **there)["msg"]
    assert "a table in eu-central-1 needs another: name one there with overrides.kms_key" in told
    key = account.client("kms", "eu-central-1").create_key()["KeyMetadata"]["Arn"]
    answer = again(play, made, **there, overrides={"kms_key": key})
    assert answer["succeeded"], answer["msg"]
    assert answer["target_arn"].startswith("arn:aws:dynamodb:eu-central-1:")
    pages = account.client("dynamodb", "eu-central-1").get_paginator("scan").paginate(TableName=NAME)
    assert sum(page["Count"] for page in pages) == 50


def test_what_is_skipped_and_overridden_is_told(account: Account, play: Play) -> None:
    made = restorable.furnished(account)
    answer = again(play, made, skip=["ttl", "stream"], overrides={"billing_mode": "PAY_PER_REQUEST"})
    assert answer["succeeded"], answer["msg"]
    why = {each["path"]: each["why"] for each in answer["settings"]}
    assert why["ttl"] == "it was to be skipped"
    assert why["billing"] == "another value was asked for"
    assert account.client("dynamodb").describe_table(TableName=NAME)["Table"]["BillingModeSummary"][
        "BillingMode"
    ] == ("PAY_PER_REQUEST")


def test_items_that_expire_at_once_are_counted_before(account: Account, play: Play, tmp_path: Any) -> None:
    now = int(account.aws.now().timestamp())
    expired = tuple({"id": f"{number}", "expires": now - 100} for number in range(7))
    table = replace(
        samples.simple("orders", 3), items=(*expired, {"id": "later", "expires": now + 10_000}), ttl="expires"
    )
    made = restorable.backed_up(account, table)
    shown = tmp_path / "lines"
    assert again(play, made, progress_file=str(shown))["succeeded"]
    assert "AWS begins to delete 7 items at once" in shown.read_text()


@pytest.mark.parametrize("way", ["load", "import"])
def test_aws_takes_its_time(account: Account, play: Play, way: str) -> None:
    """Tables show late, are CREATING and UPDATING for a while, and have no continuous backups yet."""
    made = restorable.furnished(account)
    made.delete_table()
    control = account.aws.control
    control("POST", "continuous_backups", account=account.id, calls=3)
    control("POST", "tables", account=account.id, create=0.9, appear=0.2, update=0.2, reserve=0.5)
    answer = again(play, made, way=way)
    assert answer["succeeded"], answer["msg"]
    phases = {each["phase"]: each["seconds"] for each in answer["phases"]}
    assert phases["wait"] > 0.3


class TestWhatGoesWrong:
    def test_it_is_ended_from_outside(
        self, account: Account, play: Play, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = restorable.backed_up(account, samples.simple("orders", 3))

        def ended(*_arguments: Any) -> None:
            os.kill(os.getpid(), signal.SIGTERM)

        before = signal.getsignal(signal.SIGTERM)
        with monkeypatch.context() as patched:
            patched.setattr(apply, "load", ended)
            answer = again(play, made, way="load")
        signal.signal(signal.SIGTERM, before)
        assert answer["msg"].startswith("It was ended from outside. There is now the table orders-again")
        assert "delete-table" in answer["remove"][-1]
        words = dict(each.split("=", 1) for each in shlex.split(answer["resume"]) if "=" in each)
        assert words.keys() == {"table", "to", "point"}
        assert play(restore, bucket=made.bucket, wait_sleep=0.05, **words)["succeeded"]
        assert len(restorable.items(account, NAME)) == 3

    def test_a_setting_that_aws_refuses_is_a_failure(
        self, account: Account, play: Play, allow: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = restorable.furnished(account)
        made.delete_table()
        before = account.env()
        allow(
            "s3:*", "sts:*", "backup:*", "application-autoscaling:*", "dynamodb:Describe*", "dynamodb:List*",
            "dynamodb:Get*", "dynamodb:Scan", "dynamodb:CreateTable", "dynamodb:TagResource",
            "dynamodb:BatchWriteItem", "dynamodb:Update*",
        )  # fmt: skip
        answer = again(play, made, way="load")
        assert answer["failed"]
        assert "AWS refused policy: PutResourcePolicy was refused (AccessDenied" in answer["msg"]
        assert account.client("dynamodb").describe_table(TableName=NAME)["Table"]["DeletionProtectionEnabled"]
        for name, value in before.items():
            monkeypatch.setenv(name, value)
        second = again(play, made, way="load")
        assert second["succeeded"], second["msg"]

    def test_an_import_that_fails_leaves_nothing_nameless(self, account: Account, play: Play) -> None:
        """An item whose index key has another type: AWS skips it, and tells it in its log."""
        bucket, client = restorable.bucket(account), account.client("dynamodb")
        samples.create(client, (sample("catalog"),))
        lines = [{"sku": {"S": "1"}, "title": {"S": "one"}}, {"sku": {"S": "2"}, "title": {"N": "2"}}]
        body = b"".join(json.dumps({"Item": each}).encode() + b"\n" for each in lines)
        account.client("s3").put_object(Bucket=bucket, Key="dumps/a.json", Body=body)
        answer = play(
            restore, table="catalog", to=NAME, bucket=bucket, way="import", wait_sleep=0.05,
            **{"from": {"bucket": bucket, "prefix": "dumps"}},
        )  # fmt: skip
        assert answer["failed"]
        assert "1 of 2 items failed, and 1 were imported" in answer["msg"]
        assert "/aws-dynamodb/imports" in answer["msg"]
        assert (
            f"There is now the table {NAME} in eu-west-1, which is not finished: do not use it"
            in answer["msg"]
        )
        assert answer["remove"][-1] == f"aws dynamodb delete-table --region eu-west-1 --table-name {NAME}"
        assert answer["resume"] == ""

    def test_items_that_somebody_changed_meanwhile(
        self, account: Account, play: Play, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = restorable.backed_up(account, samples.simple("orders", 30))
        loading = apply.load

        def meddled(*arguments: Any) -> Any:
            done = loading(*arguments)
            client = account.client("dynamodb")
            client.delete_item(TableName=NAME, Key={"id": {"S": "orders-1"}})
            client.put_item(TableName=NAME, Item={"id": {"S": "orders-2"}, "number": {"N": "77"}})
            return done

        monkeypatch.setattr(apply, "load", meddled)
        answer = again(play, made, way="load")
        assert answer["failed"]
        assert "it has 29 items, and 30 are in the point (1 missing, 1 changed)" in answer["msg"]
        assert {each["text"] for each in answer["compared"]["samples"]} == {"id=orders-1", "id=orders-2"}


def test_little_capacity_is_given_when_the_table_is_full(
    account: Account, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise what has 5 units a second, and local indexes, would take days."""
    monkeypatch.setattr(choose_way, "SLOW_SECONDS", 1)
    made = restorable.furnished(account)
    made.delete_table()
    planned = again(play, made, way="load", check=True)
    assert "at 4,000 write units a second" in planned["plan"]["time"]
    with killed_in(state.COMPARE):
        again(play, made, way="load")
    table = account.client("dynamodb").describe_table(TableName=NAME)["Table"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    answer = again(play, made)
    assert answer["succeeded"], answer["msg"]
    table = account.client("dynamodb").describe_table(TableName=NAME)["Table"]
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 5
