# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a deployment did, or would do, in sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# What is not as deployed is told as it was, once it is put right.
_IS = re.compile(r"\bis(?= (gone|switched off|not protected)\b)")
_DONE = {"create": "created", "recreate": "created", "update": "updated", "remove": "removed"}


def report(
    work: Mapping[str, Any],
    done: Mapping[str, str],
    repaired: Iterable[Mapping[str, Any]],
    failure: str = "",
    *,
    check: bool,
) -> dict[str, Any]:
    """What was done, what was put right, and what is not as it should be.

    `work` is what there was to do, empty if that is not known; `done` has what was done to each stack,
    `repaired` what stack_repair answered before and after that, empty where it was not asked, and `failure`
    why it ended before its end.
    """
    known = "plan" in work
    answers = [each for each in repaired if "left" in each]
    looked = answers[-1] if answers else {**work.get("standing", {}), "left": []}
    mended = list(dict.fromkeys(
        told for each in answers for told in (
            *each.get("repaired", ()), *(f"{name} is not protected" for name in each.get("protected", ())),
        )
    ))  # fmt: skip
    return {
        "lines": list(_lines(work, done, looked, mended, whole=not failure, check=check)) if known else [],
        "repaired": mended,
        "problems": [*filter(None, [failure]), *work.get("problems", ()), *_problems(looked, failure)],
    }


def _lines(
    work: Mapping[str, Any],
    done: Mapping[str, str],
    looked: Mapping[str, Any],
    mended: list[str],
    *,
    whole: bool,
    check: bool,
) -> Iterator[str]:
    was = "would be" if check else "was"
    acted = {name: _DONE[action] for name, action in done.items() if action != "none"}
    asked, ended = looked.get("asked", ()), looked.get("ended", ())
    if whole and not (acted or mended or asked or ended):
        yield f"Nothing had to be changed in {work['place']}."
    for name, what in sorted(acted.items()):
        yield f"{name} {was} {what} in {work['place']}."
    for each in mended:
        yield f"To be put right: {each}." if check else f"Put right: {_IS.sub('was', each, count=1)}."
    for each in asked:
        yield f"{each} {was} asked to confirm the subscription to the alerts."
    for each in ended:
        yield f"{each} is no longer told."
    if not whole:
        return
    yield from work["lines"]
    if not work["plan"]["settings"]["alerts"]:
        yield "Nobody is told when a backup fails or is missed: tablekeeper_alerts lists nobody."
    yield from looked.get("not_known", ())
    yield from (f"Waiting: {each}" for each in looked.get("waiting", ()))
    if not check and any(": new, every" in line for line in work["lines"]):
        yield "Waiting: new tables are backed up at their next start. The run playbook backs them up now."


def _problems(looked: Mapping[str, Any], failure: str) -> Iterator[str]:
    for each in looked["left"]:
        if each not in failure:
            advice = looked.get("by_hand", {}).get(each)
            told = f" If it is so again after the next run, {advice}." if advice else ""
            yield f"Still not as deployed, although it was put right: {each}.{told}"
    for each in looked.get("left_alone", ()):
        yield f"Not as deployed, and left as it is, since it may be meant so: {each}."
    yield from looked.get("unheard", ())
    if refused := looked.get("refused"):
        yield (
            f"Not all that stands could be looked at, since AWS refused {', '.join(refused)}: let these"
            " credentials do so, as docs/iam.md of the collection tells."
        )
