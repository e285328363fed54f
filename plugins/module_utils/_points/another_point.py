# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to do where a point is damaged: the others that there are."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from . import choose_point
from .formats.source import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._model.history import RestorePoint


@contextmanager
def told(point: RestorePoint, points: Sequence[RestorePoint], option: str = "point") -> Iterator[None]:
    """Says of files that cannot be read which point they are of, and by what option another is named."""
    try:
        yield
    except UnreadableError as error:
        if point.point is None:
            raise
        others = [each for each in points if each.id != point.id]
        name = f" Name one with O({option})." if any(each.ways for each in others) else ""
        where = f"That is of the point {point.id}, {point.location}."
        raise UnreadableError(
            f"{str(error).rstrip('.')}. {where} {choose_point.listed(others)}{name}"
        ) from error
