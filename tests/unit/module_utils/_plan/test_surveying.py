# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a look at the account says against deploying."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import Outputs
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.survey import Survey
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.agreed import idle
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.make import make_plan
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.surveying import (
    RefusedError,
    problems,
    refuse,
    unready,
)
from tests.unit.support.records import table

BUCKETS = {"BucketName": "tablekeeper-1-eu-west-1", "LogBucketName": "tablekeeper-logs-1-eu-west-1"}
CATALOG = table("catalog", retention_days=7)


def found(**more: Any) -> Survey:
    given = {"account": "1", "store": Outputs(inventory_host="shop"), "deployed": {"catalog": CATALOG}}
    return Survey(**(given | more))


def refusal(survey: Survey, previous_host: str = "", **settings: Any) -> str:
    plan = make_plan(["orders"], region="eu-west-1", **settings)
    with pytest.raises(RefusedError) as error:
        refuse(survey, plan, BUCKETS, "shop", previous_host, dt.date(2026, 11, 28))
    return str(error.value)


def passes(survey: Survey, previous_host: str = "", **settings: Any) -> None:
    plan = make_plan(["orders"], region="eu-west-1", **settings)
    refuse(survey, plan, BUCKETS, "shop", previous_host, dt.date(2026, 11, 28))


def test_a_table_that_exists_and_is_no_longer_listed_needs_a_yes() -> None:
    survey = found(unlisted={"catalog": True})
    told = refusal(survey)
    assert told.startswith("Nothing was changed: catalog is backed up, but no longer in tablekeeper_tables.")
    assert "tablekeeper_stop_backups_of: [catalog]" in told
    assert "by 2026-12-06 at the latest" in told
    assert "(catalog: what backups it has stay while" in refusal(survey, expire_backups=False)
    passes(survey, stop_backups_of=["catalog"])


def test_a_table_that_is_gone_or_was_stopped_before_needs_none() -> None:
    passes(found(unlisted={"catalog": False}))
    passes(found(unlisted={"catalog": True}, deployed={"catalog": replace(CATALOG, enabled=False)}))


def test_a_name_of_the_list_that_is_no_table_is_told_with_the_table_that_it_leaves_out() -> None:
    survey = found(unlisted={"catalog": True}, missing=("Catalog", "nosuch"))
    told = refusal(survey)
    names = "These names in tablekeeper_tables are no table of account 1 in eu-west-1: Catalog (is catalog"
    assert f"no longer in tablekeeper_tables. {names} meant?), nosuch. Correct them first." in told
    assert told.index(names) < told.index("tablekeeper_stop_backups_of: [catalog]")
    # One that is gone is named elsewhere.
    gone = {"catalog": CATALOG, "gone": CATALOG}
    assert "no table" not in refusal(found(unlisted={"catalog": True}, missing=("gone",), deployed=gone))


def test_a_name_that_is_switched_off_may_be_misspelt_too() -> None:
    plan = make_plan([{"name": "Catalog", "enabled": False}, "catalogs"], region="eu-west-1")
    with pytest.raises(RefusedError) as error:
        refuse(found(unlisted={"catalog": True}), plan, BUCKETS, "shop", "", dt.date(2026, 11, 28))
    assert "It lists Catalog with enabled: false: is catalog meant? If that" in str(error.value)
    assert "catalogs" not in str(error.value)


def agreed(survey: Survey, previous_host: str = "", **settings: Any) -> list[str]:
    """What is told of names that let nothing happen, where nothing is refused."""
    passes(survey, previous_host, **settings)
    plan = make_plan(["orders"], region="eu-west-1", **settings)
    return list(idle(survey, plan, "shop", previous_host))


def test_a_misspelt_yes_is_told_with_the_refusal_that_it_was_meant_for() -> None:
    told = refusal(found(unlisted={"catalog": True}), stop_backups_of=["catalgo"])
    there_is_none = "but no table of that name is backed up in account 1 in eu-west-1"
    asked = f"tablekeeper_stop_backups_of names catalgo, {there_is_none}: is catalog meant?"
    assert told.endswith(f"at the latest). {asked}")

    other = {"prefix": "tablekeeper-old", "host": "shop-eu", "stacks": ["tablekeeper-old-export-1"]}
    told = refusal(found(store=Outputs(inventory_host="shop-eu")), previous_host="shopeu")
    assert "tablekeeper_previous_host is shopeu, but no host of that name has stacks in account 1" in told
    assert told.endswith(": is shop-eu meant?")
    told = refusal(found(beside=({**other, "host": "shop"},), deployed={}), beside=["tablekeper-old"])
    assert "tablekeeper_beside names tablekeper-old, but nothing is backed up under that prefix" in told
    assert told.endswith(": is tablekeeper-old meant?")


def test_a_yes_to_what_is_not_there_is_told_and_refuses_nothing() -> None:
    dropped = found(unlisted={"catalog": True})
    (told,) = agreed(dropped, stop_backups_of=["catalog", "nosuch"])
    assert told == (
        "tablekeeper_stop_backups_of names nosuch, but no table of that name is backed up in account 1 in "
        "eu-west-1 (any more)."
    )
    (told,) = agreed(found(), stop_backups_of=["orders"])
    assert told == "tablekeeper_stop_backups_of names orders, but tablekeeper_tables lists it, which counts."
    (told,) = agreed(found(), previous_host="shopeu")
    assert told.endswith("no host of that name has stacks in account 1 in eu-west-1 (any more).")
    (told,) = agreed(found(deployed={}), beside=["old"])
    assert told.startswith("tablekeeper_beside names old, but nothing")


