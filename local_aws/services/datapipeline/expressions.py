# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""``#{...}``: parsed, checked, evaluated.

https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-pipeline-expressions.html
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-pipeline-reference-functions-datetime.html
and -math.html, -string.html. The pattern of ``format`` is Joda-Time's; of its letters, those for dates in UTC
are known here. Lists are not imitated: an expression that reaches a field with many values is refused.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from lark import Lark, Token, Transformer
from lark.exceptions import LarkError, VisitError

if TYPE_CHECKING:
    from collections.abc import Callable

_EMBEDDED = re.compile(r"#\{([^}]*)\}")
_GRAMMAR = r"""
    ?sum: product | sum "+" product -> add | sum "-" product -> subtract
    ?product: power | product "*" power -> multiply | product "/" power -> divide
    ?power: atom | atom "^" power -> raised
    ?atom: NUMBER -> number | STRING -> string | NAME "(" [sum ("," sum)*] ")" -> call
         | SLOT ("." SLOT)* -> path | "(" sum ")" | "-" atom -> negative
    NAME.2: /[A-Za-z]+(?=\s*\()/
    SLOT: /@?[A-Za-z_][A-Za-z0-9_]*/
    STRING: /'[^']*'|"[^"]*"/
    NUMBER: /[0-9]+(\.[0-9]+)?/
    %ignore " "
"""
_parser = Lark(_GRAMMAR, start="sum", parser="lalr")


class ExpressionError(Exception):
    """Why an expression means nothing, or nothing yet."""


class _Time(datetime):
    """A DateTime, which turns into text in Data Pipeline's own way."""

    def __str__(self) -> str:
        return self.strftime("%Y-%m-%dT%H:%M:%S")


@dataclass(frozen=True)
class Expression:
    """One ``#{...}``."""

    text: str
    tree: Any

    def paths(self) -> list[tuple[str, ...]]:
        """The fields it reaches for."""
        return [tuple(str(slot) for slot in found.children) for found in self.tree.find_data("path")]

    def functions(self) -> list[str]:
        return [str(found.children[0]) for found in self.tree.find_data("call")]


def parse(text: str) -> list[Expression]:
    """The expressions in a field's value; ExpressionError if one is malformed."""
    if len(_EMBEDDED.findall(text)) != text.count("#{"):
        raise ExpressionError(f"An expression is not closed in '{text}'")
    return [_parsed(body) for body in _EMBEDDED.findall(text)]


@cache
def _parsed(body: str) -> Expression:
    try:
        expression = Expression(body, _parser.parse(f"({body})"))
    except LarkError as error:
        raise ExpressionError(f"'#{{{body}}}' is not an expression") from error
    if unknown := sorted(set(expression.functions()) - FUNCTIONS.keys()):
        raise ExpressionError(f"Unknown function '{unknown[0]}' in '#{{{body}}}'")
    return expression


def evaluate(text: str, look_up: Callable[[tuple[str, ...]], str]) -> str:
    """The text with its expressions replaced; ``look_up`` knows fields by their path."""

    def replaced(found: re.Match[str]) -> str:
        try:
            value = _Evaluator(look_up).transform(_parsed(found[1]).tree)
        except VisitError as error:
            reason = str(error.orig_exc)
            raise ExpressionError(f"'{found[0]}' cannot be evaluated: {reason}") from error
        return str(value)

    parse(text)
    return _EMBEDDED.sub(replaced, text)


def _divide(left: Any, right: Any) -> Any:
    return int(left / right) if isinstance(left, int) and isinstance(right, int) else left / right


