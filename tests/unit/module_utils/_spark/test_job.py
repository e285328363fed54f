# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the job makes of exports of every kind: what one machine would make, and on real tables."""

from __future__ import annotations

import dataclasses
import gzip
import itertools
import json
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._items.canonical import canonical
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark import document
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import log
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_files import PartFile
from local_aws.client.fixtures import new_account
from tests.unit.support.incident import TABLE, Incident, images, item, request
from tests.unit.support.loading import decoded, spell
from tests.unit.support.spark_session import lines
from tests.unit.support.undoing import make_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_aws.client.fixtures import Account
    from local_aws.client.process import LocalAws
    from tests.unit.support.dynamodb_local import DynamoDbLocal
    from tests.unit.support.spark_session import Spark

pytestmark = pytest.mark.newest
_numbers = itertools.count(1)


@dataclasses.dataclass
class Place:
    """A bucket in the embedded AWS, and a table in DynamoDB Local."""

    account: Account
    local: DynamoDbLocal
    spark: Spark

    def __post_init__(self) -> None:
        self.s3, self.bucket = self.account.client("s3"), f"store-{self.account.id}-{next(_numbers)}"
        self.s3.create_bucket(
            Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": self.account.region}
        )
        self.local = dataclasses.replace(self.local, key=self.account.id)
        self.db = self.local.client("dynamodb")
        make_table(self.db)

    def fill(self, items: list[dict[str, Any]]) -> None:
        for each in items:
            self.db.put_item(TableName=TABLE, Item=decoded(each))

    def live(self) -> dict[str, dict[str, Any]]:
        found = self.db.scan(TableName=TABLE, ConsistentRead=True)["Items"]
        return {each["sk"]["N"]: spell({"M": each})["M"] for each in found}

    def run(self, work: str, given: document.Images, **more: Any) -> dict[str, Any]:
        env = {**self.account.env(), "AWS_ENDPOINT_URL_DYNAMODB": self.local.url}
        asked = request(work, self.bucket, self.account.region, given, **more)
        return self.spark.run(self.s3, asked, env)


@pytest.fixture(scope="module")
def one_account(local_aws: LocalAws) -> Iterator[Account]:
    """For all of them: Spark starts its Python anew where the environment of a job is another one."""
    with new_account(local_aws) as made:
        yield made


@pytest.fixture
def place(one_account: Account, dynamodb_local: DynamoDbLocal, spark: Spark) -> Iterator[Place]:
    """A bucket and a table of the test's own."""
    made = Place(one_account, dynamodb_local, spark)
    yield made
    made.db.delete_table(TableName=TABLE)


def test_two_points_and_the_table_make_a_plan(place: Place) -> None:
    incident = Incident.of(place.bucket, 300)
    place.fill(incident.live())
    result = place.run(
        document.PLAN, images(before=incident.point(place.s3, 0), incident=incident.point(place.s3, 1))
    )
    assert lines(place.s3, place.bucket, result) == incident.plan(place.live())
    assert result["counts"] == {"same": 30, "put": 45, "delete": 15, "conflict": 15, "expired": 15}


def test_three_points_make_a_plan_and_ask_no_table(place: Place) -> None:
    incident = Incident.of(place.bucket, 300)
    points = [incident.point(place.s3, state) for state in range(3)]
    given = images(before=points[0], incident=points[1], now=points[2], now_is_exported=True)
    result = place.run(document.PLAN, given)
    assert lines(place.s3, place.bucket, result) == incident.plan()


def test_of_a_point_alone_only_what_is_chosen_is_planned(place: Place) -> None:
    incident = Incident.of(place.bucket, 300)
    given = images(
        before=incident.point(place.s3, 0),
        now=incident.point(place.s3, 2),
        now_is_exported=True,
        two_states=True,
    )
    result = place.run(document.PLAN, given, taken=document.Taken((), "", ("missing",)))
    assert result["counts"] == {"put": 15, "left_out": 75}
    partition = json.dumps({"pk": item(2)["pk"]})
    taken = document.Taken((partition,), "now.version == 'ruined'", ("missing", "changed"))
    result = place.run(document.PLAN, given, taken=taken)
    wanted = [
        number
        for number in range(300)
        if number % 37 == 2 and (incident.states[number][2] or {}).get("version") == {"S": "ruined"}
    ]
    planned = [json.loads(line)["Keys"]["sk"]["N"] for line in lines(place.s3, place.bucket, result)]
    assert wanted
    changed = [str(number) for number in wanted if number % 20 in (0, 1, 6)]
    assert sorted(planned) == sorted(changed)