def test_a_yes_to_what_is_there_is_not_told() -> None:
    other = {"prefix": "old", "host": "shop", "stacks": ["old-export-1"]}
    assert agreed(found(unlisted={"catalog": True}), stop_backups_of=["catalog"]) == []
    assert agreed(found(unlisted={"catalog": False}), stop_backups_of=["catalog"]) == []
    assert agreed(found(store=Outputs(inventory_host="before")), previous_host="before") == []
    assert (
        agreed(found(store=Outputs(), beside=({**other, "host": "before"},)), "before", beside=["old"]) == []
    )
    assert agreed(found(beside=(other,), deployed={}), beside=["old"]) == []
    # What stands beside is not looked for any more.
    assert agreed(found(), beside=["old"]) == []


def test_what_another_host_deployed_is_left_alone_unless_that_was_renamed() -> None:
    survey = found(store=Outputs(inventory_host="team-stock"))
    told = refusal(survey)
    assert "were deployed by the host team-stock of an inventory, and this is shop" in told
    assert "-e tablekeeper_previous_host=team-stock" in told
    passes(survey, previous_host="team-stock")
    passes(found(store=Outputs()))


def test_another_prefix_of_this_host_needs_a_yes_and_one_of_another_host_none() -> None:
    other = {"prefix": "old", "host": "shop", "stacks": ["old-export-1", "old-export-2"]}
    survey = found(beside=(other,))
    told = refusal(survey)
    assert "shop backs up account 1 in eu-west-1 already, under the prefix old (old-export-1, old-" in told
    assert "playbook with --limit shop -e tablekeeper_prefix=old -e teardown_confirm=old@1, then" in told
    assert told.endswith("if both are wanted, say so with -e tablekeeper_beside=old.")
    passes(survey, beside=["old"])
    passes(found(beside=({**other, "host": "stock"},)))
    assert "stock backs up" in refusal(found(beside=({**other, "host": "stock"},)), previous_host="stock")


def test_a_bucket_keeps_its_name() -> None:
    told = refusal(found(store=Outputs(bucket_name="old")))
    asked = "the inventory asks for tablekeeper-1-eu-west-1."
    assert told.startswith(f"tablekeeper-store has the buckets old, {asked}")


def test_tables_that_cannot_be_backed_up_are_told_each_kind_once() -> None:
    survey = found(missing=("ordres", "catalog"), disabled=("sessions",))
    settings = make_plan(["orders"], region="eu-west-1").settings
    unknown, gone, off = problems(survey, settings)
    assert "no table of account 1 in eu-west-1: ordres. Correct the names" in unknown
    assert gone.startswith("These tables were backed up and are gone from account 1 in eu-west-1: catalog.")
    assert "run the restore playbook with -e restore_table=catalog -e restore_to=catalog, which" in gone
    assert off.startswith("Point-in-time recovery is off for: sessions. Without it")
    assert unready(survey, settings) == ["ordres", "catalog", "sessions"]


def test_of_many_tables_that_are_gone_each_has_its_own_name() -> None:
    deployed = {name: table(name) for name in ("catalog", "sessions")}
    survey = found(missing=tuple(deployed), deployed=deployed)
    (gone,) = problems(survey, make_plan(["orders"], region="eu-west-1").settings)
    assert "with -e restore_table=NAME -e restore_to=NAME for each, which brings" in gone


def test_what_is_switched_on_is_no_problem_but_where_that_failed() -> None:
    later = {"users": "ContinuousBackupsUnavailableException: wait"}
    survey = found(disabled=("sessions", "users"), failed=later)
    settings = make_plan(["orders"], region="eu-west-1", enable_pitr=True).settings
    (told,) = problems(survey, settings)
    assert told.startswith(f"Point-in-time recovery of users could not be switched on ({later['users']}).")
    assert unready(survey, settings) == ["users"]


def test_a_dashboard_of_the_name_is_told_before_anything_is_made() -> None:
    told = refusal(found(dashboard="shop-eu-west-1"), prefix="shop", dashboard=True)
    assert told.startswith("Nothing was changed: account 1 has a dashboard shop-eu-west-1, which shop-store ")
    assert "delete-dashboards --dashboard-names shop-eu-west-1 --region eu-west-1" in told
    assert "tablekeeper_dashboard: false" in told
    passes(found(dashboard="shop-eu-west-1"), prefix="shop")


def test_a_key_that_cannot_be_used_is_told_before_anything_is_made() -> None:
    key = "arn:aws:kms:eu-west-1:1:key/2"
    assert f"the key {key} does not exist" in refusal(found(keys={key: ""}))
    assert f"the key {key} is PendingDeletion" in refusal(found(keys={key: "PendingDeletion"}))
    passes(found(keys={key: "Enabled"}))
    passes(found(keys={key: "unknown"}))
