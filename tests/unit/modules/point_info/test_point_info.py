# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What tables can be brought back to, as the module point_info tells it."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points import choose_point
from ansible_collections.tablekeeper.dynamodb.plugins.modules import point_info
from tests.integration.state import mutations
from tests.unit.modules.status_info.machinery import Machinery, record
from tests.unit.support.deployed import deployed
from tests.unit.support.kept import Kept, at

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Ask = Callable[..., dict[str, Any]]


@pytest.fixture(name="bucket")
def fixture_bucket(account: Account) -> Kept:
    """A bucket of which no stack tells."""
    return Kept(account)


@pytest.fixture(name="ask")
def fixture_ask(play: Ask, bucket: Kept) -> Ask:
    return partial(play, point_info, bucket=bucket.bucket)


@pytest.fixture(name="stacks")
def fixture_stacks(account: Account) -> Machinery:
    """The stacks of two tables, of which nothing was backed up yet."""
    machinery = Machinery(account)
    machinery.deploy_store()
    machinery.deploy(record("orders"), record("sessions"))
    return machinery


def ids(table: dict[str, Any]) -> list[str]:
    return [each["id"] for each in table["points"]]


def test_points_across_engines_and_classes_of_a_table_that_is_gone(bucket: Kept, ask: Ask) -> None:
    bucket.export("orders", at(5), items=7)
    bucket.emr("orders", at(3))
    bucket.days = 400
    bucket.export("orders", at(4))
    bucket.export("others", at(4))
    answer = ask(tables="orders", native=False)
    (orders,) = answer["tables"]
    assert ids(orders) == [
        "20261105T020000Z-1a2b3c4d", "20261104T020000Z-1a2b3c4d", "20261103T020000Z-dp",
    ]  # fmt: skip
    newest, _middle, oldest = orders["points"]
    when = newest["verified"].pop("when")
    assert newest == {
        "id": "20261105T020000Z-1a2b3c4d",
        "kind": "export",
        "taken": "2026-11-05T02:00:00Z",
        "until": None,
        "location": f"s3://{bucket.bucket}/retain-35d/orders/20261105T020000Z-1a2b3c4d/",
        "items": 7,
        "bytes": 700,
        "expires": None,
        "verified": {"how": "manifest", "by": ""},
        "ways": ["import", "load"],
        "why_not": "",
        "format": "dynamodb_json",
    }
    assert when.endswith("Z")
    assert (oldest["kind"], oldest["items"], oldest["format"]) == ("data_pipeline", None, "emr")
    assert (orders["latest"], orders["nothing"], orders["unread"]) == (newest["id"], "", 0)
    assert answer["bucket"] == {"name": bucket.bucket, "exists": True}
    assert answer["refusals"] == []
    calls = answer["summary"].pop("calls")
    assert answer["summary"] == {
        "tables": 1, "points": 3, "restorable": 3, "without_points": 0, "left_out": 0, "unread": 0,
    }  # fmt: skip
    assert calls == len(bucket.account.calls()) - len(_made(bucket))


def _made(bucket: Kept) -> list[Any]:
    """The calls that put there what is kept."""
    return [each for each in bucket.account.calls() if each["operation"] in {"PutObject", "CreateBucket"}]


def test_without_names_it_is_all_that_are_in_the_bucket_and_all_that_stacks_list(
    play: Ask, stacks: Machinery
) -> None:
    stacks.export("orders")
    stacks.export("gone")
    stacks.client("dynamodb").delete_table(TableName="gone")
    answer = play(point_info, native=False)
    told = {each["table"]: len(each["points"]) for each in answer["tables"]}
    assert told == {"gone": 1, "orders": 1, "sessions": 0}
    assert [each["nothing"] for each in answer["tables"]] == ["", "", ""]
    assert answer["summary"]["without_points"] == 1
    assert answer["tables"][0]["points"][0]["expires"]  # by the rules of the store


