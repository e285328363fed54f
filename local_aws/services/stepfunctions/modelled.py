# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""SDK integrations by botocore's models: what Step Functions' own SDK makes of a request and of an answer.

https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html: parameters and
results are in PascalCase, times are text. It is the SDK for Java, which writes most capitals of a word small:
a UUID is a Uuid. AWS refuses a parameter that an API does not have when a machine is made, here
``definition.py`` does where it is written out; what an expression makes is refused when the state is reached.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import botocore.session
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from botocore.validate import ParamValidator
from ministack import app
from ministack.core.responses import get_region
from ministack.services import stepfunctions as sf

from .run import Json, error

# ministack's name of the handler, by the client's.
HANDLERS = {"cloudwatch": "monitoring", "lambda": "lambda", "pipes": "pipes"}
PREFIXES = {"cloudwatch": "CloudWatch", "lambda": "Lambda", "pipes": "Pipes"}
CALLS = {
    "cloudwatch:describeAlarms",
    "lambda:listEventSourceMappings",
    "pipes:listPipes",
}


def call(service: str, operation: str, arguments: dict[str, Any]) -> Json:
    """The answer, or the error that the state machine sees."""
    prefix, model = PREFIXES[service], _model(service).operation_model(operation[:1].upper() + operation[1:])
    if problem := ParamValidator().validate(arguments, model.input_shape).generate_report():
        raise error("States.Runtime", f"The parameters of {service}:{operation} are not right: {problem}")
    protocol = _protocol(model.service_model)
    sent = create_serializer(protocol).serialize_to_request(arguments, model)
    status, headers, body = app.call_service_handler_sync(
        app.SERVICE_HANDLERS[HANDLERS[service]], sent["method"], *_request(service, sent)
    )
    content = body if isinstance(body, bytes) else str(body or "").encode()
    answer = {"status_code": status, "headers": headers, "body": content}
    found = create_parser(protocol).parse(answer, model.output_shape)
    if status >= 400:
        told = found["Error"]
        name = f"{told['Code'].removesuffix('Exception')}Exception"
        known = {shape.name.removesuffix("Exception") for shape in model.error_shapes}
        kind = name if name.removesuffix("Exception") in known else f"{prefix}Exception"
        raise error(f"{prefix}.{kind}", f"{told['Message']} (Service: {prefix}, Status Code: {status})")
    found.pop("ResponseMetadata", None)
    return _plain(found, model.output_shape)


@cache
def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def _protocol(model: Any) -> str:
    """As ministack speaks it: CloudWatch's first one is CBOR, for which that lacks a library."""
    return "query" if "query" in model.metadata["protocols"] else str(model.protocol)


def _request(service: str, sent: dict[str, Any]) -> tuple[str, dict[str, str], bytes, dict[str, list[str]]]:
    """Path, headers, body and query, as ministack's handlers take them."""
    parts = urlsplit(sent["url_path"])
    query = parse_qs(parts.query) | {
        name: value if isinstance(value, list) else [str(value)]
        for name, value in dict(sent["query_string"] or {}).items()
    }
    signer, body = HANDLERS[service], sent["body"]
    text = urlencode(body).encode() if isinstance(body, dict) else body
    scope = f"{get_region()}/{signer}/aws4_request"
    headers = {
        "host": f"{signer}.{get_region()}.amazonaws.com",
        "authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/{scope}",
        **{name.lower(): str(value) for name, value in sent["headers"].items()},
    }
    return parts.path, headers, text if isinstance(text, bytes) else str(text).encode(), query


def _plain(value: Any, shape: Any) -> Json:
    if shape.type_name == "structure":
        return {
            sf._api_name_to_sfn_key(name): _plain(each, shape.members[name]) for name, each in value.items()
        }
    if shape.type_name == "list":
        return [_plain(each, shape.member) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    return value
