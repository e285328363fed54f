# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module says of what lies in the bucket, beside the newest point's own objects."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import Evidence, Point
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import Outputs
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.standing import Standing
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.gather_bucket import Bucket
from tests.unit.modules.status_info.backed import codes, message
from tests.unit.modules.status_info.machinery import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.modules.status_info.machinery import Machinery

    Ask = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.newest

SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _body: b"",
    "an empty mapping": lambda _body: b"{}",
    "another mapping": lambda _body: b'{"Table": {"TableId": "1"}}',
    "a list": lambda _body: b"[]",
    "garbage": lambda _body: b"\xff\x00garbage",
    "a part": lambda body: body[: len(body) // 2],
}


@pytest.mark.parametrize("how", SPOILED)
def test_settings_that_cannot_be_read_are_told(target: Machinery, ask: Ask, how: str) -> None:
    target.deploy(record("orders"))
    entry = target.export("orders")
    target.run(entry)
    client, key = target.client("s3"), f"{entry['prefix']}/settings.json"
    body = client.get_object(Bucket=target.bucket, Key=key)["Body"].read()
    assert codes(ask(verify="manifest")) == []
    made = client.put_object(Bucket=target.bucket, Key=key, Body=SPOILED[how](body))
    for verify in ("manifest", "content"):
        answer = ask(verify=verify)
        assert (answer["healthy"], codes(answer)) == (False, ["settings_unreadable"])
    assert key in message(answer, "settings_unreadable")
    client.delete_object(Bucket=target.bucket, Key=key, VersionId=made["VersionId"])
    assert codes(ask(verify="manifest")) == []


def test_settings_beside_a_point_of_the_other_engine_are_read_too(target: Machinery) -> None:
    aws, now = Aws(target.client), target.account.aws.now()
    prefix = "retain-35d/orders/20261123T020000Z-dp"
    point = Point(target.bucket, prefix, "", None, None, now, 35, engine="data_pipeline")
    bucket = Bucket(aws, Outputs.from_raw(target.outputs["store"]), Standing(), now)

    def saved() -> Any:
        return bucket.with_closer_look(Evidence("orders", None, points=(point,))).saved

    assert saved() is None  # that they are gone is told with the files
    table = {"TableId": "1", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}
    for body, readable in ((json.dumps({"Table": table}), True), ("{}", False)):
        target.client("s3").put_object(Bucket=target.bucket, Key=f"{prefix}/settings.json", Body=body)
        assert (saved().exists, saved().readable) == (True, readable)


def test_points_without_a_trace_are_missed_where_all_is_read(target: Machinery, ask: Ask) -> None:
    """What a run reported and is not in the bucket, not even as an old version."""
    target.deploy(record("orders"), record("sessions"))
    now = target.account.aws.now()
    for days in (1, 36):  # the retention of the second is over
        stamp = f"{now - timedelta(days=days):%Y%m%dT%H%M%SZ}-1a2b3c4d"
        target.run(target.entry("orders", prefix=f"retain-35d/orders/{stamp}"))
    target.account.aws.advance(minutes=1)
    target.run(target.export("orders"), target.export("sessions"))
    calls = {}
    for verify in ("manifest", "content"):
        target.account.forget_calls()
        answer = ask(verify=verify)
        calls[verify] = Counter(call["operation"] for call in target.account.calls())
        assert codes(answer) == ([] if verify == "manifest" else ["points_deleted"])
        assert codes(answer, "sessions") == []
    told = message(answer, "points_deleted")
    assert told.startswith(
        f"A backup of orders, of {now - timedelta(days=1):%Y-%m-%d %H:%M} UTC, was deleted"
    )
    assert "nothing brings it back" in told
    more = calls["content"] - calls["manifest"]
    assert {name: more[name] for name in ("ListExecutions", "GetExecutionHistory")} == {
        "ListExecutions": 1,
        "GetExecutionHistory": 3,
    }


def test_points_of_which_versions_are_left_can_be_had_back(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    older = target.export("orders")
    target.run(older)
    target.account.aws.advance(minutes=1)
    target.run(target.export("orders"))
    client = target.client("s3")
    listed = client.list_objects_v2(Bucket=target.bucket, Prefix=older["prefix"])["Contents"]
    for each in listed:
        client.delete_object(Bucket=target.bucket, Key=each["Key"])
    for verify in ("manifest", "content"):
        answer = ask(verify=verify)
        assert codes(answer) == ["points_deleted"]
        assert "remove the delete markers" in message(answer, "points_deleted")


def test_a_table_that_is_switched_off_shows_its_last_backup(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"), record("sessions", enabled=False))
    target.run(target.export("orders"))
    entry = target.export("sessions")
    answer = ask()
    (sessions,) = [each for each in answer["tables"] if each["table"] == "sessions"]
    assert (sessions["verdict"], sessions["point"]["prefix"]) == ("disabled", entry["prefix"])
    day = f"{target.account.aws.now():%Y-%m-%d}"
    assert sessions["last_success"]["finished"][:10] == day
    assert f"Its last backup, of {day} " in message(answer, "disabled", "sessions")
    assert f"is deleted on {sessions['point']['expires'][:10]}." in message(answer, "disabled", "sessions")


def test_a_table_that_was_torn_down_shows_its_last_backup(target: Machinery, ask: Ask) -> None:
    target.deploy(record("orders"))
    entry = target.export("orders")
    target.run(entry)
    client = target.client("cloudformation")
    client.delete_stack(StackName="tablekeeper-export-1")
    client.get_waiter("stack_delete_complete").wait(
        StackName="tablekeeper-export-1", WaiterConfig={"Delay": 0.2, "MaxAttempts": 300}
    )
    answer = ask()
    (orders,) = answer["tables"]
    assert (orders["verdict"], orders["point"]["prefix"]) == ("retired", entry["prefix"])
    day = f"{target.account.aws.now():%Y-%m-%d}"
    assert orders["last_success"]["finished"][:10] == day
    assert f"Its last backup, of {day} " in message(answer, "no_longer_backed_up")