@pytest.mark.parametrize(("named", "read"), [([], 3), (["orders"], 35)])
def test_so_many_of_the_newest_are_read_unless_told_otherwise(
    bucket: Kept, ask: Ask, named: list[str], read: int
) -> None:
    for number in range(37):
        bucket.export("orders", at(1 + number // 24, number % 24))
    assert ask(tables=named, native=False)["tables"][0]["unread"] == 37 - read
    answer = ask(tables=named, native=False, newest=2)
    (orders,) = answer["tables"]
    assert (len(orders["points"]), orders["unread"]) == (2, 35)
    assert answer["summary"]["unread"] == 35
    assert len(ask(tables=named, native=False, newest=0)["tables"][0]["points"]) == 37
    assert "newest is -1: write how many" in ask(newest=-1)["msg"]


def test_all_that_aws_has_of_its_own(bucket: Kept, ask: Ask, account: Account) -> None:
    dynamodb = account.client("dynamodb")
    arn = Machinery.table(dynamodb, "orders")
    dynamodb.create_backup(TableName="orders", BackupName="before")
    vault = account.client("backup")
    vault.create_backup_vault(BackupVaultName="safe")
    role = f"arn:aws:iam::{account.id}:role/backup"
    vault.start_backup_job(BackupVaultName="safe", ResourceArn=arn, IamRoleArn=role)
    bucket.export("orders", at(5))
    answer = ask(tables=["orders"])
    kinds = Counter(each["kind"] for each in answer["tables"][0]["points"])
    assert kinds == {"pitr": 1, "on_demand": 1, "aws_backup": 1, "export": 1}
    window = next(each for each in answer["tables"][0]["points"] if each["kind"] == "pitr")
    assert window["id"] == "pitr"
    assert window["taken"] <= window["until"]
    assert answer["native"] is True
    dynamodb.delete_table(TableName="orders")
    kinds = Counter(each["kind"] for each in ask(tables=["orders"])["tables"][0]["points"])
    assert kinds == {"system": 1, "on_demand": 1, "aws_backup": 1, "export": 1}
    account.forget_calls()
    told = ask(tables=["orders"], native=False)
    assert [each["kind"] for each in told["tables"][0]["points"]] == ["export"]
    assert {each["service"] for each in account.calls()} == {"sts", "s3"}


def test_a_window_alone_is_the_latest(bucket: Kept, ask: Ask, account: Account) -> None:
    Machinery.table(account.client("dynamodb"), "orders")
    assert bucket.bucket
    assert ask(tables=["orders"])["tables"][0]["latest"] == "pitr"


def test_the_time_that_is_told_finds_the_point(bucket: Kept, ask: Ask) -> None:
    taken = at(5).replace(microsecond=900_000)
    bucket.export("orders", taken)
    bucket.export("orders", at(4))
    told = ask(tables=["orders"], native=False)["tables"][0]["points"][0]
    found = choose_point.chosen(bucket.points("orders", native=False), choose_point.wanted(told["taken"]))
    assert found.id == told["id"]


def test_stacks_deleted_and_the_bucket_is_enough(play: Ask, account: Account, bucket: Kept) -> None:
    bucket.export("orders", at(5))
    told = play(point_info, tables=["orders"])["msg"]
    assert "There is no stack tablekeeper-store in eu-west-1 that tells of a bucket" in told
    assert "Name the bucket (bucket, or history_bucket of the playbook) if the stacks are gone." in told
    left = f"tablekeeper-{account.id}-eu-west-1"
    place = {"LocationConstraint": account.region}
    account.client("s3").create_bucket(Bucket=left, CreateBucketConfiguration=place)
    assert play(point_info)["msg"].endswith(f"if the stacks are gone. The bucket {left} is there.")
    account.forget_calls()
    answer = play(point_info, bucket=bucket.bucket)
    assert [each["table"] for each in answer["tables"]] == ["orders"]
    assert "cloudformation" not in {each["service"] for each in account.calls()}


def test_the_machinery_tells_of_the_bucket_where_the_store_is_gone(play: Ask, account: Account) -> None:
    Machinery.table(account.client("dynamodb"), "orders")
    target = deployed(account, {"tablekeeper_tables": ["orders"]})
    client, name = account.client("cloudformation"), "tablekeeper-store"
    client.update_termination_protection(StackName=name, EnableTerminationProtection=False)
    client.delete_stack(StackName=name)
    client.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 0.2})
    answer = play(point_info, native=False)
    bucket = target.outputs[name]["BucketName"]
    assert answer["bucket"] == {"name": bucket, "exists": True}
    assert [(each["table"], each["points"]) for each in answer["tables"]] == [("orders", [])]


