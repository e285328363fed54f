# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Single calls for items, with bodies that are never taken apart, each tried once.

Endpoint, credentials, signature and connections are botocore's (_load/apply_repeated.py). This file is also
shipped with the job that does the same on many machines.
"""

from __future__ import annotations

import contextlib
import threading
from typing import Any

from .._load.apply_repeated import RepeatedCall
from .answers import Answer, Busy, answer
from .request import DELETE, PUT, READ

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from boto3 import __version__ as boto3_version
    from botocore.config import Config
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004

_METHODS = {READ: "batch_get_item", PUT: "put_item", DELETE: "delete_item"}


def once(threads: int) -> Config:
    """How the client of an ItemClient is configured that so many threads use."""
    return Config(
        parameter_validation=False,
        max_pool_connections=threads,
        retries={"mode": "standard", "total_max_attempts": 1},
        user_agent=f"Boto3/{boto3_version}",  # else it is put together anew for each call
    )


class ItemClient:
    """Asks for single items of one table, for several threads."""

    def __init__(self, client: Any, table: str) -> None:
        """The client is nobody else's, and configured with once()."""
        self._client, self._table = client, table
        self._call = threading.local()
        events = client.meta.events
        for operation in _METHODS:
            events.register(f"before-call.dynamodb.{operation}", self._put_body)
            events.register(f"response-received.dynamodb.{operation}", self._keep)
        self._repeated = {operation: RepeatedCall(client, operation) for operation in _METHODS}

    def ask(self, operation: str, body: bytes) -> Answer:
        """What DynamoDB answers; BotoCoreError if it could not be asked at all."""
        repeated = self._repeated[operation]
        try:
            status, content = repeated.ask(body) if repeated.is_known else self._first(operation, body)
        except (ConnectionError, HTTPClientError) as error:
            return Busy(str(error), perhaps_done=True)
        return answer(status, content)

    def _first(self, operation: str, body: bytes) -> tuple[int, bytes]:
        """By botocore's own call, which finds out where it goes."""
        self._call.body, self._call.answer = body, None
        try:
            with contextlib.suppress(ClientError):
                # Endpoints may depend on the table.
                table: dict[str, Any] = {"TableName": self._table}
                if operation == READ:
                    table = {"RequestItems": {self._table: {}}}
                getattr(self._client, _METHODS[operation])(**table)
        finally:
            self._call.body = None
        if self._call.answer is None:
            raise TypeError("this botocore does not hand out the body of an answer")
        status, content = self._call.answer
        return status, content

    def _put_body(self, params: dict[str, Any], **_event: Any) -> None:
        if not params["body"].startswith(b"{"):
            raise TypeError("this botocore speaks another protocol with DynamoDB than JSON")
        params["body"] = self._call.body

    def _keep(self, response_dict: dict[str, Any] | None, **_event: Any) -> None:
        if response_dict:
            self._call.answer = response_dict["status_code"], response_dict["body"]
