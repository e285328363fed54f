# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The work of a target, from what the user wrote and what was found."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import Outputs
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.surveying import RefusedError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.state import fingerprints
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.store_changes import store_settings
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.deployment import deployment
from tests.unit.support.deployed import NOTHING

STORE = {
    "BucketName": "tablekeeper-123456789012-eu-west-1",
    "AlertsTopicArn": "arn:topic",
    "LogGroupArn": "arn:group",
    "KmsKeyArn": "",
    "RetentionDays": "35",
}


def work(
    tables: list[Any], found: dict[str, Any], *, armed: bool = False, diff: bool = False, **settings: Any
) -> dict[str, Any]:
    given = {"region": "eu-west-1", **settings}
    return deployment(tables, {}, given, found, host="shop", armed=armed, diff=diff)


def stands(done: dict[str, Any]) -> dict[str, Any]:
    """What would be found once that is deployed."""
    store = done["store"] | {"outputs": {**STORE, **_literal(done["store"])}}
    stacks = [_stack(store), *(_stack(each | {"outputs": _literal(each)}) for each in done["machinery"])]
    records = {
        each["name"]: {
            "tables": [row.to_json() for row in Outputs.from_raw(each["outputs"]).tables()],
            "own": {},
        }
        for each in stacks[1:]
    }
    existing = {"retention_days": [35], "log_bucket": False, "stacks": records}
    return {**NOTHING, "stacks": stacks, "existing": existing}


def _literal(step: dict[str, Any]) -> dict[str, str]:
    outputs = json.loads(step["template"])["Outputs"]
    return {name: each["Value"] for name, each in outputs.items() if isinstance(each["Value"], str)}


def _stack(step: dict[str, Any]) -> dict[str, Any]:
    template = json.loads(step["template"])
    return {
        "name": step["name"],
        "engine": step["engine"],
        "status": "CREATE_COMPLETE",
        "outputs": step["outputs"],
        "parameters": step["parameters"],
        "tags": step["tags"],
        "protected": True,
        "template": template,
        "fingerprints": fingerprints(template),
        "types": {name: each["Type"] for name, each in template["Resources"].items()},
        "settings": store_settings(template),
    }


def deployed(tables: list[Any], **settings: Any) -> dict[str, Any]:
    """What is found where these tables are backed up."""
    first = stands(work(tables, NOTHING, **settings))
    second = stands(work(tables, first, armed=True, **settings))
    assert work(tables, second, **settings)["changes"] is False
    return second


def test_a_new_target_is_created_and_its_tables_armed_later() -> None:
    done = work(["orders"], NOTHING, diff=True)
    assert (done["store"]["action"], done["machinery"][0]["action"]) == ("create", "create")
    assert [(each["stack"], len(each["tables"])) for each in done["unarmed"]] == [("tablekeeper-export-1", 1)]
    assert "tablekeeper-store: Add Bucket (AWS::S3::Bucket)" in done["diff"]
    assert {"--- tablekeeper-store (not there)", "+++ tablekeeper-store (new)"} <= set(done["diff"])


def test_one_changed_table_changes_its_stack_only() -> None:
    found = deployed(["orders", "sessions"])
    done = work(["orders", {"name": "sessions", "at": "03:00"}], found, diff=True)
    assert (done["store"]["action"], done["machinery"][0]["action"]) == ("none", "update")
    assert "--- tablekeeper-export-1 (deployed)" in done["diff"]
    assert done["lines"] == [
        "sessions: every day at 02:00 UTC becomes every day at 03:00 UTC", "1 table unchanged",
    ]  # fmt: skip


def test_a_dashboard_too_large_for_a_request_follows_once_the_bucket_stands() -> None:
    tables, found = [f"{number:03}" + "x" * 250 for number in range(200)], NOTHING
    first = work(tables, found, dashboard=True)["store"]
    assert (first["action"], first["inline"]) == ("create", True)
    assert "Dashboard" not in json.loads(first["template"])["Resources"]
    found = stands(work(tables, NOTHING, dashboard=True))
    then = work(tables, found, dashboard=True)["store"]
    assert (then["action"], then["inline"]) == ("update", False)
    assert [each["logical_id"] for each in then["changes"] if each["action"] == "Add"] == ["Dashboard"]
    # One that fits comes at once, and a second deployment has nothing to do.
    first = work(["orders"], NOTHING, dashboard=True)["store"]
    assert "Dashboard" in json.loads(first["template"])["Resources"]
    assert deployed(["orders"], dashboard=True)


def test_a_table_that_cannot_be_backed_up_keeps_no_other_from_it() -> None:
    done = work(["orders", "ordres"], {**NOTHING, "missing": ["ordres"]})
    assert [table["name"] for table in done["plan"]["stacks"][0]["tables"]] == ["orders"]
    assert "no table of account 123456789012 in eu-west-1: ordres." in done["problems"][0]


