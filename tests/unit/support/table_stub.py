# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table, and the object of a journal, behind HTTP: they can be slow or busy, and count what is written."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import boto3

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from email.message import Message

    from botocore.config import Config

KEY = "pk"


@dataclass(frozen=True)
class Asked:
    """A call of BatchWriteItem."""

    headers: Message
    body: bytes
    port: int  # of the client's connection


@dataclass
class TableStub:
    """What was asked, and how it is answered."""

    url: str = ""
    delay: float = 0.0
    # Of an item: is it left unprocessed? Of a call, by its number: what is it refused with?
    leaves: Callable[[dict[str, Any]], bool] = lambda _item: False
    refuses: Callable[[int], tuple[int, str] | None] = lambda _call: None
    breaks: Callable[[int], bool] = lambda _call: False  # the connection, after the items were taken
    units: float = 1.0  # of an item
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    puts: Counter[str] = field(default_factory=Counter)
    calls: list[float] = field(default_factory=list)  # when
    asked: list[Asked] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    journal: bytes | None = None
    journals: int = 0
    since_journal: int = 0  # puts
    lock: threading.Lock = field(default_factory=threading.Lock)

    def aws(self) -> Aws:
        """Clients of it."""
        return Aws(self.client)

    def client(self, service: str, config: Config | None = None) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="eu-west-1",
            aws_access_key_id="stub",
            aws_secret_access_key="stub",
            config=config,
        )

    def answer(self, operation: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """An operation of DynamoDB."""
        if operation == "DescribeTable":
            table = {"TableId": "00000000-0000-0000-0000-000000000001", "TableStatus": "ACTIVE"}
            arn = f"arn:aws:dynamodb:eu-west-1:123456789012:table/{request['TableName']}"
            return 200, {"Table": {"TableName": request["TableName"], "TableArn": arn, **table}}
        time.sleep(self.delay)
        with self.lock:
            self.calls.append(time.monotonic())
            if refused := self.refuses(len(self.calls)):
                return refused[0], {"__type": refused[1], "message": "as told"}
            ((table_name, puts),) = request["RequestItems"].items()
            self.sizes.append(len(puts))
            left = [put for put in puts if not self._takes(put["PutRequest"]["Item"])]
            consumed = {"TableName": table_name, "CapacityUnits": self.units * (len(puts) - len(left))}
            return 200, {
                "UnprocessedItems": {table_name: left} if left else {},
                "ConsumedCapacity": [consumed],
            }

    def _takes(self, item: dict[str, Any]) -> bool:
        if self.leaves(item):
            return False
        (key,) = item[KEY].values()
        self.items[key] = item
        self.puts[key] += 1
        self.since_journal += 1
        return True

    def keep(self, body: bytes) -> None:
        with self.lock:
            self.journal, self.journals, self.since_journal = body, self.journals + 1, 0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer is one packet
    stub: TableStub

    def do_POST(self) -> None:
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        body = self._body()
        status, answer = self.stub.answer(operation, json.loads(body))
        if operation == "BatchWriteItem":
            self.stub.asked.append(Asked(self.headers, body, self.client_address[1]))
            if self.stub.breaks(len(self.stub.asked)):
                self.close_connection = True
                return
        self._send(status, json.dumps(answer).encode(), "application/x-amz-json-1.0")

    def do_PUT(self) -> None:
        self.stub.keep(self._body())
        self._send(200, b"", "text/plain")

    def do_GET(self) -> None:
        missing = b"<Error><Code>NoSuchKey</Code></Error>"
        held = self.stub.journal
        self._send(404 if held is None else 200, missing if held is None else held, "application/xml")

    def _body(self) -> bytes:
        if self.headers.get("Expect"):
            self.wfile.flush()
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Nobody reads it."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, *_arguments: object) -> None:
        """Whoever is killed leaves broken connections."""


@contextmanager
def table_stub(tls: ssl.SSLContext | None = None, **behaviour: Any) -> Iterator[TableStub]:
    """A table that behaves in this way, behind https if it is given what to show."""
    stub = TableStub(**behaviour)
    handler = type("Handler", (_Handler,), {"stub": stub})
    with _Server(("127.0.0.1", 0), handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        stub.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield stub
        server.shutdown()


def now_and_then(share: float, seed: int = 1) -> Callable[[Any], bool]:
    """True for this share of what is asked, always in the same order."""
    chance = random.Random(seed)
    return lambda _asked: chance.random() < share
