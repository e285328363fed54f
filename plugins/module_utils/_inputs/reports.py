# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The files into which status and history write their reports: each its own, but for a page of many."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

KINDS = ("json", "junit", "prometheus")


def files(inputs: Mapping[str, Any]) -> dict[str, str]:
    """The file of each kind of report that is asked for."""
    paths = {kind: inputs.get(f"{kind}_file") or "" for kind in KINDS}
    return {kind: path for kind, path in paths.items() if path}


def mixed_up(mine: Mapping[str, Any], others: Collection[Mapping[str, Any]]) -> str:
    """Why nothing can be written, if a file of this target is to hold more than one report; else empty."""
    if mine.get("publish") and not mine.get("html"):
        return (
            "Nothing was asked, since status_publish publishes the page that status_html names, and it names"
            " none. Name one, such as -e status_html=backups.html."
        )
    own, pages = list(files(mine).values()), list(filter(None, [mine.get("html")]))
    theirs = {path for each in others for path in files(each).values()}
    their_pages = {each["html"] for each in others if each.get("html")}
    counted = Counter(map(_place, [*own, *pages]))
    taken = {_place(path) for path in [*theirs, *(their_pages - set(pages))]}
    shared = {
        _place(path): path for path in [*own, *pages] if counted[_place(path)] > 1 or _place(path) in taken
    }
    if not shared:
        return ""
    return (
        f"Nothing was asked, since several reports would be written to {', '.join(shared.values())}. Name the"
        " target in the name of each file, as {{ inventory_hostname }}, and give each kind of report its own."
    )


def _place(path: str) -> str:
    """Where a path leads: one file has many, by links and by folders above."""
    return os.path.realpath(path)
