# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run hands to the workflows of its tables."""

from __future__ import annotations

import json

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan import placement


def test_the_items_of_the_fullest_stack_fit_into_a_payload() -> None:
    """A machine's tables take 180,000 bytes at most, and a payload 256 KiB."""
    # Alarms that make it too much are left out, and only that is said.
    alarms = [{"Error": "NotWhole", "Cause": "there are more"}]
    item = {"table": None, "run": "20261123T020003Z-1a2b3c4d", "execution": "x" * 150, "alarms": alarms}
    beside = len(json.dumps(item))
    tables = placement.MOST_RESOURCES // placement.RESOURCES_OF_A_TABLE
    assert placement.MOST_MACHINE_BYTES + tables * beside < 256 * 1024
