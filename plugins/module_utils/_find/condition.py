# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Conditions on items in JMESPath, the language of `--query` of AWS CLI and of json_query: https://jmespath.org

Numbers are compared exactly, those of items (plain.py) and those in backquotes. jmespath comes with boto3.
"""

from __future__ import annotations

import copy
import decimal
import json
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from .._items.numbers import BadNumberError
from .equal import equalities
from .mistaken import ConditionError, mistake, unknown_function, unmeant
from .plain import number

try:
    import jmespath
    from jmespath import exceptions, functions, lexer, parser
except ImportError:
    HAS_JMESPATH = False
else:
    HAS_JMESPATH = True

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Node = dict[str, Any]

# Numbers of DynamoDB have 38 digits; what they are computed with may have more.
_EXACT = decimal.Context(prec=300)
EXAMPLE = "status == 'open' && total > `10`"


class Condition:
    """A condition that can be asked of any number of plain values.

    A value of which it cannot be asked, such as starts_with(name, 'A') where there is no name, does not meet
    it. `unclear` counts those, and `why` is the sentence about the first.
    """

    def __init__(self, text: str, expression: Any, names: frozenset[str]) -> None:
        self.text, self.names = text, names  # names: the attributes of the value that it looks at
        self.equal: Mapping[str, Any] = equalities(expression.parsed)
        self.unclear, self.why = 0, ""
        self._expression = expression
        self._options = jmespath.Options(custom_functions=_exact_functions())

    def holds(self, value: Mapping[str, Any]) -> bool:
        """Whether a value meets the condition: anything but null, false and what is empty, as in JMESPath."""
        try:
            with decimal.localcontext(_EXACT):
                result = self._expression.search(value, self._options)
        except (ValueError, TypeError, ArithmeticError) as error:  # JMESPathError is a ValueError
            self.unclear += 1
            self.why = self.why or _reason(error)
            return False
        return not (result is None or result is False or result in ("", [], {}))


def compiled(text: str) -> Condition:
    """The condition that a text says; ConditionError with the clause that points at what is wrong."""
    if not text.strip():
        raise ConditionError(f"it must be a condition, such as {EXAMPLE}")
    try:
        tokens = list(lexer.Lexer().tokenize(text))
        expression = jmespath.compile(text)
    except exceptions.ParseError as error:
        raise ConditionError(mistake(text, error.lex_position)) from None
    except (RecursionError, ValueError) as error:
        raise ConditionError(f"it cannot be read ({str(error)[:200]})") from None
    if clause := unmeant(text, tokens):
        raise ConditionError(clause)
    _require_functions(expression.parsed)
    _require_exact(text, tokens)
    tree = copy.deepcopy(expression.parsed)  # jmespath keeps the other one for all who ask
    _make_exact(tree)
    return Condition(text, parser.ParsedResult(text, tree), frozenset(_roots(tree)))


def _reason(error: Exception) -> str:
    if isinstance(error, exceptions.JMESPathTypeError):
        found, allowed = error.actual_type, " or ".join(error.expected_types)
        return f"{error.function_name}() takes {allowed}, and was given {found}"
    if isinstance(error, TypeError):
        return "values of two types cannot be put in order"
    return str(error)


def _exact_functions() -> Any:
    """The functions of JMESPath, which take Decimals as numbers, too."""

    class Exact(functions.Functions):
        def _get_allowed_pytypes(self, types: Any) -> Any:
            allowed, within = super()._get_allowed_pytypes(types)
            numbers = ["Decimal"] if "float" in allowed else []
            return [*allowed, *numbers], [(*each, "Decimal") if "float" in each else each for each in within]

        def _convert_to_jmespath_type(self, name: str) -> Any:
            return "number" if name == "Decimal" else super()._convert_to_jmespath_type(name)

        @functions.signature({"types": []})
        def _func_type(self, value: Any) -> Any:
            return "number" if isinstance(value, Decimal) else super()._func_type(value)

        @functions.signature({"types": []})
        def _func_to_number(self, value: Any) -> Any:
            if isinstance(value, Decimal):
                return value
            if not isinstance(value, str):
                return super()._func_to_number(value)
            try:
                return number(value.strip())
            except BadNumberError:
                return None

        @functions.signature({"types": []})
        def _func_to_string(self, value: Any) -> Any:
            return format(value, "f") if isinstance(value, Decimal) else super()._func_to_string(value)

        @functions.signature({"types": ["array-number"]})
        def _func_avg(self, values: Any) -> Any:
            return None if not values else Decimal(self._func_sum(values)) / len(values)

    return Exact()


def _roots(node: Node) -> Iterator[str]:
    """The names of what an expression looks at in the value itself, not deeper within."""
    kind, children = node["type"], node.get("children", [])
    if kind == "field":
        yield node["value"]
    elif kind != "expref":
        on_value = children if kind in _ALL_ON_THE_VALUE else children[:1]
        for child in on_value:
            if isinstance(child, dict):
                yield from _roots(child)


# Of all other nodes, the second child is asked of what the first one gave.
_ALL_ON_THE_VALUE = frozenset(
    {
        "comparator", "or_expression", "and_expression", "not_expression", "function_expression",
        "multi_select_list", "multi_select_dict",
    }
)  # fmt: skip


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.get("children", []):
        if isinstance(child, dict):
            yield from _nodes(child)


def _require_functions(tree: Node) -> None:
    """jmespath itself would find these when the first item is there."""
    known = _exact_functions().FUNCTION_TABLE
    for node in _nodes(tree):
        if node["type"] != "function_expression":
            continue
        name, given = node["value"], len(node["children"])
        if name not in known:
            raise ConditionError(unknown_function(name, known))
        signature = known[name]["signature"]
        least, any_more = len(signature), bool(signature and signature[-1].get("variadic"))
        if given < least or (given > least and not any_more):
            more = " or more" if any_more else ""
            raise ConditionError(f"the function {name} takes {least}{more} values, and has {given} here")


def _require_exact(text: str, tokens: list[dict[str, Any]]) -> None:
    """jmespath reads numbers in backquotes as floats, which hold 15 digits for sure."""
    for token, following in pairwise(tokens):
        literal = text[token["start"] : following["start"]].strip()
        if literal.startswith("`"):
            for spelled in _fractions(literal.strip("`")):
                if Decimal(spelled) != Decimal(repr(float(spelled))):
                    raise ConditionError(
                        f"the number {spelled} has more digits than are read exactly from backquotes: write"
                        f" to_number('{spelled}')"
                    )


def _fractions(literal: str) -> list[str]:
    """The numbers in JSON that are not written as whole ones; text that jmespath takes is no JSON."""
    found: list[str] = []
    try:
        json.loads(literal, parse_float=found.append)
    except ValueError:
        return []
    return found


def _make_exact(tree: Node) -> None:
    for node in _nodes(tree):
        if node["type"] == "literal":
            node["value"] = _exact(node["value"])


def _exact(value: Any) -> Any:
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, list):
        return [_exact(each) for each in value]
    return {name: _exact(each) for name, each in value.items()} if isinstance(value, dict) else value
