# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table that answers Scan at once, with what the files of an export hold: a file is a segment."""

from __future__ import annotations

import gzip
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE_BYTES = 1 << 20
BEGIN, END = b'{"Item":', b"}"


def items(file: Path) -> Iterator[bytes]:
    """As text."""
    with gzip.open(file, "rb") as stream:
        for line in stream:
            yield line.rstrip().removeprefix(BEGIN).removesuffix(END)


class Table(ThreadingHTTPServer):
    """Segments are read on from where they are: each is asked for by one client, in order."""

    def __init__(self, place: Path) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.files = sorted(place.glob("*.gz"))
        self.segments = [items(file) for file in self.files]

    def page(self, segment: int, *, counted: bool) -> bytes:
        """The next page of a segment."""
        found, size = [], 0
        for item in self.segments[segment]:
            found.append(item)
            size += len(item)
            if size >= PAGE_BYTES:
                break
        last = b"" if size < PAGE_BYTES else b',"LastEvaluatedKey":{"pk":{"S":"%d"},"sk":{"N":"0"}}' % segment
        held = b"" if counted else b',"Items":[%b]' % b",".join(found)
        return b'{"Count":%d%b,"ConsumedCapacity":{"CapacityUnits":256}%b}' % (len(found), held, last)


class Answering(BaseHTTPRequestHandler):
    """Scan, and nothing else."""

    protocol_version = "HTTP/1.1"
    server: Table

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        counted = asked.get("Select") == "COUNT"
        if "TotalSegments" in asked:
            body = self.server.page(asked["Segment"], counted=counted)
        else:  # of a table that is small
            pages = [self.server.page(each, counted=counted) for each in range(len(self.server.files))]
            body = _joined(pages)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Nobody reads it."""


def _joined(pages: list[bytes]) -> bytes:
    found = [json.loads(page) for page in pages]
    held = [item for page in found for item in page.get("Items", ())]
    return json.dumps({"Count": sum(page["Count"] for page in found), "Items": held}).encode()


def main() -> None:
    table = Table(Path(sys.argv[1]))
    print(f"http://127.0.0.1:{table.server_port}", flush=True)
    table.serve_forever()


if __name__ == "__main__":
    main()