def test_a_table_that_was_backed_up_and_is_gone_stays_as_it_is() -> None:
    found = {**deployed(["orders", "sessions"]), "missing": ["sessions"]}
    done = work(["orders", "sessions"], found)
    assert done["changes"] is False
    assert done["problems"][0].startswith("These tables were backed up and are gone")


def test_where_no_table_can_be_backed_up_nothing_is_done() -> None:
    with pytest.raises(RefusedError, match=r"Nothing was changed\. These names .*: ordres\."):
        work(["ordres"], {**NOTHING, "missing": ["ordres"]})


def test_outputs_never_change_without_a_resource() -> None:
    found = deployed([{"name": "orders", "enabled": False}])
    done = work([{"name": "orders", "enabled": False, "at": "05:00"}], found)
    assert [each["logical_id"] for each in done["machinery"][0]["changes"]] == ["DeadLetterAlarm"]


def test_another_host_is_refused_and_a_renamed_one_allowed() -> None:
    found = deployed(["orders"])
    with pytest.raises(RefusedError, match="deployed by the host shop"):
        deployment(["orders"], {}, {"region": "eu-west-1"}, found, host="other")
    renamed = {"region": "eu-west-1", "previous_host": "shop"}
    done = deployment(["orders"], {}, renamed, found, host="other")
    assert [each["logical_id"] for each in done["store"]["changes"]] == ["AlertsTopicPolicy"]
    assert done["lines"] == [
        "tablekeeper-store: inventory host shop becomes other, to which this target belongs from now on",
        "1 table unchanged",
    ]


def test_a_shell_of_an_earlier_attempt_is_no_deployment() -> None:
    shell = {**deployed(["orders"])["stacks"][1], "status": "ROLLBACK_COMPLETE", "outputs": {}}
    done = work(["orders"], {**NOTHING, "stacks": [shell]}, diff=True)
    assert done["machinery"][0]["action"] == "recreate"
    assert "--- tablekeeper-export-1 (not there)" in done["diff"]


def test_another_prefix_of_this_host_needs_a_yes() -> None:
    found = {**NOTHING, "beside": [{"prefix": "old", "host": "shop", "stacks": ["old-export-1"]}]}
    with pytest.raises(RefusedError, match=r"under the prefix old \(old-export-1\)"):
        work(["orders"], found)
    assert work(["orders"], found, beside="old, older")["store"]["action"] == "create"


OUTLIVED = {
    "rules": ["retain-35d"],
    "tables": [
        {
            "table": "orders", "backups": 2, "first": "2026-09-01", "last": "2026-09-02",
            "retention_days": 35, "left": True,
        },
    ],
    "refusal": "",
}  # fmt: skip


def test_old_backups_are_deleted_only_with_a_yes() -> None:
    found = {**deployed(["orders"]), "outlived": OUTLIVED}
    with pytest.raises(RefusedError, match="orders: 2 backups kept 35 days, of 2026-09-01 to 2026-09-02"):
        work(["orders"], found)
    assert work(["orders"], found, expire_old_backups="true")["lines"][0].startswith(
        "The bucket's rules that delete old backups are switched on again (retain-35d): S3 deletes"
    )
    kept = work(["orders"], found, expire_backups=False)
    assert kept["lines"] == [
        "tablekeeper-store: deletion of backups whose retention is over on becomes off", "1 table unchanged",
    ]  # fmt: skip


def test_a_weaker_encryption_is_told() -> None:
    found = deployed(["orders"], encryption="aws:kms")
    assert work(["orders"], found)["lines"][0].startswith(
        "tablekeeper-store: encryption aws:kms (a key of the store's own) becomes AES256"
    )


def test_once_the_store_stands_what_changed_for_the_whole_target_is_still_told() -> None:
    first = work(["orders"], deployed(["orders"], encryption="aws:kms"))
    again = deployment(["orders"], {}, {"region": "eu-west-1"}, stands(first), host="shop", was=first["was"])
    assert again["lines"][0] == first["lines"][0] != work(["orders"], stands(first))["lines"][0]


def test_the_difference_masks_webhooks() -> None:
    hook = {"protocol": "https", "endpoint": "https://hooks.example.com/secret"}
    told = "\n".join(work(["orders"], NOTHING, diff=True, alerts=[hook])["diff"])
    assert "https://hooks.example.com/***" in told
    assert "secret" not in told


