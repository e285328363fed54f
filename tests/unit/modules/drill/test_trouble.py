# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What goes wrong with one table is told of that one, in a record and an alert, and keeps no other back."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import s3
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._drill import apply_one
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import apply
from ansible_collections.tablekeeper.dynamodb.plugins.modules import drill
from tests.unit.modules.drill.drilling import drilled, mail, records, tables
from tests.unit.support.alerts import alert

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local_aws.client.fixtures import Account
    from tests.unit.modules.status_info.machinery import Machinery

    Play = Callable[..., dict[str, Any]]

pytestmark = [pytest.mark.usefixtures("target"), pytest.mark.newest]


def denied(call: str) -> ClientError:
    return ClientError({"Error": {"Code": "AccessDenied", "Message": "not for you"}}, call)


def refuse(patch: pytest.MonkeyPatch, name: str, refused: Callable[..., bool], call: str) -> None:
    """Have a function of S3's be refused where its arguments are such."""
    real = getattr(s3, name)

    def asked(*arguments: Any) -> Any:
        if refused(*arguments[1:]):
            raise denied(call)
        return real(*arguments)

    patch.setattr(s3, name, asked)


def failed_alone(account: Account, target: Machinery, answer: dict[str, Any]) -> dict[str, Any]:
    """The drill of orders, which failed with record and alert, while carts passed."""
    one, other = sorted(answer["drills"], key=lambda each: str(each["verdict"]))
    assert [(each["table"], each["verdict"]) for each in (one, other)] == [
        ("orders", "failed"),
        ("carts", "passed"),
    ]
    assert one["record"].split("/", 3)[3] in records(account, target.bucket)
    (told,) = mail(account)
    assert told["Subject"] == "Drill failed: orders in eu-west-1"
    assert one["record"] in told["Message"]
    assert tables(account) == ["carts", "orders"]
    found: dict[str, Any] = one
    return found


