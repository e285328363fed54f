# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The names and tags by which the tables of drills are known, so that no other table is ever removed."""

from __future__ import annotations

import re
import secrets
from datetime import UTC
from typing import TYPE_CHECKING

from .._base import naming
from .._model.drill import TIME

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
LONGEST = 255
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Tag.html
LONGEST_TAG = 256
# Of the tables of drills. Its value is prefix and name: copied with other tags it says nothing, nor does it
# to a target whose prefix is only the beginning of that one.
TAG = "tablekeeper:drill"


def begin(prefix: str) -> str:
    """What the names of all tables of drills begin with."""
    return f"{prefix}-drill-"


def table_name(prefix: str, table: str, when: datetime) -> str:
    """A name that no other table has. One that would be too long is cut, and told apart by digits."""
    end = f"-{when.astimezone(UTC):{TIME}}-{secrets.token_hex(2)}"
    longest = min(LONGEST, LONGEST_TAG - len(tag_value(prefix, "")))
    room = longest - len(begin(prefix)) - len(end)
    named = table if len(table) <= room else f"{table[: room - 11]}-{naming.digest(table, 10)}"
    return f"{begin(prefix)}{named}{end}"


def tag_value(prefix: str, name: str) -> str:
    """The value that the tag of a drill's table has."""
    return f"{prefix}/{name}"


def is_named_so(prefix: str, name: str) -> bool:
    """Whether a table has the name of one that a drill made."""
    return bool(
        re.fullmatch(rf"{re.escape(begin(prefix))}[A-Za-z0-9_.-]+-\d{{8}}T\d{{6}}Z-[0-9a-f]{{4}}", name)
    )


def is_of_a_drill(prefix: str, name: str, tags: Mapping[str, str]) -> bool:
    """Whether a table was made by a drill: it has both the name and the tag."""
    return is_named_so(prefix, name) and tags.get(TAG) == tag_value(prefix, name)
