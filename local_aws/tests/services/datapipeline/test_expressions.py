# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Expressions of the embedded AWS Data Pipeline."""

from __future__ import annotations

import pytest

from local_aws.services.datapipeline.expressions import ExpressionError, evaluate, parse

VALUES = {("@scheduledStartTime",): "2011-05-24T17:10:00", ("node", "name"): "orders", ("myNumber",): "7"}


# The examples of the developer guide, where it has one.
@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("day(@scheduledStartTime)", "24"),
        ("dayOfYear(@scheduledStartTime)", "144"),
        ("firstOfMonth(@scheduledStartTime)", "2011-05-01T17:10:00"),
        ("format(@scheduledStartTime,'YYYY-MM-dd HH:mm:ss z')", "2011-05-24 17:10:00 UTC"),
        ("format(@scheduledStartTime, 'YYYY-MM-dd-HH-mm-ss')", "2011-05-24-17-10-00"),
        ("format(@scheduledStartTime,\"yy.M.d h''a 'o' EEE MMMM\")", "11.5.24 5'PM o Tue May"),
        ("format(minusMinutes(@scheduledStartTime,30),'YYYY-MM-dd hh:mm:ss')", "2011-05-24 04:40:00"),
        ("hour(@scheduledStartTime)", "17"),
        ("makeDate(2011,5,24)", "2011-05-24T00:00:00"),
        ("makeDateTime(2011,5,24,14,21)", "2011-05-24T14:21:00"),
        ("midnight(@scheduledStartTime)", "2011-05-24T00:00:00"),
        ("minusWeeks(@scheduledStartTime,1)", "2011-05-17T17:10:00"),
        ("plusMonths(makeDate(2011,1,31),1)", "2011-02-28T00:00:00"),
        ("plusYears(@scheduledStartTime,1)", "2012-05-24T17:10:00"),
        ("sunday(@scheduledStartTime)", "2011-05-22T17:10:00"),
        ("yesterday(@scheduledStartTime)", "2011-05-23T17:10:00"),
        ("1 + 2", "3"),
        ("1 - 2", "-1"),
        ("1 / 2", "0"),
        ("1.0 / 2", "0.5"),
        ("2 ^ 2", "4.0"),
        ("2 + 3 * -(4 - 1)", "-7"),
        ('"hel" + "lo"', "hello"),
        ("'table ' + node.name + 3", "table orders3"),
    ],
)
def test_is_evaluated(expression: str, result: str) -> None:
    assert evaluate(f"<#{{{expression}}}>", VALUES.__getitem__) == f"<{result}>"


def test_several_stand_in_one_text() -> None:
    assert evaluate("a#{node.name}b#{myNumber}#", VALUES.__getitem__) == "aordersb7#"


@pytest.mark.parametrize(
    "text", ["#{", "#{}", "#{a..b}", "#{1 +}", "#{toUpper(name)}", "#{format(a}", "#{a b}", "x #{a} #{"]
)
def test_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


@pytest.mark.parametrize("expression", ["day(node.name)", "format(@scheduledStartTime,'G')"])
def test_what_cannot_be_evaluated_says_why(expression: str) -> None:
    with pytest.raises(ExpressionError, match="cannot be evaluated"):
        evaluate(f"#{{{expression}}}", VALUES.__getitem__)


def test_knows_what_it_reaches_for() -> None:
    (expression,) = parse("s3://#{format(node.input.@scheduledStartTime,'YYYY')}")
    assert expression.paths() == [("node", "input", "@scheduledStartTime")]
    assert expression.functions() == ["format"]
