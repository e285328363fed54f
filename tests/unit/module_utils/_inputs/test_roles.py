# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What surveys, `-e` and YAML make of answers, and what the roles make of that."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

import pytest
import yaml

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.checks import moment
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.mistakes import (
    NotAllowedError,
    PlanError,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.roles import ROLES, cast
from tests.gates.tools import ROOT

HERE = {"region": "eu-west-1"}
NOON = dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("role", "key", "given", "meant"),
    [
        ("run", "wait", False, False),
        ("run", "wait", "false", False),
        ("run", "wait", "no", False),
        ("run", "wait", "", True),
        ("run", "wait", None, True),
        ("run", "timeout", None, 86400.0),
        ("run", "timeout", 60, 60.0),
        ("run", "timeout", "1_000", 1000.0),
        ("run", "poll_seconds", 0.5, 0.5),
        ("run", "poll_seconds", "0.5", 0.5),
        ("run", "tables", None, []),
        ("run", "tables", " \n", []),
        ("run", "tables", "orders, 123\n\nusers", ["orders", "123", "users"]),
        ("run", "tables", 123, ["123"]),
        ("run", "tables", ["orders", 123, dt.date(2026, 1, 2)], ["orders", "123", "2026-01-02"]),
        ("run", "started_by", 7, "7"),
        ("status", "max_age", "", ""),
        ("status", "max_age", "2 days", "48 hours"),
        ("status", "verify", None, "manifest"),
        ("status", "verify", "Content", "content"),
        ("status", "fail", "off", False),
        ("teardown", "store", "true", True),
        ("teardown", "stack_timeout", "1_800", 1800),
        ("teardown", "confirm", None, ""),
        ("undo", "from", "2026-11-29T14:00:00+01:00", "2026-11-29T13:00:00Z"),
        ("undo", "until", NOON, "2026-01-02T12:00:00Z"),
        ("undo", "choose", "missing, changed", ["missing", "changed"]),
        ("undo", "choose", "", []),
        ("undo", "choose", [], []),
        ("undo", "keys", '[{"id": 17}]', [{"id": 17}]),
        ("undo", "keys", {"id": "a"}, [{"id": "a"}]),
        ("undo", "keys", "", []),
        ("undo", "point_max_age", "1 day", "24 hours"),
    ],
)
def test_an_answer_has_its_type_again(role: str, key: str, given: object, meant: object) -> None:
    needed = {"table": "orders"} if role == "undo" else {}
    found = cast({**HERE, **needed, key: given}, role)[key]
    assert (found, type(found)) == (meant, type(meant))


