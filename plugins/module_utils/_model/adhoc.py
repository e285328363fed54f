# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the store keeps exports that a verb has asked for by the way, and undo plans: they are no backups.

Points begin with `retain-`, and nothing below these prefixes is ever taken for one. The store's lifecycle has
a rule for each.
"""

from __future__ import annotations

EXPORTS = "exports/"  # can be made again as long as point-in-time recovery reaches back
UNDO = "undo/"  # plans, and the logs without which an undo cannot be undone
