# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Metrics, rules and dashboard against the file that the playbook `status` writes, in a real Prometheus."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from grafana_foundation_sdk.cog import encoder, plugins
from grafana_foundation_sdk.models.dashboard import Dashboard
from prometheus_client.parser import text_string_to_metric_families

from local_aws.client.fixtures import new_account
from plugins.module_utils._report.metrics import metrics
from tests.conftest import ROOT
from tests.monitoring.expressions import RULES, alerts, dashboard, named, of_panel, of_rule
from tests.monitoring.prometheus import promtool, serving
from tests.monitoring.situation import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local_aws.client.process import LocalAws
    from tests.monitoring.prometheus import Prometheus

HOUR = 3600.0
PANELS = dashboard()["panels"]
NOTHING = {
    "healthy": True,
    "place": {"account": "", "region": "", "prefix": ""},
    "now": "2026-11-23T12:00:00Z",
    **{key: [] for key in ("tables", "reasons", "notes")},
    "alert_path": {},
    "summary": dict.fromkeys(("healthy", "unhealthy", "waiting", "disabled", "retired"), 0),
}
LABELS = {metric.name: set(metric.labels) for metric in metrics(NOTHING, "any")}
EXPRESSIONS = [
    *((f"panel {panel['title']}", each) for panel in PANELS for each in of_panel(panel)),
    *((f"alert {rule['alert']}", each) for rule in alerts() for each in of_rule(rule)),
]