class TestNothing:
    def test_is_kept_of_a_table_that_is_named(self, bucket: Kept, ask: Ask) -> None:
        bucket.export("orders", at(5))
        bucket.put(bucket.folder("ordres", at(6)) + "settings.json", {})
        answer = ask(tables=["ordres", "orders"])
        orders, ordres = answer["tables"]
        assert (orders["nothing"], ordres["points"], ordres["latest"]) == ("", [], "")
        assert ordres["nothing"] == (
            f"Nothing is kept of ordres, neither in {bucket.bucket} nor by DynamoDB or AWS Backup."
            f" In s3://{bucket.bucket}/retain-35d/ordres/20261106T020000Z-1a2b3c4d/ is no point: its run"
            " failed before the export began. Is orders meant? The bucket has folders of orders."
        )
        assert ordres["left_out"][0]["why"] == "its run failed before the export began"
        assert answer["summary"]["left_out"] == 1
        told = ask(tables=["ordres"], native=False)["tables"][0]["nothing"]
        assert told.startswith(
            f"Nothing is kept of ordres in {bucket.bucket}. DynamoDB and AWS Backup were not"
        )

    def test_is_in_the_bucket(self, bucket: Kept, ask: Ask) -> None:
        answer = ask()
        assert (answer["tables"], answer["bucket"]) == ([], {"name": bucket.bucket, "exists": True})
        assert "The bucket has no points of any table" in ask(tables=["orders"])["tables"][0]["nothing"]

    def test_is_the_bucket(self, ask: Ask) -> None:
        answer = ask(bucket="there-is-none-of-that-name")
        assert answer["bucket"] == {"name": "there-is-none-of-that-name", "exists": False}
        assert answer["tables"] == []


class TestDenied:
    """What AWS would not tell is told, and the rest as well."""

    def test_the_bucket(self, bucket: Kept, ask: Ask, allow: Ask) -> None:
        bucket.export("orders", at(5))
        allow("dynamodb:*", "backup:*")
        answer = ask(tables=["orders"])
        assert "failed" not in answer
        assert {each["call"] for each in answer["refusals"]} == {"s3:ListBucket"}
        assert answer["refusals"][0]["denied"] is True
        assert answer["bucket"]["exists"] is None
        nothing = answer["tables"][0]["nothing"]
        assert nothing.startswith("Nothing is known of orders, neither in")
        assert "s3:ListBucket was refused (AccessDenied)." in nothing

    def test_the_manifests(self, bucket: Kept, ask: Ask, allow: Ask) -> None:
        bucket.export("orders", at(5))
        allow("s3:ListBucket", "s3:GetLifecycleConfiguration")
        answer = ask(tables=["orders"], native=False)
        (point,) = answer["tables"][0]["points"]
        assert (point["ways"], point["taken"]) == ([], "2026-11-05T02:00:00Z")
        assert point["why_not"] == "It could not be read: s3:GetObject was refused (AccessDenied)."
        assert [each["call"] for each in answer["refusals"]] == ["s3:GetObject"]

    def test_what_is_native(self, bucket: Kept, ask: Ask, allow: Ask) -> None:
        bucket.export("orders", at(5))
        allow("s3:*")
        answer = ask(tables=["orders"])
        assert {each["call"] for each in answer["refusals"]} == {
            "dynamodb:DescribeContinuousBackups", "dynamodb:ListBackups", "backup:ListProtectedResources",
        }  # fmt: skip
        assert len(answer["tables"][0]["points"]) == 1
        assert ask(tables=["orders"], native=False)["refusals"] == []

    def test_the_stacks(self, play: Ask, allow: Ask) -> None:
        allow("s3:*")
        answer = play(point_info)
        assert answer["failed"]
        assert "cannot be read. Name the bucket (bucket, or history_bucket" in answer["msg"]
        assert "AccessDenied" in answer["msg"]


def test_another_account_is_not_asked(ask: Ask, account: Account, bucket: Kept) -> None:
    assert bucket.bucket
    account.forget_calls()
    answer = ask(account_id="123456789012", target="shop")
    assert "shop is in account 123456789012" in answer["msg"]
    assert {each["operation"] for each in account.calls()} == {"GetCallerIdentity"}


def test_without_a_network_it_fails(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_URL", "AWS_ENDPOINT_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    answer = ask(tables=["orders"])
    assert answer["failed"]
    assert answer["msg"].startswith("AWS cannot be asked what is kept: ")


def test_it_changes_nothing_in_check_mode_either(ask: Ask, account: Account, bucket: Kept) -> None:
    bucket.export("orders", at(5))
    account.forget_calls()
    answer = ask(check=True)
    assert ("changed" not in answer, len(answer["tables"])) == (True, 1)
    assert mutations(account) == []
