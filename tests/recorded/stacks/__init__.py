# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stacks that an earlier commit deployed, as CloudFormation told of them; the README above says how."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ACCOUNT, REGION = "300000000001", "eu-west-1"
TABLES = ("orders", "sessions", "weekly", "archive", "gone-quiet", "ledger", "events", "old-pipeline")
PIPED = ("ledger", "events", "old-pipeline")
WITHOUT_RECOVERY = ("archive", *PIPED)  # before they were deployed
# Two targets in one place, told apart by their prefix.
HOSTS: dict[str, dict[str, Any]] = {
    "shop": {
        "tablekeeper_region": REGION,
        "tablekeeper_enable_pitr": True,
        "tablekeeper_alerts": [
            {"protocol": "email", "endpoint": "ops@example.com"},
            {"protocol": "https", "endpoint": "https://example.com/alerts"},
        ],
        "tablekeeper_tags": {"cost centre": "12"},
        "tablekeeper_defaults": {"timezone": "Europe/Dublin", "retention_days": 90},
        "tablekeeper_tables": [
            "orders",
            {
                "name": "sessions", "every": "6 hours", "at": "05:00",
                "retention_days": 7, "max_age": "9 hours",
            },
            {"name": "weekly", "every": "1 week", "tags": {"data class": "secret"}, "allow_empty": True},
            {"name": "archive", "timezone": "America/Argentina/Buenos_Aires", "at": "23:30"},
            {"name": "gone-quiet", "enabled": False},
            {"name": "ledger", "engine": "data_pipeline", "timezone": "UTC", "read_ratio": 0.5},
            {
                "name": "events", "engine": "data_pipeline", "timezone": "UTC",
                "every": "1 week", "at": "04:15",
            },
            {"name": "old-pipeline", "engine": "data_pipeline", "timezone": "UTC", "enabled": False},
        ],
    },
    "bank": {
        "tablekeeper_region": REGION,
        "tablekeeper_prefix": "b-2",
        "tablekeeper_bucket_name": "backups-of-the-bank",
        "tablekeeper_object_lock": {"mode": "GOVERNANCE", "days": 7},
        "tablekeeper_expire_backups": False,
        "tablekeeper_log_retention_days": 30,
        "tablekeeper_table_timeout": "6 hours",
        "tablekeeper_beside": "tablekeeper",
        "tablekeeper_tables": ["orders", {"name": "sessions", "every": "1 hour"}],
    },
}  # fmt: skip


def stacks() -> dict[str, dict[str, Any]]:
    """What was recorded of each stack, in the order in which they were deployed."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("*.json"))]
    return {each["StackName"]: each for each in sorted(found, key=lambda each: str(each["Order"]))}