def test_recovery_is_switched_on_where_nothing_else_changes() -> None:
    tables = ["orders", "users"]
    found = stands(work(tables, stands(work(tables, NOTHING, armed=True)), armed=True))
    off = {**found, "disabled": ["orders"]}
    done = work(tables, off, armed=True, enable_pitr=True)
    assert (done["changes"], done["preparation"]) == (True, {"export": {"recovery": ["orders"]}})
    assert done["lines"] == ["orders: point-in-time recovery on instead of off", "1 table unchanged"]
    refused = work(tables, {**off, "failed_tables": {"orders": "x"}}, armed=True, enable_pitr=True)
    assert (refused["changes"], refused["preparation"]) == (False, {})
    unasked = work(tables, off, armed=True)
    assert (unasked["changes"], unasked["preparation"]) == (False, {})


def test_what_is_to_be_put_right_is_work() -> None:
    found = stands(work(["orders"], NOTHING, armed=True))
    assert work(["orders"], found, armed=True)["todo"]["repair_first"] is False
    assert work(["orders"], {**found, "standing": {"due": True}}, armed=True)["todo"]["repair_first"] is True


def test_the_template_of_three_tables_can_be_shown_to_cloudformation() -> None:
    """roles/backup/README.md says so."""
    inline = [
        work([f"orders-{n}" for n in range(count)], NOTHING)["machinery"][0]["inline"] for count in (3, 5)
    ]
    assert inline == [True, False]


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "ROLLBACK_COMPLETE"])
def test_a_stack_of_somebody_else_is_refused(status: str) -> None:
    found = {**deployed(["orders"]), "foreign": {"tablekeeper-export-2": status}}
    with pytest.raises(RefusedError, match=r"Nothing was changed\. The stack tablekeeper-export-2 ") as told:
        work(["orders"], found)
    assert "another tablekeeper_prefix" in str(told.value)
    command = "aws cloudformation delete-stack --stack-name tablekeeper-export-2"
    assert (command in str(told.value)) == (status == "ROLLBACK_COMPLETE")


def two_stacks() -> tuple[list[Any], dict[str, Any]]:
    """More tables than one stack takes, and what is found where they are backed up."""
    tables = [f"table-{number:03}" for number in range(260)]
    return tables, stands(work(tables, stands(work(tables, NOTHING))))


def test_a_stack_that_is_gone_is_made_again_with_its_tables_and_no_table_stands_twice() -> None:
    tables, found = two_stacks()
    before = {each["name"]: each["outputs"] for each in found["stacks"]}
    assert before["tablekeeper-store"]["LastStacks"] == "tablekeeper-export-2"
    left = {key: each for key, each in found["existing"]["stacks"].items() if key.endswith("-2")}
    hole = {
        **found,
        "stacks": [each for each in found["stacks"] if not each["name"].endswith("-1")],
        "existing": {**found["existing"], "stacks": left},
    }
    done = work(tables, hole)
    first, second = done["machinery"]
    assert (done["store"]["action"], first["action"], second["action"]) == ("none", "create", "none")
    placed = [{table["name"] for table in each["tables"]} for each in done["plan"]["stacks"]]
    assert placed[0] | placed[1] == set(tables)
    assert not placed[0] & placed[1]
    assert placed[1] == {each["name"] for each in left["tablekeeper-export-2"]["tables"]}
    assert set(first["obstacles"]["state_machine_arns"]) == {
        f"arn:aws:states:eu-west-1:123456789012:stateMachine:tablekeeper-export-1{end}"
        for end in ("", "-heartbeat")
    }


def test_the_last_stack_goes_first() -> None:
    _tables, found = two_stacks()
    third = {**found["stacks"][2], "name": "tablekeeper-export-3"}
    done = work(["table-000"], {**found, "stacks": [*found["stacks"], third]})
    assert done["unneeded"] == ["tablekeeper-export-3", "tablekeeper-export-2"]


def test_of_each_stack_is_told_for_which_way_is_made_once_it_stands() -> None:
    first = work(["orders"], NOTHING)
    store, machinery = first["store"], first["machinery"][0]
    assert store["prepare"] is True  # nobody has told that there is nothing to adopt
    assert work(["orders"], {**NOTHING, "leftovers": False})["store"]["prepare"] is False
    assert (store["next"], machinery["next"]) == (machinery["obstacles"], {})
    assert machinery["obstacles"]["fingerprints"] == {}
    changed = work(["orders"], stands(first), tags={"team": "shop"})
    stack = changed["machinery"][0]
    assert changed["store"]["next"]["fingerprints"] == machinery["fingerprints"]
    assert (stack["obstacles"]["state_machine_arns"], stack["prepare"], stack["next"]) == ([], False, {})


def test_only_the_store_with_a_webhook_is_secret() -> None:
    hook = {"protocol": "https", "endpoint": "https://hooks.example.com/secret"}
    mail = {"protocol": "email", "endpoint": "ops@example.com"}
    for alerts, secret in (([mail], False), ([mail, hook], True)):
        done = work(["orders"], NOTHING, alerts=alerts)
        assert [each["secret"] for each in (done["store"], *done["machinery"])] == [secret, False]
