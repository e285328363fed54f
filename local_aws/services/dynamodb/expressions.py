# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long expressions may be, and what they may refer to.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html: 300 operators, 100 operands
of IN, 2 MB of names and values

The texts, what counts as an operator, and that an expression with its names and values in place has at most
1 MB are from DynamoDB Local 3.3, which is AWS's own code: the tests in
tests/recorded/test_expressions.py of the repository ask both. 150 equalities with 149 AND
between them pass, 151 do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.services import dynamodb

from local_aws.server.answers import RefusedError, answering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local_aws.server.answers import Answer

Json = dict[str, Any]
Token = tuple[str, str]

OPERATORS, OPERANDS = 300, 100
NAME_BYTES, PLACEHOLDER_BYTES = 65535, 255
SUBSTITUTED_BYTES, TOTAL_BYTES = 2**20, 2 * 2**20
COMPARATORS = {"EQ", "NE", "LT", "LE", "GT", "GE"}
ARITHMETIC = {"PLUS", "MINUS"}
WORDS = {"AND", "OR", "NOT", "BETWEEN", "IN"}
RETURNED = ("ALL_OLD", "NONE")


def install() -> None:
    """Beside ministack's own checks, which come first."""
    dynamodb._validate_expression_attrs = _also(dynamodb._validate_expression_attrs)


def _also(check: Callable[..., Answer | None]) -> Callable[..., Answer | None]:
    def checked(data: Json, fields: tuple[str, ...], *more: Any) -> Answer | None:
        refusal = check(data, fields, *more)
        if refusal is not None:
            return refusal
        found: list[str] = list(_problems(data, fields))[:1]
        return answering(_refusing(found[0]))({}) if found else None

    return checked


def _refusing(why: str) -> Callable[[Json], Json]:
    def refuse(_: Json) -> Json:
        raise RefusedError("ValidationException", why)

    return refuse


def _problems(data: Json, fields: tuple[str, ...]) -> Iterator[str]:
    """What AWS does not take of a request with these expressions, the first of it first."""
    names = data.get("ExpressionAttributeNames") or {}
    values = data.get("ExpressionAttributeValues") or {}
    returned = data.get("ReturnValuesOnConditionCheckFailure", "NONE")
    if returned not in RETURNED:
        yield (
            f"1 validation error detected: Value '{returned}' at 'returnValuesOnConditionCheckFailure' "
            f"failed to satisfy constraint: Member must satisfy enum value set: [{', '.join(RETURNED)}]"
        )
    yield from _names(names)
    if sum(map(len, names)) + sum(map(len, values)) + _bytes(names, values) > TOTAL_BYTES:
        yield "ExpressionAttributeValues exceeds max size"
    expressions = {field: data[field] for field in fields if data.get(field)}
    tokens = {field: list(dynamodb._tokenize(text)) for field, text in expressions.items()}
    for field, found in tokens.items():
        yield from _undefined(field, found, names, values)
        yield from _too_long(field, expressions[field], found, names, values)
    used = {text for found in tokens.values() for _kind, text in found}
    for member, given in (("ExpressionAttributeValues", values), ("ExpressionAttributeNames", names)):
        if tokens and (unused := [name for name in given if name not in used]):
            yield f"Value provided in {member} unused in expressions: keys: {{{unused[0]}}}"


def _names(names: dict[str, str]) -> Iterator[str]:
    for key, name in names.items():
        if not name:
            yield f"ExpressionAttributeNames contains invalid value: Empty attribute name for key {key}"
        if len(name.encode()) > NAME_BYTES:
            yield (
                "ExpressionAttributeNames contains invalid value: Attribute name is too large, must be less "
                f"than {NAME_BYTES + 1} bytes for key {key}"
            )
        if len(key.encode()) > PLACEHOLDER_BYTES:
            yield (
                "ExpressionAttributeNames contains invalid key: The expression attribute map contains a key "
                f"that is too long; size of key: {len(key.encode())}"
            )


def _undefined(field: str, tokens: list[Token], names: Json, values: Json) -> Iterator[str]:
    for kind, text in tokens:
        if kind == "VALUE_REF" and text not in values:
            yield (
                f"Invalid {field}: An expression attribute value used in expression is not defined; "
                f"attribute value: {text}"
            )
        if kind == "NAME_REF" and text not in names:
            yield (
                f"Invalid {field}: An expression attribute name used in the document path is not defined; "
                f"attribute name: {text}"
            )


def _too_long(field: str, text: str, tokens: list[Token], names: Json, values: Json) -> Iterator[str]:
    if _operators(field, tokens) > OPERATORS:
        yield (
            f"Invalid {field}: The expression contains too many operators; operator count: {OPERATORS + 1}"
        )
    for count in _operands(tokens):
        if count > OPERANDS:
            yield (
                f"Invalid {field}: The IN operator is provided with too many operands; number of operands: "
                f"{count}"
            )
    size = len(text.encode())
    for kind, name in tokens:
        if kind == "VALUE_REF" and name in values:
            size += dynamodb._attribute_value_size(values[name])
        if kind == "NAME_REF" and name in names:
            size += len(names[name].encode())
    if size > SUBSTITUTED_BYTES:
        yield f"Invalid {field}: Expression size has exceeded the maximum allowed size;"


def _operators(field: str, tokens: list[Token]) -> int:
    """Comparators, words and functions; the AND of a BETWEEN and the = of a SET are none."""
    words = [text.upper() for kind, text in tokens if kind == "IDENT"]
    kinds = [kind for kind, _text in tokens]
    functions = sum(
        1
        for (kind, text), then in zip(tokens, [*kinds[1:], ""], strict=True)
        if kind == "IDENT" and then == "LPAREN" and text.upper() not in WORDS
    )
    if field == "UpdateExpression":
        return functions + sum(1 for kind in kinds if kind in ARITHMETIC)
    logic = sum(1 for word in words if word in WORDS) - words.count("BETWEEN")
    return functions + logic + sum(1 for kind in kinds if kind in COMPARATORS)


def _operands(tokens: list[Token]) -> Iterator[int]:
    """How many each IN has."""
    for number, (kind, text) in enumerate(tokens):
        if kind == "IDENT" and text.upper() == "IN":
            ends = (at for at in range(number, len(tokens)) if tokens[at][0] == "RPAREN")
            yield 1 + sum(1 for kind, _text in tokens[number : next(ends, None)] if kind == "COMMA")


def _bytes(names: dict[str, str], values: Json) -> int:
    sizes = (int(dynamodb._attribute_value_size(value)) for value in values.values())
    return sum(sizes) + sum(len(name.encode()) for name in names.values())
