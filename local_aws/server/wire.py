# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which API call an HTTP request is, with its parameters, after botocore's service models.

https://smithy.io/2.0/aws/protocols/index.html (awsJson, awsQuery, restJson1, restXml)
"""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, unquote

import botocore.session
from botocore.exceptions import UnknownServiceError
from ministack.core.responses import get_account_id, set_request_account_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.model import OperationModel, ServiceModel

# Where the name that signs requests is not the name of the client.
CLIENTS = {
    "elasticmapreduce": "emr",
    "monitoring": "cloudwatch",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}
_CREDENTIAL = re.compile(r"Credential=([^/,]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_session = botocore.session.Session()


@dataclass(frozen=True)
class Call:
    """One API call of a client."""

    account: str
    region: str
    service: str
    operation: str
    model: OperationModel | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    access_key: str = ""


@dataclass(frozen=True)
class Request:
    """An HTTP request that has arrived wholly."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


def recognise(request: Request) -> Call | None:
    """The call that a signed request makes; None when it is not signed."""
    signed = _CREDENTIAL.search(request.headers.get("authorization", "")) or _CREDENTIAL.search(
        "Credential=" + unquote(parse_qs(request.query).get("X-Amz-Credential", [""])[0])
    )
    if not signed:
        return None
    key, region, signer = signed.groups()
    set_request_account_id(key)
    service = CLIENTS.get(signer, signer)
    name, operation, parameters = asked(service, request)
    return Call(get_account_id(), region, service, name, operation, parameters, key)


def asked(service: str, request: Request) -> tuple[str, OperationModel | None, dict[str, Any]]:
    """The operation that a request asks a service for, its model if botocore has one, and its parameters."""
    model = _model(service)
    name, parameters = _by_protocol(model, request) if model else (_action(request), {})
    known = model is not None and name in model.operation_names
    return name, model.operation_model(name) if model and known else None, parameters


@cache
def _model(service: str) -> ServiceModel | None:
    try:
        return _session.get_service_model(service)
    except UnknownServiceError:
        return None


def _by_protocol(model: ServiceModel, request: Request) -> tuple[str, dict[str, Any]]:
    if "x-amz-target" in request.headers:
        return _action(request), _json(request.body)
    if model.metadata["protocol"].startswith("rest-"):
        return _rest(model, request)
    pairs = dict(parse_qsl(request.query, keep_blank_values=True))
    pairs |= dict(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))
    name = pairs.get("Action", "")
    shape = model.operation_model(name).input_shape if name in model.operation_names else None
    return name, _from_query(shape, "", pairs) if shape else {}


def _action(request: Request) -> str:
    if target := request.headers.get("x-amz-target"):
        return target.rsplit(".", 1)[-1]
    found = parse_qs(request.query) | parse_qs(request.body.decode(errors="replace"))
    return found.get("Action", [f"{request.method} {request.path}"])[0]


