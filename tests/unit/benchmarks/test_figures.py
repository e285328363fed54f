# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from benchmarks.figures import (
    OPERATIONS,
    OTHERS,
    READS,
    RECOVERY,
    UPLOADS,
    Figures,
    extrapolated,
    grouped,
    series,
)


def call(service: str, operation: str) -> dict[str, str]:
    return {"service": service, "operation": operation}


def test_calls_are_grouped_by_what_they_are_for() -> None:
    calls = [
        call("cloudformation", "DescribeStacks"),
        call("cloudformation", "CreateStack"),
        call("s3", "PutObject"),
        call("dynamodb", "DescribeContinuousBackups"),
        call("dynamodb", "UpdateContinuousBackups"),
        call("sts", "GetCallerIdentity"),
    ]
    assert grouped(calls) == {OPERATIONS: 1, READS: 1, UPLOADS: 1, RECOVERY: 1, OTHERS: 2}
    assert Figures(grouped(calls)).total == len(calls)


def test_no_calls_are_no_groups() -> None:
    assert grouped([]) == {}
    assert Figures().total == 0


def test_a_line_goes_through_the_two_largest_measurements() -> None:
    measured = {
        1: Figures({READS: 1000}, 1000.0),
        10: Figures({READS: 45, OTHERS: 1}, 20.0, 50.0),
        50: Figures({READS: 205, UPLOADS: 40}, 100.0, 60.0),
    }
    found = extrapolated(measured, 200)
    assert found.calls == {READS: 205 + 4 * 150, OTHERS: pytest.approx(1 - 1 / 40 * 190), UPLOADS: 190}
    assert found.seconds == pytest.approx(100 + 2 * 150)
    assert found.measured is False
    assert found.memory is None


def test_one_measurement_makes_no_line() -> None:
    with pytest.raises(ValueError, match="two"):
        extrapolated({10: Figures()}, 100)


def test_what_is_measured_is_not_extrapolated() -> None:
    measured = {1: Figures({READS: 6}, 3.0), 2: Figures({READS: 12}, 5.0)}
    found = series(measured, (2, 3))
    assert list(found) == [1, 2, 3]
    assert found[2] is measured[2]
    assert found[3] == Figures({READS: 18}, 7.0, None, measured=False)
