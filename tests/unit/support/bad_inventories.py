# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Inventories with one mistake each, and what the user must be told of it."""

from __future__ import annotations

from .bad_pipelines import BAD_PIPELINES
from .bad_tables import BAD_TABLES
from .one_mistake import GOOD, BadInventory, alert, setting

__all__ = ["BAD_INVENTORIES", "GOOD", "BadInventory"]

_KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
_QUEUE = "arn:aws:sqs:eu-west-1:123456789012:alerts"

BAD_INVENTORIES = (
    *BAD_TABLES,
    *BAD_PIPELINES,
    # Settings
    setting("no-region", "tablekeeper_region is not set, but it must be an AWS region", region=None),
    setting(
        "region-is-a-zone",
        'tablekeeper_region is "eu-west-1a", but it must be an AWS region',
        region="eu-west-1a",
    ),
    setting("prefix-upper-case", 'tablekeeper_prefix is "Backup", but it must be 1 to 20', prefix="Backup"),
    setting("prefix-too-long", "but it must be 1 to 20 lower-case letters", prefix="x" * 21),
    setting(
        "prefix-ends-in-hyphen", 'tablekeeper_prefix is "backup-", but it must be 1 to 20', prefix="backup-"
    ),
    *(
        setting(f"prefix-{each}", f'tablekeeper_prefix is "{each}", but it must', prefix=each)
        for each in ("a-missed", "a-missed-b", "a-export-1")
    ),
    *(
        setting(f"{name}-is-0", f"tablekeeper_{name} is 0, but ", **{name: 0})
        for name in ("poll_seconds", "log_retention_days", "table_timeout", "stack_timeout")
    ),
    setting("bucket-upper-case", 'tablekeeper_bucket_name is "My-Backups", but', bucket_name="My-Backups"),
    setting(
        "encryption-unknown",
        'tablekeeper_encryption is "kms", but it must be AES256 or aws:kms',
        encryption="kms",
    ),
    setting(
        "key-is-an-alias",
        "it must be the ARN of a key (not of an alias)",
        encryption="aws:kms",
        kms_key_arn="arn:aws:kms:eu-west-1:123456789012:alias/backups",
    ),
    setting(
        "table-keys-are-text",
        "it must be a list of the ARNs of keys",
        table_key_arns="arn:aws:kms:eu-west-1:123456789012:key/1",
    ),
    setting(
        "key-not-used",
        'tablekeeper_encryption is "AES256", but it must be aws:kms for tablekeeper_kms_key_arn to be used',
        kms_key_arn=_KEY,
    ),
    setting(
        "key-elsewhere",
        "but the key must be in the region of the bucket, us-east-1 (aws)",
        region="us-east-1",
        encryption="aws:kms",
        kms_key_arn=_KEY,
    ),
    setting(
        "key-of-another-partition",
        "but the key must be in the region of the bucket, eu-west-1 (aws)",
        encryption="aws:kms",
        kms_key_arn=_KEY.replace("arn:aws:", "arn:aws-cn:"),
    ),
    setting(
        "alerts-key-elsewhere",
        f'tablekeeper_alerts_kms_key_arn is "{_KEY}", but the key must be in the region of the alerts topic, '
        "us-gov-west-1 (aws-us-gov)",
        region="us-gov-west-1",
        alerts_kms_key_arn=_KEY,
    ),
    setting(
        "table-key-elsewhere",
        "but the key must be in the region of the tables, cn-north-1 (aws-cn)",
        region="cn-north-1",
        table_key_arns=[_KEY],
    ),
    setting(
        "run-too-long",
        "tablekeeper_max_concurrency is 1, but it must be at least 2, or a run outlasts the 99,999,999 "
        "seconds that AWS allows: each of the 170 tables of tablekeeper-export-1 may take a",
        tables=[f"table-{number}" for number in range(170)],
        max_concurrency=1,
        table_timeout="1 week",
        poll_seconds=600,
        prefix="tablekeeper",
    ),
    setting(
        "lock-without-days", "tablekeeper_object_lock: days is not set", object_lock={"mode": "GOVERNANCE"}
    ),
    setting("lock-mode", "tablekeeper_object_lock: mode is", object_lock={"mode": "LEGAL", "days": 7}),
    setting("lock-not-a-mapping", "tablekeeper_object_lock is true, but it must", object_lock=True),
    setting(
        "lock-beyond-defaults",
        "tablekeeper_defaults: retention_days is 35, but it must be at least 90",
        object_lock={"mode": "COMPLIANCE", "days": 90},
    ),
    BadInventory(
        "lock-beyond-retention",
        "orders: retention_days is 7, but it must be at least 30, the days of tablekeeper_object_lock",
        {
            "tablekeeper_tables": [{"name": "orders", "retention_days": 7}],
            "tablekeeper_object_lock": {"mode": "GOVERNANCE", "days": 30},
        },
    ),
    setting(
        "log-retention",
        "tablekeeper_log_retention_days is 42, but CloudWatch Logs allows",
        log_retention_days=42,
    ),
    setting(
        "concurrency",
        "tablekeeper_max_concurrency is 301, but it must be a whole number",
        max_concurrency=301,
    ),
    setting(
        "timeout-without-unit",
        "tablekeeper_table_timeout is 24, but it must be from 1 hour",
        table_timeout=24,
    ),
    setting(
        "polling-too-often",
        "tablekeeper_poll_seconds is 10, but it must be at least 44, or polling for",
        poll_seconds=10,
    ),
    setting(
        "enable-pitr",
        'tablekeeper_enable_pitr is "perhaps", but it must be true or false',
        enable_pitr="perhaps",
    ),
    setting(
        "tag-without-value",
        'tablekeeper_tags is {"team": ""}, but CloudFormation takes no tag with an empty value: give',
        tags={"team": ""},
    ),
    setting(
        "stack-tags-alike",
        "the keys Owner and owner differ in case only, and AWS takes them for one",
        tags={"Owner": "platform", "owner": "checkout"},
    ),
    setting(
        "stack-tag-of-ours",
        "the key TableKeeper-Prefix is the collection's own: choose another",
        tags={"TableKeeper-Prefix": "mine"},
    ),
    setting(
        "region-of-another-partition",
        'tablekeeper_region is "eusc-de-east-1", but it must be an AWS region of the partitions',
        region="eusc-de-east-1",
    ),
    # Names
    setting(
        "variable-misspelt",
        "tablekeeper_regoin is set, but there is no such variable: the nearest is tablekeeper_region.",
        regoin="eu-west-1",
    ),
    setting(
        "variable-of-tables",
        "tablekeeper_retention_days is set, but it is a key of tables: write it in tablekeeper_defaults",
        retention_days=7,
    ),
    # Alerts
    setting(
        "alerts-not-a-list",
        "tablekeeper_alerts is {",
        alerts={"protocol": "email", "endpoint": "ops@example.com"},
    ),
    setting("alert-is-text", 'tablekeeper_alerts entry 1 is "ops@example.com"', alerts=["ops@example.com"]),
    setting(
        "alert-without-endpoint",
        "tablekeeper_alerts entry 1: endpoint is not set",
        alerts=[{"protocol": "email"}],
    ),
    alert(
        "alert-protocol",
        'tablekeeper_alerts entry 1: protocol is "pager", but it must be email or',
        "pager",
        "ops",
    ),
    alert(
        "alert-email",
        'tablekeeper_alerts entry 1: endpoint is "ops", but it must be an email',
        "email",
        "ops",
    ),
    alert("alert-https", "it must be a URL that begins with https://", "https", "http://example.com/hook"),
    alert(
        "alert-sqs",
        "it must be the ARN of a standard queue",
        "sqs",
        "https://sqs.eu-west-1.amazonaws.com/1/alerts",
    ),
    alert("alert-sqs-fifo", "it must be the ARN of a standard queue", "sqs", f"{_QUEUE}.fifo"),
    alert(
        "alert-of-another-partition",
        "but a topic in eu-west-1 sends only within the partition aws",
        "sqs",
        "arn:aws-cn:sqs:cn-north-1:123456789012:alerts",
    ),
    alert("alert-lambda", "it must be the ARN of a function", "lambda", "alerts"),
    alert("alert-sms", "it must be a telephone number such as +14155550123", "sms", "0151 2345678"),
    setting(
        "alert-twice",
        "tablekeeper_alerts entry 2 is {",
        alerts=[{"protocol": "sqs", "endpoint": _QUEUE}, {"protocol": "SQS", "endpoint": _QUEUE}],
    ),
)