@pytest.fixture(name="text", scope="module")
def fixture_text(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The file: sessions is too old, never has no backup, catalog waits, archive is disabled."""
    with new_account(local_aws) as account:
        yield written(account, tmp_path_factory.mktemp("status"))


def judged(text: str) -> float:
    """When the file was written, by the time of AWS."""
    (moment,) = (
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "tablekeeper_status_timestamp_seconds"
    )
    return float(moment)


@pytest.fixture(name="prometheus", scope="module")
def fixture_prometheus(text: str) -> Iterator[Prometheus]:
    """It has read the file when it was written, and again 31 hours later; nobody has renewed it."""
    with serving({judged(text): text, judged(text) + 31 * HOUR: text}) as running:
        yield running


def test_names_and_units_keep_to_the_conventions(text: str) -> None:
    told = promtool("check", "metrics", given=text)
    assert (told.returncode, told.stdout + told.stderr) == (0, "")


def test_promtool_would_find_a_name_that_does_not() -> None:
    name = "tablekeeper_runs_total"
    wrong = f"# HELP {name} Runs.\n# TYPE {name} gauge\n{name} 1\n"
    assert promtool("check", "metrics", given=wrong).returncode != 0


def test_every_metric_of_the_file_is_explained(text: str) -> None:
    """In the README of the role, each with its labels."""
    readme = (ROOT / "roles/status/README.md").read_text(encoding="utf-8").partition("| metric | |")[2]
    explained = dict(re.findall(r"^\| `(tablekeeper_\w+)`(.*)$", readme, re.MULTILINE))
    assert set(explained) == {family.name for family in text_string_to_metric_families(text)}
    for name, labels in LABELS.items():
        others = labels - {"target", "table"}
        assert not [label for label in others if f"`{label}`" not in explained[name]], name


def test_the_file_has_a_sample_of_each_metric(text: str) -> None:
    empty = {family.name for family in text_string_to_metric_families(text) if not family.samples}
    assert empty == set()


@pytest.mark.parametrize(("where", "expression"), EXPRESSIONS, ids=[where for where, _ in EXPRESSIONS])
def test_there_is_what_an_expression_names(where: str, expression: str) -> None:
    found = named(expression)
    assert found.metrics, where
    assert found.metrics <= set(LABELS)
    assert found.labels <= set().union(*(LABELS[name] for name in found.metrics))


def test_texts_of_alerts_name_labels_that_the_alert_has() -> None:
    for rule in alerts():
        has = set().union(*(LABELS[name] for name in named(rule["expr"]).metrics))
        texts = " ".join(rule["annotations"].values())
        assert set(re.findall(r"\$labels\.(\w+)", texts)) <= has, rule["alert"]
        assert set(rule["annotations"]) == {"summary", "description"}


def test_rules_are_right() -> None:
    told = promtool("check", "rules", "--lint=all", "--lint-fatal", RULES)
    assert told.returncode == 0, told.stdout + told.stderr


def test_rules_fire_when_they_should_and_say_what_to_do() -> None:
    told = promtool("test", "rules", ROOT / "tests/monitoring/alerts_test.yml")
    assert told.returncode == 0, told.stdout + told.stderr


def test_every_rule_is_tried() -> None:
    tried = (ROOT / "tests/monitoring/alerts_test.yml").read_text(encoding="utf-8")
    assert [rule["alert"] for rule in alerts() if f"alertname: {rule['alert']}" not in tried] == []


def firing(prometheus: Prometheus, moment: float) -> dict[str, set[str]]:
    """Which alerts fire, and for which tables or targets."""
    found = {rule["alert"]: prometheus.at(rule["expr"], moment) for rule in alerts()}
    return {
        name: {each["metric"].get("table") or each["metric"].get("target", "-") for each in series}
        for name, series in found.items()
        if series
    }


def test_what_fires_of_the_file(prometheus: Prometheus, text: str) -> None:
    now = {
        "TablekeeperBackupTooOld": {"sessions"},
        "TablekeeperNeverBackedUp": {"never"},
        "TablekeeperTableUnhealthy": {"sessions", "never"},
        "TablekeeperSubscriberMissing": {"target"},
        "TablekeeperDrillOverdue": {"sessions"},
        "TablekeeperDrillFailed": {"sessions"},
    }
    assert firing(prometheus, judged(text)) == now
    later = {"TablekeeperBackupTooOld": {"sessions", "orders"}, "TablekeeperStatusStale": {"target"}}
    assert firing(prometheus, judged(text) + 31 * HOUR) == now | later
    # When the file is gone, nothing is left that could be too old.
    gone = {"TablekeeperStatusAbsent": {"-"}, "TablekeeperTargetVanished": {"target"}}
    assert firing(prometheus, judged(text) + 40 * HOUR) == gone


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: str(panel["title"]))
def test_a_panel_shows_something(panel: dict[str, Any], prometheus: Prometheus, text: str) -> None:
    """Each of its expressions has series, and what its columns are made of is in them."""
    fields = set()
    for target, expression in zip(panel["targets"], of_panel(panel), strict=True):
        series = prometheus.at(expression, judged(text) + 60)
        assert series, expression
        labels = {label for each in series for label in each["metric"]}
        assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= labels
        one = len(panel["targets"]) == 1
        fields |= {"Time", *labels, "Value" if one else f"Value #{target['refId']}"}
    for change in panel.get("transformations", []):
        options = change["options"]
        given = {*options.get("indexByName", {}), *options.get("renameByName", {})}
        assert {*given, *options.get("excludeByName", {})} <= fields
    shown = set(shown_names(panel))
    if panel["type"] == "table":
        assert {each["matcher"]["options"] for each in panel["fieldConfig"]["overrides"]} <= shown
        assert {each["displayName"] for each in panel["options"].get("sortBy", [])} <= shown


def shown_names(panel: dict[str, Any]) -> Iterator[str]:
    for change in panel.get("transformations", []):
        yield from change["options"].get("renameByName", {}).values()


def test_numbers_of_the_panels(prometheus: Prometheus, text: str) -> None:
    """What a person reads at the top, and why tables are unhealthy."""
    shown = {
        panel["title"]: prometheus.at(of_panel(panel)[0], judged(text) + 60)
        for panel in PANELS
        if panel["type"] in {"stat", "table"}
    }
    stats = {title: found[0]["value"][1] for title, found in shown.items() if len(found) == 1}
    assert stats["Unhealthy tables"] == "2"
    assert stats["Targets not healthy"] == "1"
    assert stats["Healthy tables"] == "1"
    assert stats["Waiting for a first backup"] == "1"
    assert stats["Last judged"] == "60"
    assert stats["Subscribers who hear nothing"] == "1"
    why = {(each["metric"]["table"], each["metric"]["code"]) for each in shown["Unhealthy tables, and why"]}
    assert {("sessions", "too_old"), ("never", "no_good_point")} < why
    assert {table for table, _code in why} == {"sessions", "never"}
    (each,) = shown["What is wrong with targets"]
    assert (each["metric"]["code"], each["metric"]["region"]) == ("not_as_listed", "eu-west-1")


def test_no_data_is_not_shown_as_nothing_wrong(prometheus: Prometheus, text: str) -> None:
    """Where nobody has judged anything the numbers at the top are missing, and none is 0."""
    long_ago = judged(text) - 90 * 24 * HOUR
    assert not [
        panel["title"]
        for panel in PANELS
        if panel["type"] == "stat" and prometheus.at(of_panel(panel)[0], long_ago)
    ]


def test_grafana_knows_every_key() -> None:
    """Of the oldest version that the dashboard is for: what is not in its models does not come back."""
    plugins.register_default_plugins()
    given = dashboard()
    read = json.loads(json.dumps(Dashboard.from_json(given), cls=encoder.JSONEncoder))
    for key in ("__inputs", "__requires"):  # what only an import reads
        del given[key]
    assert list(lost(given, read)) == []


def lost(given: Any, read: Any, where: str = "") -> Iterator[str]:
    """The keys and values that are not in what was read."""
    if isinstance(given, dict) and isinstance(read, dict):
        for key, value in given.items():
            yield from lost(value, read.get(key), f"{where}/{key}")
    elif isinstance(given, list) and isinstance(read, list) and len(given) == len(read):
        for index, (one, other) in enumerate(zip(given, read, strict=True)):
            yield from lost(one, other, f"{where}/{index}")
    elif given != read:
        yield where


def test_an_import_asks_for_the_data_source() -> None:
    found = dashboard()
    (asked,) = found["__inputs"]
    assert (asked["name"], asked["pluginId"]) == ("DS_PROMETHEUS", "prometheus")
    source = {"type": "prometheus", "uid": "${DS_PROMETHEUS}"}
    assert all(panel["datasource"] == source for panel in PANELS)
    assert all(target["datasource"] == source for panel in PANELS for target in panel["targets"])
    assert all(each["datasource"] == source for each in found["templating"]["list"])
    kinds = {each["id"] for each in found["__requires"] if each["type"] == "panel"}
    assert kinds == {panel["type"] for panel in PANELS}
    for each in found["templating"]["list"]:
        (wanted, label) = re.fullmatch(r"label_values\((.*), (\w+)\)", each["query"]["query"]).groups()
        several = re.fullmatch(r'\{__name__=~"(\w+)_\((\w+)\|(\w+)\)", (.*)\}', wanted)
        shown = (
            {f"{several[1]}_{several[2]}", f"{several[1]}_{several[3]}"}
            if several
            else named(wanted.replace("$target", ".*")).metrics
        )
        assert shown
        assert all(label in LABELS[metric] for metric in shown)


def test_every_table_can_be_chosen() -> None:
    """Also one that waits, and one that is listed and not deployed, of which nobody knows an age."""
    (variable,) = (each for each in dashboard()["templating"]["list"] if each["name"] == "table")
    (names,) = re.findall(r'__name__=~"([^"]+)"', variable["query"]["query"])
    told = {"last_success": dict.fromkeys(("finished", "age_hours", "max_age_hours")), "point": None}
    undeployed = {**told, "enabled": None, "healthy": False, "verdict": "unhealthy"}
    waiting = {**told, "enabled": True, "healthy": True, "verdict": "waiting"}
    for each in (undeployed, waiting):
        table = {"table": "orders", "drill": None, "alarm": None, "reasons": [], **each}
        found = [
            metric.name
            for metric in metrics({**NOTHING, "tables": [table]}, "eu")
            if ("eu", "orders") in metric.values
        ]
        assert [name for name in found if re.fullmatch(names, name)]


def test_panels_do_not_cover_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in PANELS:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells


@pytest.mark.parametrize("name", ["monitoring-dashboard.png", "monitoring-alerts.png"])
def test_pictures_are_small(name: str) -> None:
    assert 20_000 < (ROOT / "docs/pictures" / name).stat().st_size < 200_000
