# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""BatchWriteItem with items that are never taken apart.

boto3 walks over each value several times, which is most of what a call costs. Here the body is put into the
request as it is to be sent; endpoint, credentials, signature and connections stay botocore's.
"""

from __future__ import annotations

import base64
import contextlib
import json
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from .._model.codes import BUSY_ITEMS, SERVER_ERROR
from .apply_connections import BrokenError
from .apply_repeated import RepeatedCall

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._aws.client import Aws
    from .apply_connections import UnderWay

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from boto3 import __version__ as boto3_version
    from botocore.config import Config
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004


class BusyError(Exception):
    """Nothing was written, and the same call may succeed later."""


class Answer(NamedTuple):
    """What became of a call."""

    left: list[bytes]  # what DynamoDB has not written
    units: float


class BatchClient:
    """Writes batches into one table. It tries each call once.

    Several threads may write(), one may have calls under way.
    """

    def __init__(self, aws: Aws, table: str, threads: int) -> None:
        self._table = table
        self._body = threading.local()
        config = Config(
            parameter_validation=False,
            max_pool_connections=threads,
            retries={"mode": "standard", "total_max_attempts": 1},
            user_agent=f"Boto3/{boto3_version}",  # else it is put together anew for each call
        )
        self._client = aws.own("dynamodb", config)
        self._client.meta.events.register("before-call.dynamodb.BatchWriteItem", self._put_body)
        self._repeated = RepeatedCall(self._client, "BatchWriteItem")
        self._begin = beginning(table)

    def write(self, items: Sequence[bytes]) -> Answer:
        """One call; BusyError, or botocore's own."""
        body = spliced(self._begin, items)
        with _busy():
            answer = json.loads(self._repeated.send(body)) if self._repeated.is_known else self._first(body)
            return _answer(answer)

    def begin(self, items: Sequence[bytes]) -> UnderWay | None:
        """The same call, whose answer end() reads; None if items can only be written."""
        if not self._repeated.is_known:
            return None
        with _busy():
            return self._repeated.begin(spliced(self._begin, items))

    def end(self, under_way: UnderWay) -> Answer:
        """What became of what was begun; BusyError, or botocore's own."""
        with _busy():
            return _answer(json.loads(self._repeated.end(under_way)))

    def _first(self, body: bytes) -> dict[str, Any]:
        self._body.text = body
        try:
            # Endpoints may depend on the table.
            found: dict[str, Any] = self._client.batch_write_item(RequestItems={self._table: []})
        finally:
            self._body.text = None
        return found

    def _put_body(self, params: dict[str, Any], **_event: Any) -> None:
        if not params["body"].startswith(b"{"):
            raise TypeError("this botocore speaks another protocol with DynamoDB than JSON")
        params["body"] = self._body.text


def beginning(table: str) -> bytes:
    """What stands before the first item that is put into a table."""
    return b'{"RequestItems":{%s:[{"PutRequest":' % json.dumps(table).encode()


def spliced(begin: bytes, items: Sequence[bytes]) -> bytes:
    """A request's body. Each item must be one object: _points/formats/unparsed.py holds lines to that."""
    return begin + b'},{"PutRequest":'.join(items) + b'}]},"ReturnConsumedCapacity":"TOTAL"}'


@contextlib.contextmanager
def _busy() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if _is_busy(error):
            raise BusyError(str(error)) from None
        raise
    except (BrokenError, ConnectionError, HTTPClientError) as error:
        raise BusyError(str(error)) from None


def _answer(answer: dict[str, Any]) -> Answer:
    left = [_spelled(put) for puts in answer.get("UnprocessedItems", {}).values() for put in puts]
    return Answer(left, sum(each["CapacityUnits"] for each in answer.get("ConsumedCapacity", ())))


def _is_busy(error: ClientError) -> bool:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= SERVER_ERROR or error.response["Error"]["Code"] in BUSY_ITEMS


def _spelled(put: dict[str, Any]) -> bytes:
    """An item that came back; botocore's own call has decoded its binary values."""
    text = json.dumps({"Item": put["PutRequest"]["Item"]}, default=_base64, ensure_ascii=False)
    return text.encode()


def _base64(held: bytes) -> str:
    return base64.b64encode(held).decode()
