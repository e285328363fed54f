# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table that answers Scan at once, with what the files of an export hold: a file is a segment.

With `differing` as its second argument, one of a hundred items is another than in the files. Those are also
made anew, by their numbers, for who asks for them by their keys.
"""

from __future__ import annotations

import gzip
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import comparing

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE_BYTES = 1 << 20
BEGIN, END = b'{"Item":', b"}"
ONE_OF = 100
WAS, IS = b'"gift":{"BOOL":false}', b'"gift":{"BOOL":true}'


def items(file: int, path: Path, *, differing: bool) -> Iterator[bytes]:
    """As text, of the file with this number."""
    with gzip.open(path, "rb") as stream:
        for line, text in enumerate(stream):
            item = text.rstrip().removeprefix(BEGIN).removesuffix(END)
            yield now(item, line * comparing.FILES + file) if differing else item


def now(item: bytes, number: int) -> bytes:
    """What the table has of an item."""
    return item if number % ONE_OF else item.replace(WAS, IS)


class Table(ThreadingHTTPServer):
    """Segments are read on from where they are: each is asked for by one client, in order."""

    def __init__(self, place: Path, *, differing: bool) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        files = sorted(place.glob("*.gz"))
        self.segments = [items(number, file, differing=differing) for number, file in enumerate(files)]
        # Who asks for no segment gets one after the other.
        self.segments.append(chain.from_iterable(list(self.segments)))

    def batch(self, asked: dict[str, Any]) -> bytes:
        """Items by their keys."""
        ((table, wanted),) = asked.items()
        numbers = [int(key["sk"]["N"]) for key in wanted["Keys"]]
        made = (json.dumps(comparing.item(each), separators=(",", ":")).encode() for each in numbers)
        found = b",".join(now(item, number) for item, number in zip(made, numbers, strict=True))
        return b'{"Responses":{"%b":[%b]},"UnprocessedKeys":{}}' % (table.encode(), found)

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
    """Scan and BatchGetItem, and nothing else."""

    protocol_version = "HTTP/1.1"
    server: Table

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "RequestItems" in asked:
            body = self.server.batch(asked["RequestItems"])
        else:
            body = self.server.page(asked.get("Segment", -1), counted=asked.get("Select") == "COUNT")
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Nobody reads it."""


def main() -> None:
    table = Table(Path(sys.argv[1]), differing=sys.argv[2:] == ["differing"])
    print(f"http://127.0.0.1:{table.server_port}", flush=True)
    table.serve_forever()


if __name__ == "__main__":
    main()