class TestOneOfTwo:
    def test_settings_that_cannot_be_read(
        self, account: Account, target: Machinery, play: Play, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def settings(_bucket: str, key: str, *_more: Any) -> bool:
            return "/orders/" in key and key.endswith("settings.json")

        refuse(monkeypatch, "get_object", settings, "GetObject")
        one = failed_alone(account, target, drilled(play, count=2))
        assert "not for you" in one["msg"]

    def test_points_that_aws_did_not_tell_of(
        self, account: Account, target: Machinery, play: Play, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refuse(
            monkeypatch, "list_but_bulk", lambda _bucket, place, _bulk: "/orders/" in place, "ListObjectsV2"
        )
        one = failed_alone(account, target, drilled(play, count=2))
        assert one["why"] == ["AWS did not tell of all points of orders (s3:ListBucket: not for you)."]

    def test_a_restore_that_is_refused_when_it_begins(
        self,
        account: Account,
        target: Machinery,
        play: Play,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
    ) -> None:
        begin = apply.gather_beginning.begin

        def refused(aws: Any, region: str, params: Any, asked: Any, lines: Any) -> Any:
            if asked.table == "orders" and params["progress_file"]:  # which no planning has
                raise denied("DescribeTimeToLive")
            return begin(aws, region, params, asked, lines)

        monkeypatch.setattr(apply.gather_beginning, "begin", refused)
        answer = drilled(play, count=2, progress_file=str(tmp_path / "lines"))
        one = failed_alone(account, target, answer)
        assert "DescribeTimeToLive" in one["why"][0]


class TestBudget:
    def test_what_is_passed_over_fails(self, play: Play) -> None:
        would = play(drill, check=True, count=2)
        enough = would["planned"][0]["dollars"] * 1.5
        would = play(drill, check=True, count=2, budget_dollars=enough)
        answer = drilled(play, count=2, budget_dollars=enough)
        assert [each["table"] for each in answer["not_drilled"]] == ["orders"]
        assert [each["verdict"] for each in answer["drills"]] == ["passed"]
        assert (answer["succeeded"], would["succeeded"]) == (False, False)
        assert "orders would not be drilled, since it costs" in would["msg"]

    def test_what_cannot_be_drilled_is_not_passed_over(
        self, account: Account, target: Machinery, play: Play
    ) -> None:
        client = account.client("s3")
        for each in client.list_objects_v2(Bucket=target.bucket, Prefix="retain-35d/orders/")["Contents"]:
            client.delete_object(Bucket=target.bucket, Key=each["Key"])
        would = play(drill, check=True, tables=["orders"], budget_dollars=5.0)
        assert "orders would fail. There is no backup of orders" in would["msg"]
        assert (would["succeeded"], would["changed"]) == (False, True)
        answer = drilled(play, tables=["orders", "carts"], budget_dollars=5.0)
        assert answer["not_drilled"] == []
        failed_alone(account, target, answer)


def test_no_drill_is_asked_for(account: Account, play: Play) -> None:
    account.client("cloudformation").delete_stack(StackName="tablekeeper-export-1")
    for check in (False, True):
        answer = play(drill, check=check, count=0)
        assert answer["succeeded"], answer["msg"]
        assert answer["msg"] == "No drill was asked for, as count is 0."
        assert not answer["changed"]
    assert answer["planned"] == []
    assert "count is -1: write how many" in play(drill, count=-1)["msg"]


class TestFigures:
    def test_of_a_drill_that_failed(
        self, account: Account, play: Play, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Neither record nor alert tell how a restore would go on: the drill's table is gone."""

        def failing(*_arguments: Any) -> None:
            time.sleep(1)
            raise apply.NotLoadedError("Three items could not be written")

        monkeypatch.setattr(apply, "load", failing)
        (one,) = drilled(play, tables=["orders"])["drills"]
        assert one["rto"]["seconds"] >= 1
        assert one["why"] == ["Three items could not be written."]
        (told,) = mail(account)
        document = alert(told["Message"])
        assert document["tables"][0]["cause"] == "Three items could not be written."
        assert document["run"] == {"record": one["record"]}

    def test_of_a_random_point_beside_the_live_table(
        self, account: Account, play: Play, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        compared = []

        def slowly(*_arguments: Any) -> dict[str, Any]:
            compared.append(time.monotonic())
            time.sleep(4)
            return {"unknown": "it was not looked at"}

        monkeypatch.setattr(apply_one, "_changed_since", slowly)
        account.aws.advance(hours=40)
        began = time.monotonic()
        answer = drilled(play, tables=["orders"], compare_live=True, points="random")
        assert answer["succeeded"], answer["msg"]
        (one,) = answer["drills"]
        assert 0 < one["rto"]["seconds"] <= compared[0] - began + 0.1
        assert one["rpo"]["seconds"] > 39 * 3600
        assert one["rpo"]["allowed_seconds"] is None


class TestRecord:
    def test_one_that_cannot_be_written_is_a_failure(
        self, account: Account, target: Machinery, play: Play, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refuse(monkeypatch, "put_object", lambda _bucket, key, _body: key.startswith("drills/"), "PutObject")
        answer = drilled(play, tables=["orders"])
        (one,) = answer["drills"]
        assert (answer["failed_tables"], one["verdict"], one["record"]) == (["orders"], "failed", "")
        assert records(account, target.bucket) == []
        (told,) = mail(account)
        document = alert(told["Message"])
        assert document["tables"][0]["cause"].startswith("Its record could not be written: ")
        assert document["run"] == {"record": None}

    def test_none_is_overwritten(
        self, account: Account, target: Machinery, play: Play, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begun, moment = apply_one._begun, account.aws.now()

        def at_once(*arguments: Any) -> Any:
            one = begun(*arguments)
            one.started = moment
            return one

        monkeypatch.setattr(apply_one, "_begun", at_once)
        seen = [drilled(play, tables=["orders"])["drills"][0]["record"] for _again in range(2)]
        assert len(set(seen)) == 2
        assert sorted(each.split("/", 3)[3] for each in seen) == records(account, target.bucket)
        for place in seen:
            body = account.client("s3").get_object(Bucket=target.bucket, Key=place.split("/", 3)[3])["Body"]
            assert json.loads(body.read())["verdict"] == "passed"
