# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a deployment did, or would do, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DONE = {"create": "created", "recreate": "created", "update": "updated", "remove": "removed"}


def report(
    work: Mapping[str, Any], done: Mapping[str, str], repaired: Mapping[str, Any], *, check: bool
) -> dict[str, Any]:
    """What was done, what was put right, and what is not as it should be.

    `work` is what there was to do, empty if that is not known; `done` has what was done to each stack, and
    `repaired` what stack_repair answered, empty if there was nothing to put right.
    """
    looked = repaired if "left" in repaired else {**work.get("standing", {}), "left": []}
    mended = [
        *looked.get("repaired", ()),
        *(f"{name} is not protected" for name in looked.get("protected", ())),
    ]
    return {
        "lines": list(_lines(work, done, looked, mended, check=check)) if work else [],
        "repaired": mended,
        "problems": [*work.get("problems", ()), *_problems(looked)],
    }


def _lines(
    work: Mapping[str, Any],
    done: Mapping[str, str],
    looked: Mapping[str, Any],
    mended: list[str],
    *,
    check: bool,
) -> Iterator[str]:
    was = "would be" if check else "was"
    acted = {name: _DONE[action] for name, action in done.items() if action != "none"}
    asked, ended = looked.get("asked", ()), looked.get("ended", ())
    if not (acted or mended or asked or ended):
        yield f"Nothing had to be changed in {work['place']}."
    for name, what in sorted(acted.items()):
        yield f"{name} {was} {what} in {work['place']}."
    for each in mended:
        yield f"Not as deployed, and {'to be ' if check else ''}put right: {each}."
    for each in asked:
        yield f"{each} {was} asked to confirm the subscription to the alerts."
    for each in ended:
        yield f"{each} is no longer told."
    yield from work["lines"]
    if not work["plan"]["settings"]["alerts"]:
        yield "Nobody is told when a backup fails or is missed: tablekeeper_alerts lists nobody."
    yield from (f"Waiting: {each}" for each in looked.get("waiting", ()))


def _problems(looked: Mapping[str, Any]) -> Iterator[str]:
    for each in looked["left"]:
        yield f"Not as deployed, and CloudFormation did not put it right: {each}."
    yield from looked.get("unheard", ())
    if refused := looked.get("refused"):
        yield (
            f"Not all that stands could be looked at, since AWS refused {', '.join(refused)}: let these"
            " credentials do so, as docs/iam.md of the collection tells."
        )
