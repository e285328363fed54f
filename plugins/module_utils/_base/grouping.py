# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether two tables have the same reason: what differs from table to table is cut out of its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Times, what AWS calls a request, an execution or an export, and how often it tried.
_DIFFERS = re.compile(
    r"(?i:request id): ?[\w+/=-]+"
    r"|(?i:attempt count): ?\d+"
    r"|\b\d{14}-[0-9a-f]{8}\b"
    r"|\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?| \d{2}:\d{2} UTC)?"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|\b[0-9A-Z]{26,}\b|\b[0-9a-f]{10,}\b"
)


def core(text: str, table: str) -> str:
    """What of a text about a table holds for others as well; names in an ARN or a path are cut out, too."""
    return _DIFFERS.sub("...", re.sub(rf"(?<![^\W_]){re.escape(table)}(?![^\W_])", "...", text))


def together(told: Iterable[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Pairs of a table and its reason, those of one reason in one group, all in the order given."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for table, reason in told:
        groups.setdefault(core(reason, table), []).append((table, reason))
    return list(groups.values())
