# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table that answers BatchWriteItem at once and keeps nothing: it only counts the items."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PUT = b'"PutRequest"'
TABLE = "bench"
CREATED = {
    "TableName": TABLE,
    "TableArn": f"arn:aws:dynamodb:eu-west-1:123456789012:table/{TABLE}",
    "TableId": "00000000-0000-0000-0000-000000000001",
    "TableStatus": "ACTIVE",
}


class Table(ThreadingHTTPServer):
    """What it counts is read with GET."""

    request_queue_size = 128
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.taken = 0
        self.lock = threading.Lock()

    def take(self, puts: int) -> bytes:
        """The answer to this many."""
        with self.lock:
            self.taken += puts
        consumed = b'[{"TableName":"bench","CapacityUnits":%d}]' % puts
        return b'{"UnprocessedItems":{},"ConsumedCapacity":%b}' % consumed


class Answering(BaseHTTPRequestHandler):
    """BatchWriteItem and DescribeTable, and nothing else."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body of an answer in one packet: the second would wait for 40 ms
    server: Table

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["X-Amz-Target"].endswith(".BatchWriteItem"):
            self._send(self.server.take(asked.count(PUT)))
        else:
            self._send(json.dumps({"Table": CREATED}).encode())

    def do_GET(self) -> None:
        self._send(b"%d" % self.server.taken)

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Nobody reads it."""


def main() -> None:
    table = Table()
    print(f"http://127.0.0.1:{table.server_port}", flush=True)
    table.serve_forever()


if __name__ == "__main__":
    main()
