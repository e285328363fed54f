# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What machines read of the verdicts, read back with the libraries of those who read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import junitparser
import pytest
import yaml
from ansible.errors import AnsibleFilterError
from prometheus_client.parser import text_string_to_metric_families

from ansible_collections.tablekeeper.dynamodb.plugins.filter import status_junit, status_prometheus
from tests.conftest import ROOT

if TYPE_CHECKING:
    from types import ModuleType


DRILL = {
    "every_hours": 720,
    "allowed_hours": 888,
    "last_passed": "2026-11-22T12:00:00Z",
    "last_failed": None,
    "why": [],
    "record": "s3://backups/drills/orders/20261122T115500Z-passed.json",
    "rto_seconds": 244.7,
    "rpo_seconds": 3600.0,
}


POINT = {"items": 5, "bytes": 1234, "expires": "2026-12-28T09:30:00Z", "taken": "2026-11-23T09:00:00Z"}


def table(
    name: str, *codes: str, healthy: bool, enabled: bool = True, age: float | None = 2.5, word: str = ""
) -> dict[str, Any]:
    return {
        "table": name,
        "healthy": healthy,
        "verdict": word or ("healthy" if healthy else "unhealthy"),
        "enabled": enabled,
        "reasons": [{"code": code, "message": f"{name}: <{code}>\x00", "note": healthy} for code in codes],
        "last_success": {
            "finished": None if age is None else "2026-11-23T09:30:00Z",
            "age_hours": age,
            "max_age_hours": 30,
        },
        "drill": DRILL if name == "orders" else None,
        "point": None if age is None else {**POINT},
        "alarm": {"state": "OK" if healthy else "ALARM", "actions_enabled": True} if enabled else None,
    }


ANSWER = {
    "healthy": False,
    "place": {"account": "123456789012", "region": "eu-west-1", "prefix": "tablekeeper"},
    "reasons": [],
    "notes": [{"code": "not_looked_at", "message": "It is not known.", "note": True}],
    "alert_path": {"subscribers": [{"state": "confirmed"}, {"state": "pending"}, {"state": "confirmed"}]},
    "costs": [
        {"engine": "export", "tables": 5, "unpriced": 1, "dollars_per_month": 0.42},
        {"engine": "data_pipeline", "tables": 2, "unpriced": 2, "dollars_per_month": 0.0},
        {"engine": "none_of_it", "tables": 0, "unpriced": 0, "dollars_per_month": 0.0},
    ],
    "now": "2026-11-23T12:00:00Z",
    "tables": [
        table("sessions", "too_old", "alarm_firing", healthy=False),
        table("never", "never_ran", healthy=False, age=None),
        table("new", "waiting_for_first_run", healthy=True, age=None, word="waiting"),
        table("noted", "policy_extended", healthy=True),
        table("orders", healthy=True),
        table("archive", "disabled", healthy=True, enabled=False, word="disabled"),
    ],
    "summary": {"healthy": 2, "unhealthy": 2, "waiting": 1, "disabled": 1, "retired": 0},
}
NOTHING: dict[str, Any] = {
    "healthy": False,
    "place": {"account": "", "region": "eu-west-1", "prefix": "tablekeeper"},
    "now": "2026-11-23T12:00:00Z",
    "tables": [],
    "reasons": [{"code": "not_answered", "message": "AWS did not answer", "note": False}],
    "notes": [],
    "alert_path": {},
    "summary": {"healthy": 0, "unhealthy": 0, "waiting": 0, "disabled": 0, "retired": 0},
}


def suite(answer: dict[str, Any]) -> Any:
    text = status_junit.status_junit(answer, "ireland", {"id": "42"})
    (found,) = junitparser.JUnitXml.fromstring(text)
    return found


def test_junit_has_a_test_for_each_table_and_one_for_the_target() -> None:
    found = suite(ANSWER)
    assert (found.name, found.timestamp) == ("ireland", "2026-11-23T12:00:00Z")
    assert (found.tests, found.failures, found.errors, found.skipped) == (7, 2, 0, 2)
    assert {each.name: each.value for each in found.properties()} == {"id": "42"}
    cases = {case.name: case for case in found}
    assert set(cases) == {"ireland", "sessions", "never", "new", "noted", "orders", "archive"}
    (failure,) = cases["sessions"].result
    assert (failure.type, failure.message) == ("too_old", "sessions: <too_old>")
    assert failure.text == "too_old: sessions: <too_old>\nalarm_firing: sessions: <alarm_firing>"
    assert {each.name: each.value for each in cases["orders"].child(junitparser.Properties)} == {
        "drill.last_passed": "2026-11-22T12:00:00Z",
        "drill.record": "s3://backups/drills/orders/20261122T115500Z-passed.json",
        "drill.rto_seconds": "244.7",
        "drill.rpo_seconds": "3600.0",
    }
    assert cases["sessions"].child(junitparser.Properties) is None
    assert cases["noted"].system_out == "policy_extended: noted: <policy_extended>"
    (skipped,) = cases["new"].result
    assert isinstance(skipped, junitparser.Skipped)
    assert skipped.type == "waiting_for_first_run"


def test_what_cannot_be_judged_is_an_error() -> None:
    found = suite(NOTHING)
    assert (found.tests, found.errors) == (1, 1)


