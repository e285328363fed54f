# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What options mean, and what is said of those that cannot be meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import asked
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.options import PUT_BACK
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_document import (
    POINT,
    POINTS,
    UNDO,
    WINDOWS,
)

PLAN = "20261129T140003Z-1a2b"
INCIDENT = {"from": "2026-11-29T13:00:00Z", "until": "2026-11-29T14:20:00+01:00"}


def read(**options: Any) -> asked.Asked:
    validated = ArgumentSpecValidator(PUT_BACK).validate({"table": "orders", **options})
    assert not validated.error_messages
    return asked.read(validated.validated_parameters)


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        (INCIDENT, WINDOWS),
        ({"before": "20261128T140003Z-1a2b3c4d", "after": "latest"}, POINTS),
        ({"before": "latest"}, POINT),
        ({"of": PLAN}, UNDO),
        ({"plan": PLAN}, ""),
    ],
)
def test_where_images_are_from(options: dict[str, Any], kind: str) -> None:
    assert read(**options).kind == kind


def test_times_have_time_zones() -> None:
    found = read(**INCIDENT)
    assert found.from_ == datetime(2026, 11, 29, 13, tzinfo=UTC)
    assert found.until == datetime(2026, 11, 29, 13, 20, tzinfo=UTC)


def test_of_a_point_alone_what_is_missing_is_put_back() -> None:
    assert read(before="latest").choose == ("missing",)
    assert read(**INCIDENT).choose == ()
    assert read(before="latest", choose=["changed", "missing"], where="before.n > `1`").choose == (
        "changed",
        "missing",
    )


def test_what_is_confirmed_is_the_table_in_its_account() -> None:
    assert read(plan=PLAN, confirm=" orders@111122223333 ").confirm == "orders@111122223333"
    assert read(plan=PLAN).confirmation("111122223333") == "orders@111122223333"


def test_the_age_of_a_point_is_a_duration() -> None:
    assert read(plan=PLAN, point_max_age="2 days").point_max_age == timedelta(days=2)


def test_options_are_called_as_their_user_calls_them() -> None:
    assert read(plan=PLAN, option_prefix="undo_").named("O(from) and O(until)") == "undo_from and undo_until"


@pytest.mark.parametrize(
    ("options", "told", "better"),
    [
        ({}, r"Say what is to be undone: O\(from\) and O\(until\)", INCIDENT),
        ({"from": "2026-11-29T13:00:00Z"}, r"O\(from\) needs O\(until\)", INCIDENT),
        ({"until": "2026-11-29T13:00:00Z"}, r"O\(until\) needs O\(from\)", INCIDENT),
        ({"after": "latest"}, r"O\(after\) needs O\(before\)", {"before": "x"}),
        (
            {**INCIDENT, "of": PLAN},
            r"O\(from\) and O\(until\) and O\(of\) do not go together",
            {"from": "", "until": ""},
        ),
        (
            {**INCIDENT, "from": "13:00"},
            r"O\(from\) is '13:00': it must be a time with its time zone",
            INCIDENT,
        ),
        ({**INCIDENT, "until": "2026-11-29T13:20:00.5Z"}, "give whole seconds", INCIDENT),
        ({**INCIDENT, "until": INCIDENT["from"]}, r"O\(until\) must be later than O\(from\)", INCIDENT),
        (
            {**INCIDENT, "choose": ["missing"]},
            r"O\(choose\) is for O\(before\) alone.*leave it out",
            {"choose": []},
        ),
        (
            {"before": "x", "choose": ["changed"]},
            r"say with O\(keys\) or O\(where\)",
            {"keys": [{"id": "a"}]},
        ),
        (
            {"before": "x", "choose": ["unexpected"]},
            r"or give O\(from\) and O\(until\) in place of O\(before\)",
            {**INCIDENT, "before": "", "choose": []},
        ),
        (
            {"plan": PLAN, "where": "a"},
            r"O\(plan\) is executed as it stands: leave out O\(where\)",
            {"where": ""},
        ),
        ({"plan": PLAN, "of": PLAN}, r"leave out O\(of\)", {"of": ""}),
        ({"plan": "latest"}, r"O\(plan\) is 'latest': give the id", {"plan": PLAN}),
        ({"of": "x"}, r"O\(of\) is 'x': give the id", {"of": PLAN}),
        (
            {**INCIDENT, "confirm": "orders@111122223333"},
            r"name it with O\(plan\), or leave out O\(confirm\)",
            {"confirm": ""},
        ),
        ({**INCIDENT, "keys": [{}]}, r"O\(keys\), number 1: name the partition key", {"keys": [{"id": "a"}]}),
        (
            {**INCIDENT, "keys": [{"id": "a"}, {"id": True}]},
            r"O\(keys\), number 2: id is true",
            {"keys": [{"id": "a"}, {"id": {"B": "AAE="}}]},
        ),
        (
            {**INCIDENT, "where": "status == 'BAD'"},
            r"status is none of these. Write incident.status for what the incident made",
            {"where": "incident.status == 'BAD'"},
        ),
        (
            {**INCIDENT, "where": "before.n = `1`"},
            r"O\(where\) is 'before.n = `1`': .*write == to compare",
            {"where": "before.n == `1`"},
        ),
        (
            {"plan": PLAN, "point_max_age": "soon"},
            "hours, days or weeks, such as 1 hour",
            {"point_max_age": "1 hour"},
        ),
        (
            {"plan": PLAN, "max_write_units_per_second": -1},
            "give no negative",
            {"max_write_units_per_second": 0},
        ),
        (
            {"plan": PLAN, "plan_file": "/tmp/a", "conflicts_file": "/tmp/a"},
            r"O\(plan_file\) and O\(conflicts_file\) are both /tmp/a: name two files",
            {"conflicts_file": "/tmp/b"},
        ),
        ({"plan": PLAN, "samples": -1}, "give no negative", {"samples": 0}),
        ({"plan": PLAN, "wait_sleep": -1}, "give no negative", {"wait_sleep": 0}),
        ({"plan": PLAN, "table": "a b"}, "3 to 255 letters", {"table": "a-b"}),
    ],
)
def test_what_cannot_be_meant_and_what_to_do(
    options: dict[str, Any], told: str, better: dict[str, Any]
) -> None:
    with pytest.raises(asked.NotUndoableError, match=told):
        read(**options)
    assert read(**{**options, **better}).table
