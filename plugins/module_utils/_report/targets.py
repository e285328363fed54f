# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What several targets of a play found, as people read it: one after the other, what is wrong at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._status.reasons import CODES
from .columns import wrapped
from .text import lines, message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Answer = dict[str, Any]


def said(
    hostvars: Mapping[str, Mapping[str, Any]], hosts: Sequence[str], host: str, answer: Answer, *, wide: bool
) -> list[str]:
    """What a target has to say: the last of several tells of all of them, and the others nothing.

    Where targets do not wait for each other, one that comes after that tells of itself.
    """
    others = [name for name in hosts if name != host]
    if not others or hostvars[host].get("__status_is_late"):
        return lines(answer, wide=wide)
    if host != hosts[-1]:
        return []
    found = {name: hostvars[name].get("__status_found") for name in others}
    answers = {name: each for name, each in found.items() if each}
    return list(together({**answers, host: answer}, wide=wide))


def together(answers: Mapping[str, Answer], *, wide: bool = False) -> Iterator[str]:
    """Each target with a sentence, its notes and its tables; those that are well come first."""
    ordered = sorted(answers, key=lambda target: _order(answers[target]))
    for number, target in enumerate(ordered):
        answer = answers[target]
        if number:
            yield ""
        yield from wrapped(f"{target}: {message(answer)}", "", "  ")
        for each in answer["reasons"]:
            yield from wrapped(each["message"], "  ", "  ")
        yield from lines(answer, wide=wide)


def _order(answer: Answer) -> tuple[bool, int]:
    codes = [each["code"] for each in answer["reasons"]]
    codes += [each["code"] for table in answer["tables"] for each in table["reasons"] if not each["note"]]
    known = [CODES.index(code) for code in codes if code in CODES]
    return (not answer["healthy"], min(known, default=len(CODES)))
