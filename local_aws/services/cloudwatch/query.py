# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CloudWatch for an older boto3, which asks in the Query protocol and reads XML.

https://smithy.io/2.0/aws/protocols/aws-query-protocol.html

ministack's XML has a part of an alarm only. A request in Query is passed on as JSON, and the answer becomes
XML by botocore's model: what that does not know yet is left out, as boto3 leaves it out.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from ministack.services import cloudwatch as cw

from local_aws.server.wire import Request, asked

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from botocore.model import OperationModel

    from local_aws.server.answers import Answer

    Handler = Callable[[str, str, dict[str, str], bytes, dict[str, Any]], Awaitable[Answer]]

NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/"
TARGET = "GraniteServiceVersion20100801"


def speaking_query(original: Handler) -> Handler:
    """The same handler, asked in JSON whenever it is asked in Query."""

    async def handle(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Answer:
        found = _operation(method, path, headers, body, query)
        if found is None:
            return await original(method, path, headers, body, query)
        operation, parameters = found
        as_json = {
            **headers,
            "content-type": "application/x-amz-json-1.0",
            "x-amz-target": f"{TARGET}.{operation.name}",
        }
        status, told, answer = await original(method, path, as_json, json.dumps(parameters).encode(), {})
        content = json.loads(answer or b"{}")
        if status >= 300:
            refused: Answer = cw._error(content["__type"].rsplit("#", 1)[-1], content["message"], status)
            return refused
        return status, {**told, "Content-Type": "text/xml"}, _xml(operation, content)

    return handle


def _operation(
    method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
) -> tuple[OperationModel, dict[str, Any]] | None:
    if "form" not in headers.get("content-type", ""):
        return None
    request = Request(method, path, urlencode(query, doseq=True), headers, body)
    _name, operation, parameters = asked("cloudwatch", request)
    return (operation, parameters) if operation else None


def _xml(operation: OperationModel, found: dict[str, Any]) -> bytes:
    root = ET.Element(f"{operation.name}Response", xmlns=NAMESPACE)
    if operation.output_shape:
        _add(root, f"{operation.name}Result", operation.output_shape, found)
    ET.SubElement(ET.SubElement(root, "ResponseMetadata"), "RequestId").text = "1"
    told: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return told


def _add(parent: ET.Element, name: str, shape: Any, value: Any) -> None:
    """One value below its parent; an empty list is an empty element."""
    element = ET.SubElement(parent, name)
    if shape.type_name == "structure":
        for key, member in shape.members.items():
            if value.get(key) is not None:
                _add(element, member.serialization.get("name", key), member, value[key])
    elif shape.type_name == "list":
        for each in value:
            _add(element, shape.member.serialization.get("name", "member"), shape.member, each)
    elif shape.type_name == "boolean":
        element.text = "true" if value else "false"
    elif shape.type_name == "timestamp" and isinstance(value, int | float):
        element.text = datetime.fromtimestamp(value, UTC).isoformat()
    else:
        element.text = str(value)
