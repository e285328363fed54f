# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import contextlib
import random
import re

import jmespath
import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.condition import compiled
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.mistaken import ConditionError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._find.plain import plain

ITEM = plain(
    {
        "status": {"S": "open"},
        "price": {"N": "1.10"},
        "big": {"N": "12345678901234567890123456789012345678"},
        "fine": {"N": "0.30000000000000000001"},
        "count": {"N": "10"},
        "paid": {"BOOL": False},
        "note": {"NULL": True},
        "tags": {"SS": ["new", "blue"]},
        "sizes": {"NS": ["1.5", "2"]},
        "lines": {"L": [{"M": {"sku": {"S": "a"}, "price": {"N": "2.5"}}}, {"M": {"sku": {"S": "b"}}}]},
        "odd-name": {"S": "open"},
        "no": {"N": "0"},
    }
)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("status == 'open'", True),
        ("status != 'open'", False),
        ("status == 'open' && price > `1`", True),
        ("!(status == 'open')", False),
        ("price == `1.1`", True),
        ("price >= `1.1` && price <= `1.1`", True),
        ("price == `1.10`", True),
        ("price == to_number('1.10')", True),
        ("big == `12345678901234567890123456789012345678`", True),
        ("big == `12345678901234567890123456789012345679`", False),
        ("abs(big) == big && sum([big, `1`]) == `12345678901234567890123456789012345679`", True),
        ("fine == `0.3`", False),
        ("fine == to_number('0.30000000000000000001')", True),
        ("type(price) == 'number' && type(count) == 'number'", True),
        ("to_string(price) == '1.1'", True),
        ("floor(price) == `1` && ceil(price) == `2` && abs(price) == price", True),
        ("max(sizes) == `2` && min(sizes) == `1.5` && sum(sizes) == `3.5` && avg(sizes) == `1.75`", True),
        ("sort(sizes)[0] == `1.5`", True),
        ("contains(sizes, `1.5`)", True),
        ("contains(`[1.5, 9]`, sizes[0])", True),
        ("sort_by(lines[?price], &price)[0].sku == 'a'", True),
        ("contains(tags, 'blue')", True),
        ("lines[?price > `2`]", True),
        ("lines[?price > `3`]", False),
        ("paid == `false`", True),
        ("paid", False),
        ("note == `null`", True),
        ("absent == `null`", True),
        ("absent", False),
        ("status", True),
        ("no", True),  # as in JMESPath: 0 is a value
        ('"odd-name" == status', True),
        ('status == @."odd-name"', True),
        ("count == `true`", False),
    ],
)
def test_a_condition_is_asked_of_plain_values(text, holds):
    condition = compiled(text)
    assert condition.holds(ITEM) == holds
    assert condition.unclear == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("starts_with(absent, 'a')", "starts_with() takes string, and was given null"),
        ("!starts_with(absent, 'a')", "starts_with() takes string, and was given null"),
        ("abs(status) > `1`", "abs() takes number, and was given string"),
        ("status > `1`", "values of two types cannot be put in order"),
        ("tags[::0]", "slice step cannot be zero"),
    ],
)
def test_an_item_of_which_it_cannot_be_asked_does_not_meet_it_and_is_counted(text, why):
    condition = compiled(text)
    assert [condition.holds(ITEM), condition.holds(ITEM)] == [False, False]
    assert (condition.unclear, condition.why) == (2, why)


