# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a restored table is known, and what a table that is gone comes back by."""

from __future__ import annotations

# The point that it was made of, its id first; and the restore.
FROM_TAG, RESTORE_TAG = "tablekeeper:restored-from", "tablekeeper:restore"


def under_its_name(table: str) -> str:
    """What the restore playbook is given to bring back a table that is gone, and not another beside it."""
    return f"-e restore_table={table} -e restore_to={table}"
