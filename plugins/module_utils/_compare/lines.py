# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All that differs as a file of JSON lines, for people and tools: the first line has the counts."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .compared import CHANGED, UncomparableError
from .differing import Differing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

VERSION = 1


def require_writable(path: str) -> None:
    """UncomparableError, if the file cannot be made: before anything is read that is paid for."""
    folder = Path(path).parent
    if not folder.is_dir():
        raise UncomparableError(
            f"O(file) is {path}: there is no folder {folder}. Make it, or correct O(file)."
        )
    if Path(path).is_dir():
        raise UncomparableError(f"O(file) is {path}, which is a folder: name a file in it.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UncomparableError(f"O(file) is {path}: nothing can be written to {folder}.")


def write(path: str, head: Mapping[str, Any], differing: Iterable[Differing]) -> Iterator[Differing]:
    """Write each that passes through, and put the file in place when all have: nobody sees a part of it.

    Only its owner may read it: it holds items.
    """
    place = Path(path)
    descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(json.dumps({"version": VERSION, **head}, ensure_ascii=False) + "\n")
            for each in differing:
                file.write(line(each) + "\n")
                yield each
        Path(name).replace(place)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def line(each: Differing) -> str:
    """One that differs, as JSON."""
    told: dict[str, Any] = {"kind": each.kind, "key": each.key}
    if each.kind == CHANGED:
        told["attributes"] = each.attributes
    images = {"expected": each.expected, "found": each.found}
    told |= {name: image for name, image in images.items() if image is not None}
    if each.file:
        told |= {"file": each.file, "line": each.line}
    return json.dumps(told, ensure_ascii=False)


def of_line(text: bytes | str) -> Differing:
    """What line() wrote."""
    told = json.loads(text)
    images = told.get("expected"), told.get("found")
    return Differing(told["kind"], told["key"], *images, told.get("file", ""), told.get("line", 0))
