# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Inventories with one mistake each, and what the user must be told of it.

`variables` replace those of a good inventory; None takes one away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

GOOD: dict[str, Any] = {"tablekeeper_region": "eu-west-1", "tablekeeper_tables": ["orders"]}

_KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
_QUEUE = "arn:aws:sqs:eu-west-1:123456789012:alerts"


@dataclass(frozen=True)
class BadInventory:
    """One mistake."""

    id: str
    sentence: str
    changed: dict[str, Any] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, Any]:
        """The whole inventory."""
        return {key: value for key, value in {**GOOD, **self.changed}.items() if value is not None}


def _table(case: str, sentence: str, **keys: Any) -> BadInventory:
    return BadInventory(case, sentence, {"tablekeeper_tables": [{"name": "orders", **keys}]})


def _tables(case: str, sentence: str, tables: Any) -> BadInventory:
    return BadInventory(case, sentence, {"tablekeeper_tables": tables})


def _setting(case: str, sentence: str, **settings: Any) -> BadInventory:
    return BadInventory(case, sentence, {f"tablekeeper_{key}": value for key, value in settings.items()})


def _alert(case: str, sentence: str, protocol: str, endpoint: Any) -> BadInventory:
    return _setting(case, sentence, alerts=[{"protocol": protocol, "endpoint": endpoint}])


_NAME_RULE = "but a table name has 3 to 255 letters, digits, or _ . -"


def _piped(case: str, sentence: str, **keys: Any) -> BadInventory:
    return _table(case, sentence, engine="data_pipeline", **keys)


def _cluster(case: str, sentence: str, **settings: Any) -> BadInventory:
    return _setting(case, f"tablekeeper_data_pipeline: {sentence}", data_pipeline=settings)


