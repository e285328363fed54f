# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The calls that follow on the making of a table."""

from __future__ import annotations

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore.target import Target
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings.document import Units
from tests.unit.support.restoring import ELSEWHERE, WAYS, brought_back, calls, why, without_local
from tests.unit.support.settings import everything, plain


@pytest.mark.parametrize("way", WAYS)
def test_what_deletes_or_refuses_comes_last(way: str) -> None:
    order = list(
        dict.fromkeys(each.setting for each in brought_back(without_local(everything(), way), way).steps)
    )
    first = [] if way == "create" else ["tags", "table_class"]
    assert order == [
        *first, "kinesis", "insights", "scalable_targets", "scaling_policies", "scheduled_actions", "stream",
        "point_in_time_recovery", "policy", "stream_policy", "ttl", "deletion_protection",
    ]  # fmt: skip


class TestAnotherPlace:
    found = brought_back(everything(encryption=None), target=ELSEWHERE)

    def test_policies_name_the_new_table(self) -> None:
        (call,) = calls(self.found, "policy")
        arn = "arn:aws-us-gov:dynamodb:us-gov-west-1:444455556666:table/orders"
        assert call["ResourceArn"] == arn
        # A table whose name begins alike is another one; who may do it is left as it was.
        assert (
            f'["{arn}", "{arn}/index/*", "arn:aws:dynamodb:eu-west-1:111122223333:table/orders-archive"]'
            in call["Policy"]
        )
        assert "arn:aws:iam::111122223333:role/reader" in call["Policy"]

    def test_the_policy_of_the_stream_names_the_new_stream(self) -> None:
        (step,) = [each for each in self.found.steps if each.setting == "stream_policy"]
        assert step.needs_stream
        assert step.on("arn:new").arguments["ResourceArn"] == "arn:new"
        assert '"Resource": "arn:new"' in step.on("arn:new").arguments["Policy"]

    def test_a_data_stream_elsewhere_cannot_be_used(self) -> None:
        (path,) = [each for each in why(self.found) if each.startswith("kinesis[")]
        assert "own region and account only" in why(self.found)[path]
        assert calls(self.found, "kinesis") == []


class TestScaling:
    def test_names_follow_the_table(self) -> None:
        found = brought_back(everything())
        (policy,) = calls(found, "scaling_policies")
        assert (policy["PolicyName"], policy["ResourceId"]) == (
            "$orders-restored-scaling-policy",
            "table/orders-restored",
        )
        assert not {"PolicyARN", "Alarms", "CreationTime"} & policy.keys()

    def test_actions_of_the_past_are_left(self) -> None:
        found = brought_back(everything())
        assert [each["ScheduledActionName"] for each in calls(found, "scheduled_actions")] == [
            "orders-restored-night",
            "season",
        ]
        assert all("StartTime" not in each for each in calls(found, "scheduled_actions"))

    def test_the_role_is_aws_own(self) -> None:
        assert all("RoleARN" not in each for each in calls(brought_back(everything()), "scalable_targets"))


class TestWarmThroughput:
    def test_is_brought_back_only_if_asked_for(self) -> None:
        assert "AWS bills it" in why(brought_back(everything()))["warm_throughput"]
        asked = brought_back(everything(), warm=True).making
        assert asked["WarmThroughput"] == {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000}
        assert "WarmThroughput" in asked["GlobalSecondaryIndexes"][0]

    def test_that_nobody_asked_for_is_not_named(self) -> None:
        assert "warm_throughput" not in why(brought_back(plain(warm_throughput=Units(12000, 4000))))


def test_a_policy_that_grew_too_long_is_left() -> None:
    text = '{"Resource": ["' + '", "'.join([everything().arn] * 330) + '"]}'
    long = Target("orders-restored-20261128T120000Z", "eu-west-1", "111122223333")
    assert len(text) < 20 * 1024
    assert "longer than the 20 KB" in why(brought_back(everything(policy=text), target=long))["policy"]