def samples(answer: dict[str, Any]) -> dict[tuple[str, ...], float]:
    text = status_prometheus.status_prometheus(answer, "ireland")
    families = list(text_string_to_metric_families(text))
    assert {family.type for family in families} == {"gauge"}
    found = [sample for family in families for sample in family.samples]
    assert {sample.labels.pop("target") for sample in found} == {"ireland"}
    return {(each.name, *(each.labels[key] for key in sorted(each.labels))): each.value for each in found}


def test_metrics_are_in_base_units_and_leave_out_what_is_not_known() -> None:
    found = samples(ANSWER)
    of_sessions = {name[0]: value for name, value in found.items() if name[1:] == ("sessions",)}
    assert of_sessions == {
        "tablekeeper_table_healthy": 0,
        "tablekeeper_table_waiting": 0,
        "tablekeeper_table_enabled": 1,
        "tablekeeper_table_expiry_timestamp_seconds": 1798450200,
        "tablekeeper_table_last_success_timestamp_seconds": 1795426200,
        "tablekeeper_table_last_backup_timestamp_seconds": 1795424400,
        "tablekeeper_table_age_seconds": 9000,
        "tablekeeper_table_max_age_seconds": 108000,
        "tablekeeper_table_items": 5,
        "tablekeeper_table_bytes": 1234,
        "tablekeeper_table_alarm_actions_enabled": 1,
    }
    of_drills = {name[0]: value for name, value in found.items() if name[1:] == ("orders",)}.items()
    assert (
        of_drills
        >= {
            "tablekeeper_table_last_drill_timestamp_seconds": 1795348800,
            "tablekeeper_table_drill_max_age_seconds": 3196800,
            "tablekeeper_table_drill_failed": 0,
            "tablekeeper_table_rto_seconds": 244.7,
            "tablekeeper_table_rpo_seconds": 3600,
        }.items()
    )
    of_never = {name[0] for name in found if name[1:] == ("never",)}
    assert of_never == {
        "tablekeeper_table_healthy",
        "tablekeeper_table_waiting",
        "tablekeeper_table_enabled",
        "tablekeeper_table_max_age_seconds",
        "tablekeeper_table_alarm_actions_enabled",
    }
    of_new = {name[0]: value for name, value in found.items() if name[1:] == ("new",)}
    assert of_new["tablekeeper_table_waiting"] == 1
    assert "tablekeeper_table_healthy" not in of_new
    assert found["tablekeeper_target_tables", "waiting"] == 1
    assert found["tablekeeper_table_reason", "alarm_firing", "false", "sessions"] == 1
    assert found["tablekeeper_table_reason", "policy_extended", "true", "noted"] == 1
    assert found["tablekeeper_target_tables", "unhealthy"] == 2
    assert found[("tablekeeper_status_timestamp_seconds",)] == 1795435200


def test_alarms_are_in_one_of_their_states_and_there_is_none_without_an_alarm() -> None:
    found = samples(ANSWER)
    states = {name[1:]: value for name, value in found.items() if name[0] == "tablekeeper_table_alarm_state"}
    assert [state for (state, table), value in states.items() if value and table == "sessions"] == ["ALARM"]
    assert {state for state, table in states if table == "orders"} == {"OK", "ALARM", "INSUFFICIENT_DATA"}
    assert not [table for _state, table in states if table == "archive"]


def test_targets_are_told_with_place_reasons_and_subscribers() -> None:
    gone = {"code": "stack_missing", "message": "It is gone.", "note": False}
    found = samples({**ANSWER, "reasons": [gone]})
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    assert found["tablekeeper_build_info", version] == 1
    assert found["tablekeeper_target_info", "123456789012", "tablekeeper", "eu-west-1"] == 1
    assert found["tablekeeper_target_reason", "stack_missing", "false"] == 1
    assert found["tablekeeper_target_reason", "not_looked_at", "true"] == 1
    subscribers = {
        name[1]: value for name, value in found.items() if name[0] == "tablekeeper_target_subscribers"
    }
    assert subscribers == {"confirmed": 2, "pending": 1, "missing": 0, "unreachable": 0, "filtered": 0}


def test_a_price_that_nobody_knows_is_no_sample() -> None:
    found = samples(ANSWER)
    prices = {
        name[1]: each for name, each in found.items() if name[0] == "tablekeeper_cost_dollars_per_month"
    }
    assert prices == {"export": 0.42, "none_of_it": 0}
    assert found["tablekeeper_cost_unpriced_tables", "data_pipeline"] == 2


def test_of_what_could_not_be_asked_only_that_is_told() -> None:
    found = samples(NOTHING)
    assert found[("tablekeeper_target_healthy",)] == 0
    assert found["tablekeeper_target_reason", "not_answered", "false"] == 1
    assert not [name for name in found if name[0].startswith(("tablekeeper_cost", "tablekeeper_table_"))]
    assert not [name for name in found if name[0] == "tablekeeper_target_subscribers"]


@pytest.mark.parametrize(
    ("module", "flag", "call"),
    [
        (status_junit, "HAS_JUNITPARSER", status_junit.status_junit),
        (status_prometheus, "HAS_PROMETHEUS_CLIENT", status_prometheus.status_prometheus),
    ],
)
def test_without_the_library_the_sentence_says_what_to_install(
    module: ModuleType, flag: str, call: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, flag, False)
    with pytest.raises(AnsibleFilterError, match=r"install the collection's requirements\.txt"):
        call(ANSWER, "ireland")