BAD_INVENTORIES = (
    # The list and its names
    _tables("no-tables", "tablekeeper_tables is [], but it must list at least one table", []),
    _tables(
        "tables-is-text", 'tablekeeper_tables is "orders", but it must be a list of table names', "orders"
    ),
    _tables("tables-is-mapping", "but it must be a list of table names", {"orders": {"every": "1 day"}}),
    _tables("entry-is-list", "tablekeeper_tables entry 2 is [], but it must be a table name", ["orders", []]),
    _tables("entry-is-fraction", "tablekeeper_tables entry 1 is 1.1, but it must be a table name", [1.10]),
    _tables("entry-is-bool", "tablekeeper_tables entry 1 is true, but it must be a table name", [True]),
    _tables("entry-without-name", "tablekeeper_tables entry 1: name is not set", [{"every": "1 day"}]),
    _tables("name-too-short", f'tablekeeper_tables entry 1: name is "ab", {_NAME_RULE}', ["ab"]),
    _tables("name-too-long", _NAME_RULE, ["x" * 256]),
    _tables("name-with-space", f'entry 1: name is "my orders", {_NAME_RULE}', ["my orders"]),
    _tables("name-is-arn", _NAME_RULE, ["arn:aws:dynamodb:eu-west-1:123456789012:table/orders"]),
    _tables(
        "duplicate",
        'orders: name is "orders", but entries 1 and 3 of tablekeeper_tables all have this name',
        ["orders", "sessions", {"name": "orders"}],
    ),
    # The keys of a table
    _table(
        "unknown-key",
        "orders: retention is 7, but there is no such key: the nearest is retention_",
        retention=7,
    ),
    _table("unknown-engine", 'orders: engine is "exprot", but it must be export', engine="exprot"),
    _table("every-without-unit", "orders: every is 6, but it must be from 1 hour to 31 days", every=6),
    _table(
        "every-in-minutes", 'orders: every is "30 minutes", but it must be from 1 hour', every="30 minutes"
    ),
    _table(
        "every-too-short",
        'orders: every is "0 hours", but it must be from 1 hour to 31 days',
        every="0 hours",
    ),
    _table(
        "every-too-long", 'orders: every is "32 days", but it must be from 1 hour to 31 days', every="32 days"
    ),
    _table("at-not-a-time", 'orders: at is "25:00", but it must be a time of day', at="25:00"),
    _table("at-is-an-hour", "orders: at is 2, but it must be a time of day", at=2),
    _table("at-beyond-the-day", "orders: at is 1440, but it must be a time of day", at=1440),
    _table(
        "timezone-misspelt",
        'orders: timezone is "Europe/Berlni", but there is no such time zone in the IANA database '
        "of this machine: the nearest is Europe/Berlin",
        timezone="Europe/Berlni",
    ),
    _table(
        "timezone-offset", 'orders: timezone is "+02:00", but there is no such time zone', timezone="+02:00"
    ),
    _table(
        "retention-not-a-number",
        'orders: retention_days is "a week", but it must',
        retention_days="a week",
    ),
    _table(
        "retention-zero",
        "orders: retention_days is 0, but it must be a whole number from 1",
        retention_days=0,
    ),
    _table(
        "retention-fraction",
        "orders: retention_days is 1.5, but it must be a whole number",
        retention_days=1.5,
    ),
    _table(
        "retention-is-bool",
        "orders: retention_days is true, but it must be a whole number",
        retention_days=True,
    ),
    _table("enabled-not-a-bool", 'orders: enabled is "maybe", but it must be true or false', enabled="maybe"),
    _table("allow-empty-not-a-bool", "orders: allow_empty is 2, but it must be true or false", allow_empty=2),
    # Windows that cannot be
    _table(
        "age-within-interval",
        'orders: max_age is "1 day", but it must be longer than every (1 day)',
        every="24 hours",
        max_age="1 day",
    ),
    _table("age-too-long", 'orders: max_age is "63 days", but it must be from', max_age="63 days"),
    _table(
        "retention-below-age",
        "orders: retention_days is 1, but it must be at least 2, so that a backup still exists",
        retention_days=1,
    ),
    _table(
        "retention-below-schedule",
        "orders: retention_days is 7, but it must be at least 9",
        retention_days=7,
        every="1 week",
        max_age="9 days",
    ),
    _table(
        "skipped-by-clocks",
        'orders: at is "02:30", but clocks in Europe/Berlin skip a start on 2026-03-29',
        at="02:30",
        timezone="Europe/Berlin",
    ),
    # Tags
    _table("tags-not-a-mapping", "orders: tags is [], but it must be a mapping", tags=[]),
    _table("tag-reserved", "the key aws:owner must be 1 to 128 letters", tags={"aws:owner": "me"}),
    _table("tag-key-too-long", "must be 1 to 128 letters", tags={"x" * 129: "me"}),
    _table("tag-value-too-long", "the value of owner must be text of at most 256", tags={"owner": "x" * 257}),
    _table("tag-value-not-text", "the value of owner must be text of at most 256", tags={"owner": ["me"]}),
    _table("tags-too-many", "it must hold at most 40 tags, not 41", tags={f"tag{n}": "" for n in range(41)}),
    BadInventory(
        "tags-too-many-together",
        "orders: tags is {",
        {
            "tablekeeper_tables": [{"name": "orders", "tags": {f"a{n}": "" for n in range(21)}}],
            "tablekeeper_tags": {f"b{n}": "" for n in range(20)},
        },
    ),
    # Defaults
    _setting("defaults-not-a-mapping", "tablekeeper_defaults is [{", defaults=[{"every": "1 day"}]),
    _setting(
        "defaults-with-name",
        'tablekeeper_defaults: name is "orders", but there is no',
        defaults={"name": "orders"},
    ),
    _setting("defaults-bad-value", 'tablekeeper_defaults: every is "daily"', defaults={"every": "daily"}),
    _setting(
        "defaults-contradict-each-other",
        'tablekeeper_defaults: max_age is "5 hours", but it must be longer than every (6 hours)',
        defaults={"every": "6 hours", "max_age": "5 hours"},
    ),
    # Settings
    _setting("no-region", "tablekeeper_region is not set, but it must be an AWS region", region=None),
    _setting(
        "region-is-a-zone",
        'tablekeeper_region is "eu-west-1a", but it must be an AWS region',
        region="eu-west-1a",
    ),
    _setting("prefix-upper-case", 'tablekeeper_prefix is "Backup", but it must be 1 to 20', prefix="Backup"),
    _setting("prefix-too-long", "but it must be 1 to 20 lower-case letters", prefix="x" * 21),
    _setting(
        "prefix-ends-in-hyphen", 'tablekeeper_prefix is "backup-", but it must be 1 to 20', prefix="backup-"
    ),
    _setting("bucket-upper-case", 'tablekeeper_bucket_name is "My-Backups", but', bucket_name="My-Backups"),
    _setting(
        "encryption-unknown",
        'tablekeeper_encryption is "kms", but it must be AES256 or aws:kms',
        encryption="kms",
    ),
    _setting(
        "key-is-an-alias",
        "it must be the ARN of a key (not of an alias)",
        encryption="aws:kms",
        kms_key_arn="arn:aws:kms:eu-west-1:123456789012:alias/backups",
    ),
    _setting(
        "table-keys-are-text",
        "it must be a list of the ARNs of keys",
        table_key_arns="arn:aws:kms:eu-west-1:123456789012:key/1",
    ),
    _setting(
        "key-not-used",
        'tablekeeper_encryption is "AES256", but it must be aws:kms for tablekeeper_kms_key_arn to be used',
        kms_key_arn=_KEY,
    ),
    _setting(
        "key-elsewhere",
        "but the key must be in the bucket's region, us-east-1",
        region="us-east-1",
        encryption="aws:kms",
        kms_key_arn=_KEY,
    ),
    _setting(
        "lock-without-days", "tablekeeper_object_lock: days is not set", object_lock={"mode": "GOVERNANCE"}
    ),
    _setting("lock-mode", "tablekeeper_object_lock: mode is", object_lock={"mode": "LEGAL", "days": 7}),
    _setting("lock-not-a-mapping", "tablekeeper_object_lock is true, but it must", object_lock=True),
    _setting(
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
    _setting(
        "log-retention",
        "tablekeeper_log_retention_days is 42, but CloudWatch Logs allows",
        log_retention_days=42,
    ),
    _setting(
        "concurrency",
        "tablekeeper_max_concurrency is 301, but it must be a whole number",
        max_concurrency=301,
    ),
    _setting(
        "timeout-without-unit",
        "tablekeeper_table_timeout is 24, but it must be from 1 hour",
        table_timeout=24,
    ),
    _setting(
        "polling-too-often",
        "tablekeeper_poll_seconds is 10, but it must be at least 44, or polling for",
        poll_seconds=10,
    ),
    _setting(
        "enable-pitr",
        'tablekeeper_enable_pitr is "perhaps", but it must be true or false',
        enable_pitr="perhaps",
    ),
    # Alerts
    _setting(
        "alerts-not-a-list",
        "tablekeeper_alerts is {",
        alerts={"protocol": "email", "endpoint": "ops@example.com"},
    ),
    _setting("alert-is-text", 'tablekeeper_alerts entry 1 is "ops@example.com"', alerts=["ops@example.com"]),
    _setting(
        "alert-without-endpoint",
        "tablekeeper_alerts entry 1: endpoint is not set",
        alerts=[{"protocol": "email"}],
    ),
    _alert(
        "alert-protocol",
        'tablekeeper_alerts entry 1: protocol is "pager", but it must be email or',
        "pager",
        "ops",
    ),
    _alert(
        "alert-email",
        'tablekeeper_alerts entry 1: endpoint is "ops", but it must be an email',
        "email",
        "ops",
    ),
    _alert("alert-https", "it must be a URL that begins with https://", "https", "http://example.com/hook"),
    _alert(
        "alert-sqs",
        "it must be the ARN of a standard queue",
        "sqs",
        "https://sqs.eu-west-1.amazonaws.com/1/alerts",
    ),
    _alert("alert-sqs-fifo", "it must be the ARN of a standard queue", "sqs", f"{_QUEUE}.fifo"),
    _alert("alert-lambda", "it must be the ARN of a function", "lambda", "alerts"),
    _alert("alert-sms", "it must be a telephone number such as +14155550123", "sms", "0151 2345678"),
    _setting(
        "alert-twice",
        "tablekeeper_alerts entry 2 is {",
        alerts=[{"protocol": "sqs", "endpoint": _QUEUE}, {"protocol": "SQS", "endpoint": _QUEUE}],
    ),
    # AWS Data Pipeline
    BadInventory(
        "region-without-data-pipeline",
        'tablekeeper_region is "eu-central-1", but AWS Data Pipeline exists only in us-east-1, us-west-2, '
        "ap-southeast-2, ap-northeast-1, eu-west-1: write engine: export for ledger.",
        {
            "tablekeeper_region": "eu-central-1",
            "tablekeeper_tables": ["orders", {"name": "ledger", "engine": "data_pipeline"}],
        },
    ),
    _piped(
        "pipeline-in-local-time",
        'orders: timezone is "Europe/Dublin", but AWS Data Pipeline knows no other time zone than UTC: write '
        "timezone: UTC, and at in UTC.",
        timezone="Europe/Dublin",
    ),
    BadInventory(
        "pipeline-in-the-local-time-of-all",
        'orders: timezone is "Asia/Tokyo", but AWS Data Pipeline knows no other time zone',
        {
            "tablekeeper_defaults": {"timezone": "Asia/Tokyo"},
            "tablekeeper_tables": [{"name": "orders", "engine": "data_pipeline"}],
        },
    ),
    _setting(
        "all-pipelines-in-local-time",
        'tablekeeper_defaults: timezone is "Asia/Tokyo", but AWS Data Pipeline knows no other',
        defaults={"timezone": "Asia/Tokyo", "engine": "data_pipeline"},
    ),
    _piped("ratio-too-large", "orders: read_ratio is 1.5, but it must be a number from 0.1", read_ratio=1.5),
    _piped("ratio-zero", 'orders: read_ratio is "0.05", but it must be a number from 0.1', read_ratio="0.05"),
    _piped("ratio-in-percent", 'orders: read_ratio is "25%", but it must be a number', read_ratio="25%"),
    _table(
        "ratio-of-an-export",
        "orders: read_ratio is 0.5, but the export engine takes none of a table's read capacity: leave",
        read_ratio=0.5,
    ),
    _setting(
        "pipeline-settings-not-a-mapping",
        'tablekeeper_data_pipeline is "m5.xlarge", but it must be a mapping with any of release_label, ',
        data_pipeline="m5.xlarge",
    ),
    _cluster(
        "cluster-key", "core_cuont is 2, but there is no such key: the nearest is core_count", core_cuont=2
    ),
    _cluster(
        "cluster-release",
        'release_label is "emr-7.1.0", but it must be a release of',
        release_label="emr-7.1.0",
    ),
    _cluster("cluster-type", 'core_instance_type is "large", but it must be an', core_instance_type="large"),
    _cluster(
        "cluster-type-not-offered",
        'master_instance_type is "m5.large", but AWS Data Pipeline offers no m5.large: take m5.xlarge',
        master_instance_type="m5.large",
    ),
    _cluster("cluster-without-nodes", "core_count is 0, but it must be a whole number from 1", core_count=0),
    _cluster("cluster-subnet", 'subnet_id is "vpc-1", but it must be the id of a subnet', subnet_id="vpc-1"),
    _cluster("cluster-key-pair", 'key_name is "a,b", but it must be the name', key_name="a,b"),
    _cluster(
        "cluster-tools",
        'tools_jar is "https://example.com/a.jar", but it must be the s3:// address',
        tools_jar="https://example.com/a.jar",
    ),
    _cluster(
        "cluster-endless", "terminate_after is 6, but it must be from 1 hour to 1 week", terminate_after=6
    ),
    _cluster("cluster-bid", "spot_bid is 0, but it must be the most to pay for an hour", spot_bid=0),
    _cluster("cluster-retries", "retries is 6, but it must be a whole number from 0 to 5", retries=6),
    _cluster("cluster-logs", "log_retention_days is 0, but it must be a whole", log_retention_days=0),
    _cluster("cluster-log-bucket", 'log_bucket_name is "Logs", but it must be a', log_bucket_name="Logs"),
    _cluster("cluster-speed", "gb_per_hour is 0, but it must be a whole number from 1", gb_per_hour=0),
)