def test_items_of_a_partition_key_stand_in_the_order_of_the_sort_key(place: Place) -> None:
    incident = Incident.of(place.bucket, 300)
    result = place.run(document.PLAN, images(windows=incident.windows(place.s3, 3)), parts=2)
    seen: dict[str, list[int]] = {}
    for file in (each for each in result["files"] if each["group"] == "conflicts"):
        body = place.s3.get_object(Bucket=place.bucket, Key=file["key"])["Body"].read()
        for line in gzip.decompress(body).splitlines():
            key = json.loads(line)["Keys"]
            seen.setdefault(key["pk"]["S"], []).append(int(key["sk"]["N"]))
    assert max(map(len, seen.values())) > 1
    assert all(numbers == sorted(numbers) for numbers in seen.values())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"md5": "AAAAAAAAAAAAAAAAAAAAAA=="}, "it is not the file that was written: its MD5 is another"),
        ({"items": 1}, "and the manifest says 1"),
    ],
)
def test_a_file_that_is_not_what_its_manifest_says_ends_the_job(
    place: Place, change: dict[str, Any], message: str
) -> None:
    incident = Incident.of(place.bucket, 40)
    (window,) = incident.windows(place.s3, 1)
    first, *others = window.files
    damaged = document.Window(window.at, (dataclasses.replace(first, **change), *others))
    with pytest.raises(AssertionError, match=message) as caught:
        place.run(document.PLAN, images(windows=(damaged,)))
    assert str(caught.value).startswith(first.key)


def test_an_item_that_a_point_has_twice_ends_the_job(place: Place) -> None:
    incident = Incident.of(place.bucket, 40)
    before = incident.point(place.s3, 0)
    with pytest.raises(AssertionError, match=r"its item is also in .*, line \d+: no table has it twice"):
        place.run(document.PLAN, images(before=(*before, before[0]), incident=before))


def files_of(result: dict[str, Any], group: str = "plan") -> tuple[PartFile, ...]:
    return tuple(PartFile(**each) for each in result["files"] if each["group"] == group)


def test_a_plan_is_put_back_and_nothing_else(place: Place) -> None:
    incident = Incident.of(place.bucket, 200)
    place.fill(incident.live())
    given = images(windows=incident.windows(place.s3))
    plan = files_of(place.run(document.PLAN, given, parts=2))
    # Somebody writes between the plan and its run.
    late = item(0, "written by somebody else")
    place.fill([late])
    began = time.monotonic()
    result = place.run(document.PUT_BACK, images(), plan=plan, write_units_per_second=10.0)
    # 39 write units and a failed condition or less; both tasks begin with a second's worth.
    assert time.monotonic() - began > 2.5
    counts = Counter[str]()
    for batch in result["done"]:
        counts.update(batch["counts"])
    assert counts == {"put": 29, "delete": 10, "conflict": 1}
    assert result["verified"] == {"as_before": 39, "changed_since": 0, "samples": []}
    expected = {}
    for number, (before, _incident, now) in incident.states.items():
        kept = late if number == 0 else now if number % 20 in (4, 5, 6, 7) else before
        if kept:
            expected[str(number)] = canonical(kept)
    assert {number: canonical(held) for number, held in place.live().items()} == expected


def test_what_was_cut_off_is_gone_on_with_and_nothing_is_written_twice(place: Place) -> None:
    incident = Incident.of(place.bucket, 200)
    place.fill(incident.live())
    given = images(windows=incident.windows(place.s3))
    plan = files_of(place.run(document.PLAN, given, parts=3))
    assert len(plan) == 3
    first = place.run(document.PUT_BACK, images(), plan=plan)
    after = place.live()
    # It was not told any more that they are done: their writes were.
    for number in range(3):
        place.s3.delete_object(Bucket=place.bucket, Key=f"undo/{TABLE}/x/{log.done_key(number)}")
    changed = item(3, "good since")  # which the undo has deleted
    place.fill([changed])
    second = place.run(document.PUT_BACK, images(), plan=plan)
    assert place.live() == after | {"3": changed}
    counts = [Counter[str](), Counter[str]()]
    for total, result in zip(counts, (first, second), strict=True):
        assert [batch["number"] for batch in result["done"]] == [0, 1, 2]
        assert sum(batch["items"] for batch in result["done"]) == 40
        for batch in result["done"]:
            total.update(batch["counts"])
    assert counts[0] == {"put": 30, "delete": 10}
    assert counts[1] == {"put": 30, "delete": 9, "conflict": 1}
    assert second["verified"] == {"as_before": 39, "changed_since": 0, "samples": []}
    third = place.run(document.PUT_BACK, images(), plan=plan)
    assert third["done"] == second["done"]


def test_a_plan_file_that_somebody_changed_is_not_executed(place: Place) -> None:
    incident = Incident.of(place.bucket, 40)
    place.fill(incident.live())
    given = images(windows=incident.windows(place.s3))
    plan = files_of(place.run(document.PLAN, given, parts=1))
    before = place.live()
    place.s3.put_object(Bucket=place.bucket, Key=plan[0].key, Body=gzip.compress(b"{}\n"))
    with pytest.raises(AssertionError, match="is not the file that the plan names: its SHA-256 is another"):
        place.run(document.PUT_BACK, images(), plan=plan)
    assert place.live() == before
