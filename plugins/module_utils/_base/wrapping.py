# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Text as wide as a terminal shows it. What has to be copied whole is never broken: a path, or a command."""

from __future__ import annotations

import re
import textwrap

COLUMNS = 100
# A line that begins so is a command, alone on its line.
COMMAND = "    "
LATER = "  "
# A name in a sentence, with what stands before and after it.
_NAME = re.compile(r"([(\[\"']*)([\w.-]+?)([)\]\"'.,:;]*)")


def cut(name: str, most: int) -> str:
    """A name without its middle, if it is too long."""
    if len(name) <= most:
        return name
    begin = (most - 3) // 2
    return f"{name[:begin]}...{name[len(name) - (most - 3 - begin) :]}"


def wrapped(text: str, first: str, later: str, width: int) -> list[str]:
    """The lines of a sentence, each with what it begins with.

    A name that no line has room for is cut in its middle; what is no name is to be copied, and stays whole.
    """
    room = width - max(len(first), len(later))
    return textwrap.wrap(
        " ".join(_short(word, room) for word in text.split(" ")),
        width,
        initial_indent=first,
        subsequent_indent=later,
        break_on_hyphens=False,
        break_long_words=False,
    )


def fitting(line: str, before: str = "") -> list[str]:
    """A line of progress as lines that fit a terminal; `before` stands at the beginning of each."""
    room = COLUMNS - len(before)
    if line.startswith(COMMAND) or len(line) <= room:
        return [before + line]
    return [before + each for each in wrapped(line, "", LATER, room)]


def _short(word: str, most: int) -> str:
    found = _NAME.fullmatch(word) if len(word) > most else None
    if not found:
        return word
    before, name, after = found.groups()
    return before + cut(name, most - len(before) - len(after)) + after
