# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Items read from DynamoDB as they come over the wire, in DynamoDB JSON.

boto3 walks through every value of an answer, which takes five times as long as all that is done with it here.
Its parser is given an empty answer instead; requests, retries, checksums and errors stay botocore's. The
oldest botocore that is supported tells nobody before it parses: it parses the answer nevertheless, which is
slower and the same otherwise.
"""

from __future__ import annotations

import base64
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_OK = 200
_call = threading.local()


class ItemReads:
    """Reads items with a client, which several threads may share."""

    def __init__(self, client: Any) -> None:
        self._client = client
        for operation in ("Scan", "GetItem", "BatchGetItem"):
            for event, handler in (("before-parse", _hide), ("response-received", _keep)):
                client.meta.events.register(
                    f"{event}.dynamodb.{operation}", handler, f"tablekeeper-{event}-{operation}"
                )

    def scan(self, table: str, **parameters: Any) -> bytes:
        """The body of one page, as JSON."""
        return self._body(self._client.scan, TableName=table, ReturnConsumedCapacity="TOTAL", **parameters)

    def get_item(self, table: str, key: Mapping[str, Mapping[str, str]]) -> bytes:
        """The body with an item as it is now, as JSON."""
        return self._body(self._client.get_item, TableName=table, Key=as_parameter(key), ConsistentRead=True)

    def batch_get_item(self, table: str, keys: Iterable[Mapping[str, Mapping[str, str]]]) -> bytes:
        """The body with items as they are now, as JSON. What it leaves out is in its UnprocessedKeys."""
        asked = {"Keys": [as_parameter(key) for key in keys], "ConsistentRead": True}
        return self._body(
            self._client.batch_get_item, RequestItems={table: asked}, ReturnConsumedCapacity="TOTAL"
        )

    @staticmethod
    def _body(call: Any, **parameters: Any) -> bytes:
        _call.body = None
        _call.raw = True
        try:
            call(**parameters)
        finally:
            _call.raw = False
        body: bytes | None = _call.body
        _call.body = None
        if body is None:
            raise TypeError("this botocore does not hand out the body of an answer")
        return body


def as_parameter(key: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Any]]:
    """A key in DynamoDB JSON as boto3 wants it: with bytes for what is binary."""
    return {
        name: {kind: base64.b64decode(held) if kind == "B" else held for kind, held in value.items()}
        for name, value in key.items()
    }


def _hide(response_dict: dict[str, Any], **_event: Any) -> None:
    if getattr(_call, "raw", False) and response_dict["status_code"] == _OK:
        response_dict["body"] = b"{}"


def _keep(response_dict: dict[str, Any] | None, **_event: Any) -> None:
    if getattr(_call, "raw", False) and response_dict and response_dict["status_code"] == _OK:
        _call.body = response_dict["body"]