# With what the advice makes of it, which can be read.
MISTAKEN = [
    ("status = 'x'", "character 8 (= 'x'): write == to compare", "status == 'x'"),
    ("a == 'x' and b", "character 10 (and b): write && in place of it", "a == 'x' && b"),
    ("a OR b", "character 3 (OR b): write || in place of it", "a || b"),
    ("not a", "character 5 (a): write !( ... ) in place of it", "!( a )"),
    ("price > 10", "character 9 (10): write a number in backquotes, such as `10`", "price > `10`"),
    ("price > -1.5", "write a number in backquotes, such as `-1.5`", "price > `-1.5`"),
    ("my-key == 'x'", 'in double quotes, such as "my-name"', "\"my-key\" == 'x'"),
    ("9a == 'x'", 'in double quotes, such as "my-name"', "\"9a\" == 'x'"),
    ("größe == 'x'", 'in double quotes, such as "my-name"', "\"größe\" == 'x'"),
    ("a <> 'b'", "write != for what is not equal", "a != 'b'"),
    ("a == 'x", "character 6 ('x): the text that begins there has no closing '", "a == 'x'"),
    ("a == `1", "the value that begins there has no closing `", "a == `1`"),
    ('"a == `1`', 'the name that begins there has no closing "', '"a" == `1`'),
    ("a == 'it''s'", "write \\' for a quote within a text", "a == 'it\\'s'"),
    ("#s = :v", "this is JMESPath. Write names as they are", "s == 'v'"),
    ("a in ['x']", 'write contains(`["a", "b"]`, name)', 'contains(`["x"]`, a)'),
    ("a like 'x%'", "write starts_with(name, 'text')", "starts_with(a, 'x')"),
    ("a between 1 and 9", "write name >= `1` && name <= `9`", "a >= `1` && a <= `9`"),
    ("a is null", "write name == `null`", "a == `null`"),
    ("begins_with(a, 'x')", "no function begins_with: write starts_with", "starts_with(a, 'x')"),
    ("attribute_exists(a)", "no function attribute_exists: write name != `null`", "a != `null`"),
    ("lenght(a) > `1`", "no function lenght: write length", "length(a) > `1`"),
    ("starts_with(a)", "starts_with takes 2 values, and has 1 here", "starts_with(a, 'x')"),
    ("not_null()", "not_null takes 1 or more values, and has 0 here", "not_null(a)"),
    ('a == "open"', 'character 6 ("open") a text in double quotes is the name', "a == 'open'"),
    ('contains(a, "x")', "write 'x' for the text, or @.\"x\" if the attribute", 'contains(a, @."x")'),
    ("a == true", "character 6 (true) the word true is the name of an attribute", "a == `true`"),
    ("a != null", "write `null` for the value", "a != `null`"),
    ("a > ", "ends too early, after a >: something is missing there", "a > `1`"),
    ("(a == 'b'", "a bracket is not closed", "(a == 'b')"),
    (" ", "be a condition, such as status == 'open' && total > `10`", "status == 'open' && total > `10`"),
    ("", "it must be a condition", "a"),
    ("a == `0.30000000000000000001`", "write to_number('0.30", "a == to_number('0.30000000000000000001')"),
    ('a == `{"b": [0.12345678901234567890]}`', "the number 0.12345678901234567890 has more digits", "a"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "clause", "better"), MISTAKEN)
def test_what_is_wrong_is_pointed_at_and_the_advice_can_be_read(text, clause, better):
    with pytest.raises(ConditionError, match=re.escape(clause)):
        compiled(text)
    compiled(better)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("status == 'open' && a.b > `1`", {"status", "a"}),
        ("lines[?price > `1`] || contains(tags, 'x')", {"lines", "tags"}),
        ("sort_by(lines, &price)[0].x == y", {"lines", "y"}),
        ("{a: b, c: [d, e[0]]} | f", {"b", "d", "e"}),
        ("*.a", set()),
        ("before.x != incident.x && now.x == `1`", {"before", "incident", "now"}),
    ],
)
def test_it_tells_which_attributes_it_looks_at(text, names):
    assert compiled(text).names == names


@pytest.mark.filterwarnings("ignore:deprecated string literal")
def test_whatever_is_written_is_a_condition_or_told_to_be_none():
    pieces = [
        "a", '"b c"', "'x'", "`1`", "`1.5`", "`{`", " ", "==", "=", "<", ">", "!", "&&", "&", "||", "|", "(",
        ")", "[", "]", "[?", "{", "}", ".", ",", ":", "*", "@", "-1", "7", "#", "null", "length(", "and",
        "\\", '"', "'", "`",
    ]  # fmt: skip
    made = random.Random(14)
    texts = {"".join(made.choices(pieces, k=made.randint(1, 7))) for _number in range(3_000)}
    readable = [condition for text in texts if (condition := _compiled(text))]
    assert 30 < len(readable) < len(texts)
    for condition in readable:
        assert condition.holds({"a": 1, "b c": "x"}) in {True, False}


def _compiled(text):
    with contextlib.suppress(ConditionError):
        return compiled(text)


def test_what_jmespath_keeps_for_others_is_as_it_was():
    text = "price == `1.25`"
    compiled(text)
    assert jmespath.search(text, {"price": 1.25})
    assert "Decimal" not in repr(jmespath.compile(text).parsed)
