# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Refuses requests that break the constraints of AWS's own service models, as the services do.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html and the "Errors" and
"Request Parameters" of each action. The models (lengths, ranges, patterns, enumerations, required members)
are botocore's. Not checked here: S3, whose names ministack checks itself, and DynamoDB's data plane, whose
errors and their order it imitates itself.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .wire import Call

# The code with which a service refuses a malformed request.
CODES = {
    "application-autoscaling": "ValidationException",
    "cloudformation": "ValidationError",
    "cloudwatch": "ValidationError",
    "datapipeline": "InvalidRequestException",
    "dynamodb": "ValidationException",
    "emr": "ValidationException",
    "events": "ValidationException",
    "glue": "InvalidInputException",
    "iam": "ValidationError",
    "kms": "ValidationException",
    "lambda": "InvalidParameterValueException",
    "logs": "InvalidParameterException",
    "pipes": "ValidationException",
    "scheduler": "ValidationException",
    "sns": "InvalidParameter",
    "sqs": "InvalidParameterValue",
    "stepfunctions": "ValidationException",
    "sts": "ValidationError",
}
DATA_PLANE = re.compile(
    r"(Put|Get|Delete|Update|Batch\w+|Transact\w+)Items?$|Query$|Scan$|\w*(Statement|Transaction)$"
)
# Java's character classes, as far as the models use them.
JAVA = {
    r"\p{L}": r"\w",
    r"\p{N}": r"\w",
    r"\p{Z}": " \u00a0",
    r"\p{Print}": "[ -~]",
    r"\p{ASCII}": r"[\x00-\x7f]",
    r"\uD800\uDC00-\uDBFF\uDFFF": "\U00010000-\U0010ffff",
    r"[\w-_]": r"[\w\-]",
}


def install() -> None:
    """Nothing to patch: the gateway asks ``refuse``."""


def refuse(call: Call) -> tuple[int, str, bytes] | None:
    """Status, content type and body for a request the service would not look at; None to serve it."""
    code = CODES.get(call.service)
    shape = call.model.input_shape if call.model else None
    if not code or not shape or (call.service == "dynamodb" and DATA_PLANE.match(call.operation)):
        return None
    problems = list(_problems(shape, call.parameters, ""))
    if not problems:
        return None
    count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected: "
    return _answer(call, code, count + "; ".join(problems))


def _answer(call: Call, code: str, message: str) -> tuple[int, str, bytes]:
    if call.model and call.model.service_model.metadata["protocol"] == "query":
        error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        return 400, "text/xml", f"<ErrorResponse>{error}<RequestId>local</RequestId></ErrorResponse>".encode()
    return 400, "application/x-amz-json-1.0", json.dumps({"__type": code, "message": message}).encode()


def _problems(shape: Any, value: Any, at: str) -> Iterator[str]:
    expected, check = CHECKS.get(shape.type_name, (object, None))
    if check and isinstance(value, expected):  # ministack answers wrong types itself
        yield from check(shape, value, at)


def _structure(shape: Any, value: dict[str, Any], at: str) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield f"Value null at '{_path(at, name)}' failed to satisfy constraint: Member must not be null"
    for name, member in shape.members.items():
        if value.get(name) is not None:
            yield from _problems(member, value[name], _path(at, name))


def _list(shape: Any, value: list[Any], at: str) -> Iterator[str]:
    yield from _size(shape, len(value), value, at)
    for number, element in enumerate(value, 1):
        yield from _problems(shape.member, element, f"{at}.{number}.member")


def _map(shape: Any, value: dict[str, Any], at: str) -> Iterator[str]:
    yield from _size(shape, len(value), value, at)
    for key, element in value.items():
        yield from _problems(shape.key, key, f"{at}.key")
        yield from _problems(shape.value, element, f"{at}.{key}.member")


def _text(shape: Any, value: str, at: str) -> Iterator[str]:
    yield from _size(shape, len(value), value, at)
    pattern = shape.metadata.get("pattern")
    if pattern and not _pattern(pattern).fullmatch(value):
        yield _broken(value, at, f"satisfy regular expression pattern: {pattern}")
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield _broken(value, at, f"satisfy enum value set: [{', '.join(allowed)}]")


def _size(shape: Any, size: int, value: Any, at: str) -> Iterator[str]:
    if size > shape.metadata.get("max", size):
        yield _broken(value, at, f"have length less than or equal to {shape.metadata['max']}")
    if size < shape.metadata.get("min", size):
        yield _broken(value, at, f"have length greater than or equal to {shape.metadata['min']}")


def _range(shape: Any, value: float, at: str) -> Iterator[str]:
    if value > shape.metadata.get("max", value):
        yield _broken(value, at, f"have value less than or equal to {shape.metadata['max']}")
    if value < shape.metadata.get("min", value):
        yield _broken(value, at, f"have value greater than or equal to {shape.metadata['min']}")


def _broken(value: Any, at: str, constraint: str) -> str:
    return f"Value '{value}' at '{at}' failed to satisfy constraint: Member must {constraint}"


def _path(at: str, name: str) -> str:
    name = name[0].lower() + name[1:]
    return f"{at}.{name}" if at else name


@cache
def _pattern(java: str) -> re.Pattern[str]:
    for theirs, ours in JAVA.items():
        java = java.replace(theirs, ours)
    return re.compile(java)


CHECKS: dict[str, tuple[Any, Callable[[Any, Any, str], Iterator[str]]]] = {
    "structure": (dict, _structure),
    "list": (list, _list),
    "map": (dict, _map),
    "string": (str, _text),
    **dict.fromkeys(("integer", "long", "float", "double"), ((int, float), _range)),
}
