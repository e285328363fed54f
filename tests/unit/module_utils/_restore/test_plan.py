# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings that are brought back: in every way, by calls that AWS takes, to a table like the saved one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import plan
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore.target import (
    AWS_MANAGED,
    AWS_OWNED,
    NotRestorableError,
    Overrides,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings.compare import differences
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings.document import (
    Encryption,
    Settings,
    Units,
    Unknown,
)
from tests.unit.support.restoring import ELSEWHERE, WAYS, brought_back, calls, done, why, without_local
from tests.unit.support.settings import KEY, any_settings, everything, plain

skips = st.sets(st.sampled_from(plan.SKIPPABLE), max_size=4)


@given(any_settings(), st.sampled_from(WAYS), skips, st.booleans())
def test_what_was_saved_is_there_again_or_is_said_not_to_be(
    saved: Settings, way: str, skip: set[str], warm: bool
) -> None:
    saved = without_local(saved, way)
    found = brought_back(saved, way, skip=skip, warm=warm)
    unexplained = [
        each for each in differences(found.expected, done(found, way, saved), found.reasons) if not each.why
    ]
    assert unexplained == []


@pytest.mark.parametrize("way", WAYS)
def test_only_what_is_left_differs(way: str) -> None:
    saved = without_local(everything(), way)
    found = brought_back(saved, way, warm=True)
    assert {each.path for each in differences(found.expected, done(found, way, saved))} == {
        "tags[aws:cloudformation:stack-name]",
        "scheduled_actions[table/orders-restored dynamodb:table:ReadCapacityUnits once]",
        "scheduled_actions[table/orders-restored dynamodb:table:ReadCapacityUnits season].begins",
        "replicas[eu-central-1]",
        "consistency",
        "replica_scaling[eu-central-1]",
        "alarms[orders-throttled]",
        "event_sources[e1]",
        "pipes[orders-pipe]",
    }


def test_a_table_with_nothing_needs_no_step() -> None:
    found = brought_back(plain())
    assert (found.steps, found.left) == ((), ())
    assert found.making == {
        "TableName": "orders-restored",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }


@pytest.mark.parametrize("way", WAYS)
def test_nothing_that_reads_or_deletes_is_made_with_the_table(way: str) -> None:
    making = brought_back(without_local(everything(), way), way).making
    assert not making.keys() & {
        "StreamSpecification",
        "ResourcePolicy",
        "DeletionProtectionEnabled",
        "WarmThroughput",
    }


class TestAttributes:
    def test_of_an_index_that_is_skipped_go_with_it(self) -> None:
        found = brought_back(everything(), skip=["global_indexes", "vector_indexes", "local_indexes"])
        assert {each["AttributeName"] for each in found.making["AttributeDefinitions"]} == {"id", "at"}

    def test_keys_may_have_several_attributes(self) -> None:
        (index, _other) = brought_back(everything()).making["GlobalSecondaryIndexes"]
        assert [each["KeyType"] for each in index["KeySchema"]] == ["HASH", "HASH", "RANGE", "RANGE"]


class TestSkipping:
    def test_an_index_leaves_out_what_hangs_on_it(self) -> None:
        found = brought_back(everything(), skip=["global_indexes"])
        resource = "table/orders-restored/index/by-day dynamodb:index:WriteCapacityUnits"
        assert (
            why(found)["insights[by-day]"]
            == why(found)[f"scalable_targets[{resource}]"]
            == "its index is not made"
        )

    def test_an_index_keeps_a_native_restore_from_making_it(self) -> None:
        found = brought_back(everything(), "native", skip=["global_indexes"])
        assert found.making["GlobalSecondaryIndexOverride"] == []
        assert len(found.making["LocalSecondaryIndexOverride"]) == 1

    def test_a_stream_leaves_its_policy(self) -> None:
        found = brought_back(everything(), skip=["stream"])
        assert why(found)["stream_policy"] == "the new table has no stream"
        assert calls(found, "stream_policy") == []

    def test_targets_leave_what_scales_them(self) -> None:
        found = brought_back(everything(), skip=["scalable_targets"])
        assert calls(found, "scaling_policies") == calls(found, "scheduled_actions") == []

    def test_what_cannot_be_skipped_is_refused(self) -> None:
        with pytest.raises(
            NotRestorableError, match="keys cannot be skipped: there is deletion_protection, "
        ):
            brought_back(everything(), skip=["keys"])

    def test_for_a_drill_leaves_only_what_holds_items(self) -> None:
        found = brought_back(everything(), skip=plan.DRILL, tags={"drill": "yes"})
        assert found.steps == ()
        assert found.making["Tags"] == [{"Key": "drill", "Value": "yes"}]
        assert len(found.making["GlobalSecondaryIndexes"]) == 2


class TestOverriding:
    def test_provisioned_to_on_demand(self) -> None:
        found = brought_back(
            everything(), overrides=Overrides(billing="PAY_PER_REQUEST", maximum=Units(9, 9))
        )
        assert found.making["OnDemandThroughput"] == {"MaxReadRequestUnits": 9, "MaxWriteRequestUnits": 9}
        assert "ProvisionedThroughput" not in found.making
        assert all("ProvisionedThroughput" not in each for each in found.making["GlobalSecondaryIndexes"])
        assert why(found)["scalable_targets"] == "a table on demand has no capacity to scale"
        left = {
            each.path: each.why
            for each in differences(found.expected, done(found, "create", everything()), found.reasons)
        }
        assert (
            left["billing"]
            == left["throughput"]
            == left["global_indexes[by-day].throughput"]
            == "another value was asked for"
        )

    def test_on_demand_to_provisioned_needs_a_throughput(self) -> None:
        with pytest.raises(NotRestorableError, match="give read_capacity and write_capacity"):
            brought_back(plain(), overrides=Overrides(billing="PROVISIONED"))
        found = brought_back(plain(), overrides=Overrides(billing="PROVISIONED", throughput=Units(1, 2)))
        assert found.making["ProvisionedThroughput"] == {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2}

    @pytest.mark.parametrize(
        ("saved", "wanted"),
        [(plain(), Overrides(throughput=Units(1, 1))), (everything(), Overrides(maximum=Units(1, 1)))],
    )
    def test_a_figure_of_the_other_billing_is_refused(self, saved: Settings, wanted: Overrides) -> None:
        with pytest.raises(NotRestorableError, match="override its billing_mode, too"):
            brought_back(saved, overrides=wanted)

    def test_the_class(self) -> None:
        assert (
            "TableClass" not in brought_back(everything(), overrides=Overrides(table_class="STANDARD")).making
        )


class TestKeys:
    def made_with(self, saved: Encryption | None, key: str = "", way: str = "create") -> Any:
        found = brought_back(plain(encryption=saved), way, overrides=Overrides(key=key)).making
        return found.get("SSESpecification" if way == "create" else "SSESpecificationOverride")

    def test_of_a_customer_is_named(self) -> None:
        expected = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}
        assert self.made_with(Encryption(KEY)) == self.made_with(None, KEY) == expected

    def test_that_aws_manages_is_not_named(self) -> None:
        expected = {"Enabled": True, "SSEType": "KMS"}
        assert (
            self.made_with(Encryption(KEY, "AWS")) == self.made_with(Encryption(KEY), AWS_MANAGED) == expected
        )

    def test_that_aws_owns_is_said_where_something_else_may_count(self) -> None:
        assert self.made_with(None) is None
        assert self.made_with(Encryption(KEY), AWS_OWNED) is None
        assert self.made_with(None, way="native") == {"Enabled": False}

    def test_of_another_region_is_refused(self) -> None:
        with pytest.raises(NotRestorableError, match="is in eu-west-1, and a table in us-gov-west-1"):
            brought_back(everything(), target=ELSEWHERE)


def test_what_is_not_known_is_said() -> None:
    found = brought_back(everything(policy=Unknown("AccessDeniedException"), alarms=Unknown("cut", ("one",))))
    assert why(found)["policy"] == "it is not known: AccessDeniedException"
    assert {"alarms", "alarms[one]"} <= why(found).keys()


def test_import_makes_no_local_indexes() -> None:
    with pytest.raises(NotRestorableError, match=r"no local secondary indexes \(by-size\)"):
        brought_back(everything(), "import")


def test_a_table_that_is_filled_on_demand_gets_its_capacity_first() -> None:
    found = brought_back(everything(), filled_on_demand=True)
    assert found.making["BillingMode"] == "PAY_PER_REQUEST"
    assert "ProvisionedThroughput" not in found.making
    assert not [each for each in found.making["GlobalSecondaryIndexes"] if "ProvisionedThroughput" in each]
    first = found.steps[0]
    assert (first.setting, first.arguments["BillingMode"]) == ("throughput", "PROVISIONED")
    assert len(first.arguments["GlobalSecondaryIndexUpdates"]) == 2