class _Evaluator(Transformer[Token, Any]):
    def __init__(self, look_up: Callable[[tuple[str, ...]], str]) -> None:
        super().__init__()
        self._look_up = look_up

    def number(self, found: list[Token]) -> Any:
        return float(found[0]) if "." in found[0] else int(found[0])

    def string(self, found: list[Token]) -> str:
        return str(found[0][1:-1])

    def path(self, found: list[Token]) -> str:
        return self._look_up(tuple(str(slot) for slot in found))

    def call(self, found: list[Any]) -> Any:
        return FUNCTIONS[str(found[0])](*[each for each in found[1:] if each is not None])

    def negative(self, found: list[Any]) -> Any:
        return -found[0]

    def add(self, found: list[Any]) -> Any:
        left, right = found
        return f"{left}{right}" if isinstance(left, str) or isinstance(right, str) else left + right

    def subtract(self, found: list[Any]) -> Any:
        return found[0] - found[1]

    def multiply(self, found: list[Any]) -> Any:
        return found[0] * found[1]

    def divide(self, found: list[Any]) -> Any:
        return _divide(*found)

    def raised(self, found: list[Any]) -> Any:
        return float(found[0]) ** found[1]


def _time(value: Any) -> _Time:
    if isinstance(value, _Time):
        return value
    try:
        return _Time.strptime(str(value), "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        raise ExpressionError(f"'{value}' is no DateTime") from None


def _months(value: Any, number: int) -> _Time:
    when = _time(value)
    year, month = divmod(when.year * 12 + when.month - 1 + number, 12)
    return when.replace(year=year, month=month + 1, day=min(when.day, monthrange(year, month + 1)[1]))


_JODA = re.compile(r"'([^']*)'|([A-Za-z])\2*|.", re.DOTALL)
_NUMBERS = {"d": "day", "H": "hour", "m": "minute", "s": "second"}
_WORDS = {"a": "%p", "E": "%a", "EEEE": "%A", "MMM": "%b", "MMMM": "%B", "z": "UTC"}


def _written(when: datetime, letters: str) -> str:
    """What letters of a pattern stand for."""
    letter, size = letters[0], len(letters)
    if word := _WORDS.get(letters) or (letter in "aEz" and _WORDS[letter]):
        return when.strftime(word)
    if letter in "yY":
        return f"{when.year % 100:02}" if size == 2 else f"{when.year:0{size}}"
    if letter in _NUMBERS:
        return f"{getattr(when, _NUMBERS[letter]):0{size}}"
    if letter in "Mh":
        return f"{when.month if letter == 'M' else (when.hour + 11) % 12 + 1:0{size}}"
    raise ExpressionError(f"the letter '{letter}' of a date's pattern is not imitated")


def _format(value: Any, pattern: str) -> str:
    when = _time(value)

    def written(found: re.Match[str]) -> str:
        if found[2] is None:
            return found[0] if found[1] is None else found[1] or "'"
        return _written(when, found[0])

    return _JODA.sub(written, pattern)


def _shifted(unit: str, sign: int) -> Callable[[Any, int], _Time]:
    def shift(value: Any, number: int) -> _Time:
        if unit in ("Months", "Years"):
            return _months(value, sign * number * (12 if unit == "Years" else 1))
        return _time(value) + timedelta(**{unit.lower(): sign * number})

    return shift


def _make(*parts: int) -> _Time:
    year, month, day, hour, minute = (*parts, 0, 0)[:5]
    return _Time(year, month, day, hour, minute, tzinfo=UTC)


def _part(name: str) -> Callable[[Any], int]:
    return lambda value: int(getattr(_time(value), name))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "format": _format,
    "makeDate": _make,
    "makeDateTime": _make,
    "midnight": lambda value: _time(value).replace(hour=0, minute=0, second=0),
    "firstOfMonth": lambda value: _time(value).replace(day=1),
    "yesterday": lambda value: _time(value) - timedelta(days=1),
    "sunday": lambda value: _time(value) - timedelta(days=_time(value).isoweekday() % 7),
    "dayOfYear": lambda value: _time(value).timetuple().tm_yday,
}
FUNCTIONS.update({name: _part(name) for name in ("year", "month", "day", "hour", "minute")})
for _word, _sign in (("plus", 1), ("minus", -1)):
    for _unit in ("Minutes", "Hours", "Days", "Weeks", "Months", "Years"):
        FUNCTIONS[f"{_word}{_unit}"] = _shifted(_unit, _sign)
