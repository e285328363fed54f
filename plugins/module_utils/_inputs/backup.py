# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the playbook `backup` can be told: which tables, and the settings of a target.

How a setting is checked is in `_plan/settings.py`: the plan reads it together with what else is planned.
"""

from __future__ import annotations

from typing import Any

from .._model.prices import DASHBOARD_PRICE
from .._plan.settings import CHECKS
from .checks import entries, shared_by_all
from .shared import ACCOUNT, PREFIX, REGION, STACK_TIMEOUT
from .table import Input, Verb


def _setting(key: str, default: Any, says: str, **more: Any) -> Input:
    return Input(key, says, CHECKS[key], default, shared=f"tablekeeper_{key}", **more)


BACKUP = Verb(
    "Back up DynamoDB tables on schedule",
    "Plans the backups, checks everything first, and deploys the store and the machinery.",
    planned=True,
    inputs=(
        Input(
            "tables",
            "The tables to back up, each a name or a mapping with `name` and any of the keys that the"
            " [collection's README](../../README.md#what-you-can-say-about-a-table) lists.",
            entries,
            [],
            shared="tablekeeper_tables",
            shown="required",
            examples=(
                "tablekeeper_tables:",
                "  - orders",
                "  - name: sessions",
                "    every: 6 hours",
                "    retention_days: 7",
            ),
        ),
        Input(
            "defaults",
            "What a table entry leaves out, with the same keys.",
            shared_by_all,
            {},
            shared="tablekeeper_defaults",
            examples=(
                "tablekeeper_defaults:",
                "  every: 1 day",
                '  at: "02:00"',
                "  timezone: Europe/Dublin",
                "  retention_days: 35",
            ),
        ),
        REGION,
        PREFIX,
        ACCOUNT,
        _setting(
            "alerts",
            [],
            "Who is told, each a mapping of `protocol` (`email`, `email-json`, `http`, `https`, `sqs`,"
            " `lambda`, `sms`) and `endpoint`; with `raw: true` a queue or a web address gets the message"
            " alone, without what SNS puts around it. That the topic may send to a queue or call a function"
            " has to stand in the queue's or the function's own policy. See [alerts](../../docs/alerts.md).",
            examples=("tablekeeper_alerts:", "  - protocol: email", "    endpoint: ops@example.com"),
            secret=True,
        ),
        _setting(
            "enable_pitr",
            False,
            "Switch point-in-time recovery on where it is off (it costs money by the size of the table).",
        ),
        _setting(
            "bucket_name",
            "",
            "Name of the backup bucket. It cannot change later, only with another `tablekeeper_prefix`"
            " beside it.",
            shown="made of prefix, account, region",
        ),
        _setting(
            "encryption",
            "AES256",
            "How the bucket is encrypted, `AES256` or `aws:kms`.",
            choices=("AES256", "aws:kms"),
        ),
        _setting(
            "kms_key_arn",
            "",
            "ARN of the customer key for `aws:kms`. With none given, the store makes one.",
        ),
        _setting(
            "alerts_kms_key_arn",
            "",
            "ARN of a customer key for the alerts topic, which has none otherwise. See [Alerts](#alerts)"
            " for what its policy has to allow.",
        ),
        _setting(
            "table_key_arns",
            [],
            "ARNs of the customer keys that tables themselves are encrypted with. A run may use them"
            " through DynamoDB (which actions an export needs is not verified against AWS).",
            examples=("tablekeeper_table_key_arns: [arn:aws:kms:eu-west-1:123456789012:key/...]",),
        ),
        _setting(
            "object_lock",
            {},
            "`mode` (`GOVERNANCE` or `COMPLIANCE`) and `days`: for so long nobody can delete a backup. A"
            " bucket that has a lock keeps it.",
            examples=("tablekeeper_object_lock: {mode: GOVERNANCE, days: 7}",),
        ),
        _setting(
            "expire_backups",
            True,
            "Whether backups are deleted when their retention is over. `false` switches the bucket's rules"
            " off: then no backup is ever deleted, see [What keeps means](#what-keeps-means).",
        ),
        _setting(
            "dashboard",
            False,
            "Whether there is a CloudWatch dashboard that shows all alarms and runs of the target, see"
            f" [Dashboard](#dashboard). CloudWatch asks {DASHBOARD_PRICE}.",
        ),
        _setting(
            "tags",
            {},
            "Tags of the stacks, which CloudFormation gives to everything in them. Keys that differ in case"
            " only are refused, as IAM does.",
        ),
        _setting("log_retention_days", 90, "How long the log of the runs is kept.", unit="days"),
        _setting("max_concurrency", 100, "How many tables one run exports at once (an account may run 300)."),
        _setting(
            "table_timeout",
            "24 hours",
            "How long the backup of one table may take; after that it counts as failed. Waiting for one of"
            " the exports that an account may run at once counts too.",
        ),
        _setting("poll_seconds", 60, "The pause between two looks at an export.", unit="seconds"),
        _setting(
            "read_resource_policy",
            True,
            "Whether the saved settings of a table hold its resource policy and its stream's. `false` where"
            " Step Functions does not offer `dynamodb:getResourcePolicy`; the settings then say that they are"
            " unknown.",
        ),
        _setting(
            "data_pipeline",
            {},
            "How the clusters of the `data_pipeline` engine are made, and what is assumed of their speed. See"
            " [AWS Data Pipeline](#aws-data-pipeline) for its keys.",
            examples=(
                "tablekeeper_data_pipeline:",
                "  release_label: emr-5.23.0",
                "  core_instance_type: m5.xlarge",
                "  core_count: 1",
                "  terminate_after: 6 hours",
            ),
        ),
        _setting(
            "stop_running_pipelines",
            False,
            "Replace or remove a pipeline even while it is backing up tables, which cancels what it runs.",
            examples=("-e tablekeeper_stop_running_pipelines=true",),
        ),
        _setting(
            "stop_backups_of",
            [],
            "Tables that exist, were backed up, and are no longer listed. Only those named here are not"
            " backed up any more; without that, nothing is deployed.",
            examples=("tablekeeper_stop_backups_of: [catalog]",),
        ),
        _setting(
            "expire_old_backups",
            False,
            "Let rules that were off, and are on again, delete what has outlived its retention meanwhile: a"
            " yes to be given once, with `-e`. Without it, nothing is deployed while there are such backups.",
            examples=("-e tablekeeper_expire_old_backups=true",),
        ),
        _setting(
            "previous_host",
            "",
            "The name that this host had in the inventory when it deployed last, if it was renamed.",
            examples=("-e tablekeeper_previous_host=shop-eu",),
        ),
        _setting(
            "beside",
            [],
            "Other prefixes under which this host backs up the same account and region, and is to go on"
            " doing so. Where nothing stands under its own prefix yet, nothing is deployed beside others"
            " that are not named here.",
            examples=("-e tablekeeper_beside=backups",),
        ),
        STACK_TIMEOUT,
        _setting(
            "alarm_timeout", 900, "How long to wait until the alarms of new tables are OK.", unit="seconds"
        ),
        _setting(
            "alarm_poll_seconds",
            10,
            "The pause between two looks at those alarms.",
            kind="A number",
            unit="seconds",
        ),
    ),
)
