# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which lines of an export can be put into a request as they are, told without parsing each.

A line that closes more than it has opened ends the request around it: what follows could put into, or delete
from, any other table, and the lines after it could go there, too. What it needs for that is braces, brackets
and quotes. They are the shape of a line, in their order and without all that is between them. Lines of a
table have few shapes, so that only the first line of each is parsed:

- A quote that is not escaped begins or ends a text. Escaped quotes, and escaped backslashes before any quote,
  are taken out first, from left to right as parsers read them; no other escape ends with a quote, and outside
  of texts a backslash is no JSON. Lines of one shape therefore have the same braces and brackets outside of
  texts, and are as deep at each of them. If one line is {"Item": {...}} and nothing else, no other one closes
  its first brace before its last character, and none has a second name beside "Item".
- Parsers that know more than JSON could overlook a part of a shape: comments, texts in apostrophes. The
  characters that these need belong to the shape; in the line that was parsed they are within a text, and so
  they are in the others. A comment that begins with // or # would last until a line ends.
- A decoder that is not strict could make a quote of bytes that are no UTF-8: all lines must be UTF-8.

Where commas are, how values are spelled and whether a name is there twice within the item is not looked at.
It changes nothing but the item, and DynamoDB refuses what is no JSON.
"""

from __future__ import annotations

import re

_BEGIN, _END = b'{"Item":{', b"}}"
_ESCAPED, _BACKSLASH = re.compile(rb'\\["\\]'), ord("\\")
_SHAPE = b"{}[]\"'*\r"
_BETWEEN = bytes(each for each in range(256) if each not in _SHAPE)
# Together 512 KiB at most, for each of the files that are open at once.
MOST_SHAPES, LONGEST_SHAPE = 256, 2048


class Shapes:
    """The shapes of lines that were parsed, each {"Item": {...}} and nothing else."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def vouch_for(self, line: bytes) -> bool:
        """Whether a line needs no parsing."""
        return (
            line.startswith(_BEGIN)
            and line.endswith(_END)
            and _shape(line) in self._seen
            and (line.isascii() or _is_utf8(line))
        )

    def add(self, line: bytes) -> None:
        """This line was parsed, strictly."""
        shape = _shape(line)
        if b"\r" in shape or len(shape) > LONGEST_SHAPE:
            return
        if len(self._seen) == MOST_SHAPES:
            self._seen.clear()
        self._seen.add(shape)


def _shape(line: bytes) -> bytes:
    if _BACKSLASH in line:
        line = _ESCAPED.sub(b"", line)
    return line.translate(None, _BETWEEN)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
