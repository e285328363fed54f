# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tags by which a restored table is known."""

from __future__ import annotations

# The point that it was made of, its id first; and the restore.
FROM_TAG, RESTORE_TAG = "tablekeeper:restored-from", "tablekeeper:restore"
