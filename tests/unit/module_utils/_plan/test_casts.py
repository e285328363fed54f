# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Surveys and `-e` deliver text, YAML sometimes numbers: what is meant is what is planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.settings import Alert, ObjectLock
from ansible_collections.tablekeeper.dynamodb.tests.unit.support.inventories import planned

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.plan import TablePlan


def only(table: object, **more: Any) -> TablePlan:
    return planned([table], **more).stacks[0].tables[0]


@pytest.mark.parametrize(
    ("key", "given", "attribute", "meant"),
    [
        ("retention_days", "35", "retention_days", 35),
        ("retention_days", " 40 ", "retention_days", 40),
        ("enabled", "no", "enabled", False),
        ("enabled", "False", "enabled", False),
        ("enabled", 0, "enabled", False),
        ("enabled", "yes", "enabled", True),
        ("allow_empty", "true", "allow_empty", True),
        ("allow_empty", 1, "allow_empty", True),
        ("at", "2:30", "at", "02:30"),
        ("at", 750, "at", "12:30"),
        ("at", 150, "at", "02:30"),
        ("at", " 23:59 ", "at", "23:59"),
        ("every", "6 HOURS", "every", 6),
        ("every", "24 hours", "every", 24),
        ("drill_every", "30 Days", "drill_every", 720),
        ("drill_every", " Never", "drill_every", 0),
        ("max_age", "2 days", "max_age", 48),
        ("engine", "Export", "engine", "export"),
        ("timezone", "Asia/Tokyo", "timezone", "Asia/Tokyo"),
        ("tags", {"a": True, "b": 7, "c": None}, "tags", {"a": "true", "b": "7", "c": ""}),
    ],
)
def test_a_value_is_cast(key: str, given: object, attribute: str, meant: object) -> None:
    found = getattr(only({"name": "orders", key: given}), attribute)
    assert found == meant
    assert type(found) is type(meant)


@pytest.mark.parametrize(
    "key", ["engine", "every", "at", "timezone", "retention_days", "max_age", "enabled", "tags"]
)
@pytest.mark.parametrize("empty", [None, "", "  "])
def test_an_empty_value_is_not_given(key: str, empty: str | None) -> None:
    assert only({"name": "orders", key: empty}) == only("orders")
    assert only("orders", defaults={key: empty}) == only("orders")


def test_a_number_can_be_a_name() -> None:
    assert only(12345).name == "12345"
    assert only({"name": 123}).name == "123"


def test_what_is_left_out_comes_from_the_defaults() -> None:
    defaults = {"every": "6 hours", "retention_days": "7", "tags": {"team": "shop"}, "enabled": "no"}
    table = only({"name": "orders", "retention_days": 9}, defaults=defaults)
    assert (table.every, table.retention_days, table.tags, table.enabled) == (
        6,
        9,
        {"team": "shop"},
        False,
    )


def test_built_in_defaults() -> None:
    table = only("orders")
    assert (table.engine, table.every, table.at, table.timezone) == ("export", 24, "02:00", "UTC")
    assert (table.retention_days, table.max_age, table.enabled, table.allow_empty) == (
        35,
        30,
        True,
        False,
    )


def test_settings_are_cast() -> None:
    settings = planned(
        ["orders"],
        settings={
            "prefix": "",
            "alerts": [{"protocol": "SMS", "endpoint": 14155550123}],
            "encryption": "AWS:KMS",
            "kms_key_arn": None,
            "table_key_arns": ["arn:aws:kms:eu-west-1:123456789012:key/1"],
            "object_lock": {"mode": "governance", "days": "7"},
            "tags": {"team": "shop"},
            "log_retention_days": "30",
            "max_concurrency": "5",
            "table_timeout": "12 hours",
            "poll_seconds": "120",
            "enable_pitr": "yes",
            "bucket_name": "",
        },
    ).settings
    assert settings.prefix == "tablekeeper"
    assert settings.alerts == (Alert("sms", "+14155550123"),)
    assert (settings.encryption, settings.kms_key_arn) == ("aws:kms", "")
    assert settings.table_key_arns == ("arn:aws:kms:eu-west-1:123456789012:key/1",)
    assert settings.object_lock == ObjectLock("GOVERNANCE", 7)
    assert (settings.log_retention_days, settings.enable_pitr) == (30, True)
    export = settings.engines["export"]
    assert (export.table_timeout_hours, export.poll_seconds, export.max_concurrency) == (12, 120, 5)


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("email", "ops@example.com"),
        ("email-json", "ops+aws@mail.example.co.uk"),
        ("http", "http://example.com"),
        ("https", "https://example.com/hook?token=1"),
        ("sqs", "arn:aws-us-gov:sqs:us-gov-west-1:123456789012:alerts"),
        ("lambda", "arn:aws-cn:lambda:cn-north-1:123456789012:function:alerts:live"),
        ("sms", "+4915112345678"),
    ],
)
def test_alerts(protocol: str, endpoint: str) -> None:
    region = endpoint.split(":")[3] if endpoint.startswith("arn:") else "eu-west-1"
    alerts = [{"protocol": protocol, "endpoint": endpoint}]
    settings = planned(["orders"], region=region, alerts=alerts).settings
    assert settings.alerts == (Alert(protocol, endpoint),)


@pytest.mark.parametrize("region", ["eu-west-1", "us-gov-east-1", "cn-northwest-1", "ap-southeast-7"])
def test_regions(region: str) -> None:
    assert planned(["orders"], region=region).region == region


@pytest.mark.parametrize(
    ("timeout", "fewest"), [("1 hour", 2), ("24 hours", 44), ("2 days", 87), ("1 week", 303)]
)
def test_polling_stays_within_the_history_of_an_execution(timeout: str, fewest: int) -> None:
    settings = planned(["orders"], table_timeout=timeout, poll_seconds=fewest).settings.engines["export"]
    turns = settings.table_timeout_hours * 3600 / settings.poll_seconds
    assert turns * 10 <= 20_000
    with pytest.raises(Exception, match=f"it must be at least {fewest}"):
        planned(["orders"], table_timeout=timeout, poll_seconds=fewest - 1)
