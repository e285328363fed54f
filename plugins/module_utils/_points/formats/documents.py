# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""JSON documents of any length read item by item: what `aws dynamodb scan` and dynamodump write.

A document is a page ({"Items": [...], "Count": ...}), a bare array of items, or an item. Several may follow
one another in a file. Not more is held than a chunk and the longest item.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Any, BinaryIO

from ..._items.size import item_size
from ..._items.strict_json import DECODER, BadJsonError
from .source import Entry, UnreadableError
from .streams import CHUNK, LONGEST, damage

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\r\n]*")
# What the API, and what the command line gives instead of it, when a scan has not come to its end.
_GOES_ON = ("LastEvaluatedKey", "NextToken")


class Documents:
    """The documents of one file."""

    def __init__(self, stream: BinaryIO, file: str) -> None:
        self._text, self._file = _Text(stream, file), file
        self.goes_on = False  # whether the last page says that there are more
        self.is_page = False  # whether there was a list of items

    def entries(self) -> Iterator[Entry]:
        """All items."""
        while start := self._text.peek():
            if start == "[":
                yield from self._array()
            elif start == "{":
                yield from self._object()
            else:
                raise self._text.unreadable("it is not a page or a list of items")

    def _array(self) -> Iterator[Entry]:
        text = self._text
        text.take("[")
        if text.peek() == "]":
            text.take("]")
            return
        while True:
            text.peek()
            line = text.line
            yield self._entry(text.value(), line)
            if text.peek() == "]":
                text.take("]")
                return
            text.take(",")

    def _object(self) -> Iterator[Entry]:
        text, members, first = self._text, dict[str, Any](), self._text.line
        found: int | None = None
        text.take("{")
        while text.peek() != "}":
            if members:
                text.take(",")
            name = self._name(members)
            text.take(":")
            if name == "Items" and text.peek() == "[":
                members[name] = found = 0
                self.is_page = True
                for entry in self._array():
                    found += 1
                    yield entry
            else:
                members[name] = text.value()
        text.take("}")
        if found is None:
            yield self._entry(members, first)
        else:
            self._end_of_page(members, found)

    def _name(self, members: dict[str, Any]) -> str:
        if self._text.peek() != '"':
            raise self._text.unreadable("it is not JSON: a name is expected")
        name: str = self._text.value()
        if name in members:
            raise self._text.unreadable(f"the member {name!r} is there twice")
        return name

    def _end_of_page(self, members: dict[str, Any], found: int) -> None:
        count, scanned = members.get("Count", found), members.get("ScannedCount")
        if count != found:
            raise self._text.unreadable(f"the page says that it has {count} items, and has {found}")
        if scanned not in {None, count}:
            raise self._text.unreadable(
                f"the scan had a filter: it saw {scanned} items and kept {count}, which is no backup"
            )
        self.goes_on = any(members.get(name) for name in _GOES_ON)

    def _entry(self, value: Any, line: int) -> Entry:
        try:
            return Entry(value, self._file, line, item_size(value))
        except ValueError as error:
            raise UnreadableError(str(error), self._file, line) from None


class _Text:
    """The text of a stream, from which values are taken one by one."""

    def __init__(self, stream: BinaryIO, file: str) -> None:
        self._stream, self._file = stream, file
        self._decode = codecs.getincrementaldecoder("utf-8")("strict").decode
        self._text, self._at, self._ended = "", 0, False
        self.line = 1

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._go_to(match.end() if match else self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if self._ended:
                return ""
            self._fill()

    def take(self, wanted: str) -> None:
        """Go on after a character that must come next."""
        found = self.peek()
        if found != wanted:
            raise self.unreadable("it is cut" if not found else f"it is not JSON: {wanted} is expected")
        self._at += 1

    def value(self) -> Any:
        """The next value."""
        self.peek()
        while True:
            try:
                value, end = DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._ended:
                    why = "it is cut" if error.pos >= len(self._text) - 1 else f"it is not JSON ({error.msg})"
                    raise self.unreadable(why) from None
            except BadJsonError as error:
                raise self.unreadable(str(error)) from None
            except RecursionError:
                raise self.unreadable("it is nested too deeply") from None
            else:
                # A number may go on in the next chunk.
                if end < len(self._text) or self._ended:
                    self._go_to(end)
                    return value
            if len(self._text) - self._at > LONGEST:
                raise self.unreadable(f"it is not JSON, or a value is longer than {LONGEST >> 20} MiB")
            self._fill()

    def unreadable(self, why: str) -> UnreadableError:
        """An error at the present line."""
        return UnreadableError(why, self._file, self.line)

    def _go_to(self, at: int) -> None:
        self.line += self._text.count("\n", self._at, at)
        self._at = at

    def _fill(self) -> None:
        """Twice as much at each further attempt, so that a long value is not parsed again and again."""
        rest = self._text[self._at :]
        with damage(self._file, [self.line]):
            chunk = self._stream.read(max(CHUNK, len(rest)))
        self._ended = not chunk
        try:
            self._text, self._at = rest + self._decode(chunk, final=self._ended), 0
        except UnicodeDecodeError:
            raise self.unreadable("it is not UTF-8") from None
