# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A folder on a disk as a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .source import Object, Source

if TYPE_CHECKING:
    from pathlib import Path


def folder_source(folder: Path) -> Source:
    """The files of a folder and those below it, or a single file."""
    root = folder if folder.is_dir() else folder.parent
    paths = sorted(folder.rglob("*")) if folder.is_dir() else [folder]
    objects = tuple(
        Object(path.relative_to(root).as_posix(), path.stat().st_size) for path in paths if path.is_file()
    )
    return Source(str(folder), objects, lambda name: (root / name).open("rb"))
