# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with a condition, and how it is written: people know SQL or DynamoDB's expressions better.

Also what JMESPath takes and nobody means: text in double quotes and true without backquotes are names of
attributes there, so that such a condition is met by no item, or by all of them.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from .._base.mistakes import NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SHOWN = 30

_COMPARE = ("eq", "ne", "lt", "lte", "gt", "gte")
_WORD = re.compile(r"[A-Za-z_]+")
_INSTEAD = {
    "and": "write && in place of it",
    "or": "write || in place of it",
    "not": "write !( ... ) in place of it",
    "in": 'write contains(`["a", "b"]`, name) to compare with several values',
    "like": "write starts_with(name, 'text'), ends_with(name, 'text') or contains(name, 'text')",
    "between": "write name >= `1` && name <= `9`",
    "is": "write name == `null`, or name != `null`",
}
_FUNCTIONS = {
    "begins_with": "starts_with",
    "size": "length",
    "len": "length",
    "count": "length",
    "attribute_type": "type",
    "attribute_exists": "name != `null`",
    "attribute_not_exists": "name == `null`",
}
_VALUES = frozenset({"true", "false", "null"})
_LAST_WORD = re.compile(r"[A-Za-z_]+$")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?!\w)", re.ASCII)
# What is read as two, the second first.
_PAIRS = {(">", "<"): "write != for what is not equal", ("'", "'"): "write \\' for a quote within a text"}
_UNCLOSED = {"'": "the text", "`": "the value", '"': "the name"}


class ConditionError(NotAllowedError):
    """Why a condition cannot be asked, as a clause that points at the place and says what to write."""


def mistake(text: str, at: int) -> str:
    """The clause for what jmespath cannot read, which it found at a position."""
    before, rest = text[:at].rstrip(), text[at:].lstrip()
    if not rest:
        return (
            f"it ends too early, after {before[-SHOWN:]}: something is missing there, or a bracket is not"
            " closed. Within double quotes, a shell runs what is between backquotes: put the whole condition"
            " into single quotes there"
        )
    at = len(text) - len(text[at:].lstrip())
    return f"it cannot be read {_place(text, at)}{_hint(before, rest)}"


def unmeant(text: str, tokens: Sequence[dict[str, Any]]) -> str:
    """The clause for a name that is compared where a value must be meant; empty if there is none."""
    for number, token in enumerate(tokens[:-1]):
        before = [each["type"] for each in tokens[max(0, number - 2) : number]]
        after = tokens[number + 1]["type"]
        if not before or before[-1] not in {*_COMPARE, "comma"} or after in {"dot", "lparen", "lbracket"}:
            continue
        if before[0] == "literal":
            continue
        name, where = token["value"], _place(text, token["start"])
        if token["type"] == "quoted_identifier":
            return (
                f"{where} a text in double quotes is the name of an attribute: write '{name}' for the text,"
                f' or @."{name}" if the attribute is meant'
            )
        if token["type"] == "unquoted_identifier" and name in _VALUES:
            return f"{where} the word {name} is the name of an attribute: write `{name}` for the value"
    return ""


def unknown_function(name: str, known: Iterable[str]) -> str:
    """The clause for a function that JMESPath does not have."""
    meant = _FUNCTIONS.get(name) or next(iter(difflib.get_close_matches(name, sorted(known), n=1)), "")
    hint = f"write {meant}" if meant else f"there is {', '.join(sorted(known))}"
    return f"JMESPath has no function {name}: {hint}"


def _hint(before: str, rest: str) -> str:
    last = _LAST_WORD.search(before)
    for word in (_WORD.match(rest), last):
        if word and word[0].lower() in _INSTEAD:
            return f": {_INSTEAD[word[0].lower()]}"
    if rest[0] in _UNCLOSED and rest.count(rest[0]) == 1:
        return f": {_UNCLOSED[rest[0]]} that begins there has no closing {rest[0]}"
    if rest[0] in "#:":
        return ": this is JMESPath. Write names as they are, and values where DynamoDB has placeholders"
    if number := _NUMBER.match(rest):
        return f": write a number in backquotes, such as `{number[0]}`"
    if (rest[0], before[-1:]) in _PAIRS:
        return f": {_PAIRS[rest[0], before[-1:]]}"
    if rest[0] == "=":
        return ": write == to compare"
    if rest[0] == "-" or rest[0].isalnum():
        return (
            ': write names with other characters than A-Z, a-z, 0-9 and _ in double quotes, such as "my-name"'
        )
    return ""


def _place(text: str, at: int) -> str:
    more = "..." if len(text) > at + SHOWN else ""
    return f"at character {at + 1} ({text[at : at + SHOWN]}{more})"
