# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which pages a play writes: one for all of its targets, or one for each and an index of them."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote

from .page import Page, page, tables

if TYPE_CHECKING:
    from .page import Answers

MOST_TABLES = 300  # of a page with several targets

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]")


def files(path: str, answers: Answers) -> list[str]:
    """The files of a page: its own, and those of the targets if their tables are too many for one."""
    if len(answers) < 2 or tables(answers) <= MOST_TABLES:
        return [path]
    return [path, *(str(PurePath(path).with_name(_name(path, target))) for target in _apart(answers))]


def page_of(path: str, wanted: str, answers: Answers) -> Page:
    """What is in one of these files."""
    if files(path, answers) == [path]:
        return page(answers)
    links = {target: _name(path, target) for target in _apart(answers)}
    for target, name in links.items():
        if PurePath(wanted).name == name:
            return page({target: answers[target]}, back=quote(PurePath(path).name, safe=""))
    return page(answers, links)


def _apart(answers: Answers) -> list[str]:
    """The targets that have tables to show."""
    return [target for target, answer in answers.items() if answer and answer["tables"]]


def _name(path: str, target: str) -> str:
    """Beside the index, with the target's name as far as it can be in the name of a file and in a link."""
    plain = _NOT_IN_NAMES.sub("-", target)
    if plain != target:
        plain = f"{plain}-{hashlib.sha256(target.encode()).hexdigest()[:8]}"
    own = PurePath(path)
    return f"{_NOT_IN_NAMES.sub('-', own.stem)}-{plain}{own.suffix or '.html'}"
