# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two weeks of two targets on the embedded AWS, judged every morning, and the metrics that remain of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from local_aws.client import samples
from local_aws.client.fixtures import Account
from tests.integration.playbooks import Target, host

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.process import LocalAws

DAYS = 14
TROUBLE = 11  # the day on which somebody switches point-in-time recovery off on two tables
DRILL = 9
ALERTS = [{"protocol": "email", "endpoint": "ops@example.com"}]
EUROPE = host(
    {"name": "orders", "drill_every": "7 days"},
    "customers",
    {"name": "sessions", "every": "6 hours", "retention_days": 7},
    {"name": "ledger", "every": "7 days", "drill_every": "7 days"},
    "catalog",
    {"name": "events", "enabled": False},
    alerts=ALERTS,
)
AMERICA = host("orders", "customers", alerts=ALERTS, region="us-east-1")
HOSTS = {"shop-eu": EUROPE, "shop-us": AMERICA}


def lived(aws: LocalAws, folder: Path) -> dict[float, str]:
    """What the files said, at each hour at which a node exporter would have been asked."""
    account = Account(aws, aws.account)
    target = Target(folder, account)
    for region in ("eu-west-1", "us-east-1"):
        samples.create(account.client("dynamodb", region))
    target.play_hosts("backup", HOSTS)
    for each in account.client("sns").list_subscriptions()["Subscriptions"]:
        if each["SubscriptionArn"] == "PendingConfirmation":
            aws.control("POST", "confirm", account=account.id, endpoint=each["Endpoint"])
    target.play_hosts("run", HOSTS)
    begin, seen = aws.now() + timedelta(days=1, minutes=20), {}  # each file is written before it is read
    for day in range(DAYS):
        _a_day(account, target, day)
        _judged(target, folder)
        text = "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.prom")))
        hours = 24 if day + 1 < DAYS else 1
        seen |= {(begin + timedelta(days=day, hours=hour)).timestamp(): text for hour in range(hours)}
    assert max(seen) > aws.now().timestamp(), "It took longer than there is time between writing and reading."
    return seen


def _judged(target: Target, folder: Path) -> None:
    extra = {"status_prometheus_file": f"{folder}/{{{{ inventory_hostname }}}}.prom", "status_fail": False}
    target.play_hosts("status", HOSTS, **extra)


def _a_day(account: Account, target: Target, day: int) -> None:
    """More items, what goes wrong on this day, and what runs by itself until the next morning."""
    client = account.client("dynamodb")
    for number in range(40):
        order = {"customer": {"S": f"c-{day}"}, "placed": {"S": f"{number:04}"}, "note": {"S": "x" * 90}}
        client.put_item(TableName="orders", Item=order)
        if number % 3 == 0:
            other = account.client("dynamodb", "us-east-1")
            other.put_item(TableName="orders", Item=order)
    if day == TROUBLE:
        for table in ("sessions", "catalog"):
            client.update_continuous_backups(
                TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
            )
    account.aws.advance(days=1)
    if day == DRILL:
        target.play_hosts("drill", {"shop-eu": EUROPE}, tables="orders")


def in_time(texts: dict[float, str], seconds: float) -> dict[float, str]:
    """The same at other times: every moment, also those that are told of, is later by so much."""
    return {moment + seconds: _shifted(text, seconds) for moment, text in texts.items()}


def _shifted(text: str, seconds: float) -> str:
    return "".join(f"{_later(line, seconds)}\n" for line in text.splitlines())


def _later(line: str, seconds: float) -> str:
    name, _, value = line.rpartition(" ")
    is_moment = "_timestamp_seconds{" in line and not line.startswith("#")
    return f"{name} {float(value) + seconds}" if is_moment else line