def _json(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except ValueError:  # the service itself answers that
        return {}
    return value if isinstance(value, dict) else {}


def _from_query(shape: Any, at: str, pairs: dict[str, str]) -> Any:
    """The value of a shape in ``Name.member.1.Key=...`` form; None when nothing of it was sent."""
    if shape.type_name == "structure":
        return _structure_from_query(shape, at, pairs)
    if shape.type_name == "list":
        return _list_from_query(shape, at, pairs)
    if shape.type_name == "map":
        return _map_from_query(shape, at, pairs)
    return _scalar(shape, pairs.get(at))


def _structure_from_query(shape: Any, at: str, pairs: dict[str, str]) -> dict[str, Any] | None:
    found = {}
    for name, member in shape.members.items():
        sent_as = member.serialization.get("name", name)
        value = _from_query(member, f"{at}.{sent_as}" if at else sent_as, pairs)
        if value is not None:
            found[name] = value
    return found if found or not at else None


def _list_from_query(shape: Any, at: str, pairs: dict[str, str]) -> list[Any] | None:
    inner = shape.member.serialization.get("name")
    if not shape.serialization.get("flattened"):
        at = f"{at}.{inner or 'member'}"
    elif inner:
        at = ".".join([*at.split(".")[:-1], inner])
    return [_from_query(shape.member, place, pairs) for place in _numbered(pairs, at)] or None


def _map_from_query(shape: Any, at: str, pairs: dict[str, str]) -> dict[str, Any] | None:
    key = shape.key.serialization.get("name", "key")
    value = shape.value.serialization.get("name", "value")
    at = at if shape.serialization.get("flattened") else f"{at}.entry"
    places = _numbered(pairs, at)
    found = {pairs.get(f"{p}.{key}", ""): _from_query(shape.value, f"{p}.{value}", pairs) for p in places}
    return found or None


def _numbered(pairs: dict[str, str], at: str) -> Iterator[str]:
    """``at.1``, ``at.2``, ... as far as they were sent."""
    for number in itertools.count(1):
        place = f"{at}.{number}"
        if place not in pairs and not any(key.startswith(f"{place}.") for key in pairs):
            return
        yield place


def _scalar(shape: Any, text: str | None) -> Any:
    if text is None:
        return None
    convert: dict[str, Any] = {"integer": int, "long": int, "float": float, "double": float}
    try:
        return text == "true" if shape.type_name == "boolean" else convert.get(shape.type_name, str)(text)
    except ValueError:
        return text


def _rest(model: ServiceModel, request: Request) -> tuple[str, dict[str, Any]]:
    """The operation whose method, path and required query and headers fit best."""
    query = {key: values[0] for key, values in parse_qs(request.query, keep_blank_values=True).items()}
    sent = {("query", key): value for key, value in query.items()}
    sent |= {("header", key): value for key, value in request.headers.items()}
    fitting = []
    for route in _routes(model.service_name):
        labels = route.pattern.fullmatch(request.path) if route.method == request.method else None
        if labels and all(key in sent and value in {None, sent[key]} for key, value in route.wanted.items()):
            fitting.append((len(route.wanted), len(route.pattern.pattern), route.operation, labels))
    if not fitting:
        return "", {}
    _wanted, _length, name, labels = max(fitting, key=lambda fit: fit[:2])
    parameters: dict[str, Any] = {key: unquote(value) for key, value in labels.groupdict().items()}
    if model.metadata["protocol"] == "rest-json":
        parameters = _json(request.body) | _from_url(model.operation_model(name), query) | parameters
    return name, parameters


def _from_url(operation: OperationModel, query: dict[str, str]) -> dict[str, Any]:
    members = operation.input_shape.members if operation.input_shape else {}
    return {
        name: _scalar(member, query[member.serialization["name"]])
        for name, member in members.items()
        if member.serialization.get("location") == "querystring" and member.serialization["name"] in query
    }


@dataclass(frozen=True)
class _Route:
    operation: str
    method: str
    pattern: re.Pattern[str]
    wanted: dict[tuple[str, str], str | None]  # the query and headers it cannot be without


@cache
def _routes(service: str) -> list[_Route]:
    model = _session.get_service_model(service)
    return [_route(name, model.operation_model(name)) for name in model.operation_names]


def _route(name: str, operation: OperationModel) -> _Route:
    path, _mark, fixed = operation.http["requestUri"].partition("?")
    pattern = ""
    for text, label, whole in re.findall(r"([^{]*)(?:\{(\w+)(\+?)\})?", path):
        pattern += re.escape(text) + (f"(?P<{label}>{'.+' if whole else '[^/]+'})" if label else "")
    wanted: dict[tuple[str, str], str | None] = {}
    for key, value in parse_qsl(fixed, keep_blank_values=True):
        wanted[("query", key)] = value or None
    shape = operation.input_shape
    for member in [shape.members[required] for required in shape.required_members] if shape else []:
        if member.serialization.get("location") == "querystring":
            wanted[("query", member.serialization["name"])] = None
        elif member.serialization.get("location") == "header":
            wanted[("header", member.serialization["name"].lower())] = None
    return _Route(name, operation.http["method"], re.compile(pattern + "/?"), wanted)
