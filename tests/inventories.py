# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Inventories that together hold what a target may say: the gates lint them, unit tests deploy them."""

from __future__ import annotations

from typing import Any

from tests.gates.cloudformation import ACCOUNT, partition


def inventories(region: str) -> dict[str, dict[str, Any]]:
    """What a target may say, by what is special about it."""
    arn = f"arn:{partition(region)}:{{}}:{region}:{ACCOUNT}:{{}}"
    return {
        "least": {"tablekeeper_tables": ["orders"]},
        "most": {
            "tablekeeper_prefix": "b-2",
            "tablekeeper_bucket_name": "backups-of-the-shop",
            "tablekeeper_encryption": "aws:kms",
            "tablekeeper_object_lock": {"mode": "GOVERNANCE", "days": 7},
            "tablekeeper_tags": {"team": "payments", "cost centre": "12"},
            "tablekeeper_log_retention_days": 30,
            "tablekeeper_dashboard": True,
            "tablekeeper_max_concurrency": 3,
            "tablekeeper_table_timeout": "6 hours",
            "tablekeeper_poll_seconds": 300,
            "tablekeeper_read_resource_policy": False,
            "tablekeeper_expire_backups": False,
            "tablekeeper_alerts": [
                {"protocol": "email", "endpoint": "ops@example.com"},
                {"protocol": "email-json", "endpoint": "ops@example.com"},
                {"protocol": "https", "endpoint": "https://example.com/alerts", "raw": True},
                {"protocol": "sqs", "endpoint": arn.format("sqs", "alerts")},
                {"protocol": "lambda", "endpoint": arn.format("lambda", "function:alerts")},
                {"protocol": "sms", "endpoint": "+353861234567"},
            ],
            "tablekeeper_tables": [
                {"name": "ledger", "tags": {"data class": "secret"}, "allow_empty": True},
                {"name": "old", "enabled": False},
            ],
        },
        "customer key": {
            "tablekeeper_encryption": "aws:kms",
            "tablekeeper_kms_key_arn": arn.format("kms", "key/11111111-2222-3333-4444-555555555555"),
            "tablekeeper_alerts_kms_key_arn": arn.format("kms", "key/66666666-7777-8888-9999-000000000000"),
            "tablekeeper_tables": ["orders"],
        },
        "all schedules and names": {
            "tablekeeper_defaults": {"at": "02:30", "timezone": "Europe/Dublin", "retention_days": 90},
            "tablekeeper_tables": [
                *({"name": f"hours-{hours}", "every": f"{hours} hours"} for hours in (1, 5, 6, 12, 23, 48)),
                *({"name": f"days.{days}", "every": f"{days} days"} for days in (1, 2, 7, 10, 31)),
                *({"name": name, "timezone": "Asia/Kathmandu"} for name in ("a.b", "a-b", "a_b", "x" * 255)),
            ],
        },
        "data pipeline": {
            "tablekeeper_tables": [
                "orders",
                {"name": "ledger", "engine": "data_pipeline", "tags": {"team": "payments"}},
                {"name": "old", "engine": "data_pipeline", "enabled": False},
            ],
        },
        "data pipeline with all settings": {
            "tablekeeper_encryption": "aws:kms",
            "tablekeeper_table_key_arns": [f"arn:aws:kms:{region}:123456789012:key/1"],
            "tablekeeper_object_lock": {"mode": "GOVERNANCE", "days": 7},
            "tablekeeper_data_pipeline": {
                "release_label": "emr-5.36.0",
                "master_instance_type": "m4.large",
                "core_instance_type": "x9.huge",
                "core_count": 3,
                "subnet_id": "subnet-0123456789abcdef0",
                "key_name": "operators",
                "spot_bid": "0.10",
                "terminate_after": "3 hours",
                "retries": 0,
                "log_retention_days": 14,
                "log_bucket_name": "logs-of-the-shop",
            },
            "tablekeeper_defaults": {"engine": "data_pipeline", "read_ratio": 0.5},
            "tablekeeper_tables": [
                *({"name": f"hours-{hours}", "every": f"{hours} hours"} for hours in (1, 5, 36)),
                *({"name": name, "every": "1 week"} for name in ("a.b", "a-b", "a_b", "x" * 255)),
            ],
        },
        "200 tables of a data pipeline": {
            "tablekeeper_defaults": {"engine": "data_pipeline"},
            "tablekeeper_tables": [f"orders-of-the-shop-number-{number}" for number in range(200)],
        },
        "200 tables": {
            "tablekeeper_tables": [f"orders-of-the-shop-number-{number}" for number in range(200)]
        },
    }