@pytest.mark.parametrize(
    ("role", "key", "given", "sentence"),
    [
        ("run", "wait", 750, "run_wait is 750, but it must be true or false."),
        ("run", "timeout", True, "run_timeout is true, but it must be a number"),
        ("run", "timeout", "abc", "it must be a number above 0 and at most 31622400."),
        ("run", "timeout", 0, "run_timeout is 0, but it must be a number above 0"),
        ("run", "timeout", float("nan"), "run_timeout is NaN, but"),
        (
            "run",
            "tables",
            True,
            "tables is true, but it must be the names of tables: YAML has made something",
        ),
        ("run", "tables", [None], "tables is [null], but"),
        ("run", "tables", 1.5, "tables is 1.5, but"),
        ("run", "tables", NOON, 'tables is "2026-01-02 12:00:00+00:00", but'),
        ("run", "tables", {"name": "orders"}, 'tables is {"name": "orders"}, but'),
        ("run", "region", "", "tablekeeper_region is not set, but it must be an AWS region"),
        ("run", "region", 12, "tablekeeper_region is 12, but"),
        ("run", "table", 12, "run_table is 12, but there is no such key: the nearest is tables."),
        ("undo", "table", "", "name the table, as in -e undo_table=orders"),
        ("undo", "from", "14:00", "it must be a time with its time zone"),
        ("undo", "choose", "all", "it must be some of missing, changed, unexpected"),
        ("undo", "keys", "id=17", "it must be a list of mappings"),
        ("undo", "keys", [{}], "it must be a list of mappings"),
        ("undo", "acknowledge", "streams", "it must be some of stream, triggers, pipes"),
        ("status", "max_age", 30, "status_max_age is 30, but it must be from 1 hour"),
        ("status", "junit_file", True, "status_junit_file is true, but it must be the path of a file."),
        (
            "status",
            "json_file",
            "~nobody-here/x",
            "it begins with a home that this machine does not know.",
        ),
        ("teardown", "confirm", True, "teardown_confirm is true, but it must be the name typed again"),
        ("teardown", "store", "maybe", 'teardown_store is "maybe", but it must be true or false.'),
        ("teardown", "stack_timeout", "1800.5", 'tablekeeper_stack_timeout is "1800.5", but'),
        ("render", "render_to", "", "render_to is not set, but it must be the directory"),
    ],
)
def test_what_cannot_be_made_out_is_named_with_its_value(
    role: str, key: str, given: object, sentence: str
) -> None:
    with pytest.raises(PlanError) as refused:
        cast({key: given} if role == "render" else {**HERE, key: given}, role)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("out", "/here/out"),
        (" ../there/out ", "/there/out"),
        (".", "/here"),
        ("~/out", "/home/me/out"),
        ("/srv/out", "/srv/out"),
    ],
)
@pytest.mark.parametrize(
    ("role", "key"),
    [("render", "render_to"), *(("status", f"{kind}_file") for kind in ("json", "junit", "prometheus"))],
)
def test_a_path_begins_where_the_user_is(
    role: str, key: str, given: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getcwd", lambda: "/here")
    monkeypatch.setenv("HOME", "/home/me")
    assert cast({key: given} if role == "render" else {**HERE, key: given}, role)[key] == meant


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(PlanError) as refused:
        cast({"wait": "maybe", "timeout": "soon"}, "run")
    assert len(refused.value.mistakes) == 3


@pytest.mark.parametrize("given", [NOON, "2026-01-02T12:00:00Z", " 2026-01-02 13:00:00+01:00 "])
def test_a_time_is_text_or_what_yaml_made_of_it(given: object) -> None:
    assert moment(given) == NOON


@pytest.mark.parametrize(
    "given", ["2026-01-02T12:00:00", NOON.replace(tzinfo=None), "soon", 750, NOON.date()]
)
def test_a_time_without_time_zone_is_none(given: object) -> None:
    with pytest.raises(NotAllowedError, match="with its time zone"):
        moment(given)


@pytest.mark.parametrize("role", ["run", "status", "teardown"])
def test_the_inputs_and_their_defaults_are_the_role_s(role: str) -> None:
    """What an empty answer means is what leaving the variable out means."""
    text = (ROOT / f"roles/{role}/defaults/main.yml").read_text(encoding="utf-8")
    defaults: dict[str, Any] = yaml.safe_load(text)
    assert {name.removeprefix(f"{role}_") for name in defaults} == set(ROLES[role])
    for key, each in ROLES[role].items():
        written = defaults[f"{role}_{key}"]
        if "{{" not in str(written):
            found = cast({**HERE, key: written}, role)[key]
            assert found == each.fallback


@pytest.mark.parametrize(
    ("role", "name", "meant"),
    [
        ("status", "status_verfiy", "status_verify"),
        ("run", "run_tabels", "run_tables"),
        ("teardown", "teardown_stroe", "teardown_store"),
    ],
)
def test_a_misspelt_variable_is_refused_with_every_other_mistake(role: str, name: str, meant: str) -> None:
    with pytest.raises(PlanError) as refused:
        cast({"region": "nowhere"}, role, [name, f"{role}_region"])
    first, second = map(str, refused.value.mistakes)
    assert first == f"{name} is set, but there is no such variable: the nearest is {meant}."
    assert second.startswith('tablekeeper_region is "nowhere"')


@pytest.mark.parametrize(("role", "example"), [("run", "-e run_tables=a,b"), ("teardown", "-e NAME=a,b")])
def test_words_that_ansible_cut_off_are_refused_with_every_other_mistake(role: str, example: str) -> None:
    with pytest.raises(PlanError) as refused:
        cast({"region": "nowhere"}, role, words="sessions users")
    first, second = map(str, refused.value.mistakes)
    assert first.startswith('What follows a blank in -e is "sessions users", but ')
    assert example in first
    assert second.startswith('tablekeeper_region is "nowhere"')
    assert cast(HERE, role, words="") == cast(HERE, role)


def test_what_begins_so_and_is_the_users_own_is_left_alone() -> None:
    assert cast(HERE, "status", ["status_page_url", "status_verify"])["verify"] == "manifest"


@pytest.mark.parametrize("role", ["run", "status", "teardown"])
@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("tablekeeper_acount_id", "the nearest is tablekeeper_account_id"),
        ("tablekeeper_prefx", "the nearest is tablekeeper_prefix"),
        ("tablekeeper_regoin", "the nearest is tablekeeper_region"),
        ("tablekeeper_profil", "the nearest is tablekeeper_profile"),
        ("tablekeeper_retention_days", "write it in tablekeeper_defaults, without tablekeeper_"),
    ],
)
def test_a_misspelt_variable_of_the_target_is_refused_by_every_role(role: str, name: str, meant: str) -> None:
    with pytest.raises(PlanError) as refused:
        cast({**HERE, "region": ""}, role, [name, f"{role}_region"])
    first, second = map(str, refused.value.mistakes)
    assert first.startswith(f"{name} is set, but ")
    assert first.endswith(f"{meant}.")
    assert second.startswith("tablekeeper_region is not set")


@pytest.mark.parametrize("role", ["run", "status", "teardown"])
def test_what_is_known_was_published_or_is_for_awx_is_no_mistake(role: str) -> None:
    published = [f"tablekeeper_{each}" for each in ("backup", "render", "run", "status", "teardown")]
    others = ["tablekeeper_credentials", "tablekeeper_awx_name", "tablekeeper_encryption"]
    assert cast(HERE, role, [*published, *others, *(f"tablekeeper_{key}" for key in HERE)])
