# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""``make demo``: the real playbooks on the embedded AWS: in good order, with a fault, after a loss."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from local_aws.client import samples
from local_aws.client.process import LocalAws

ROOT = Path(__file__).resolve().parents[1]
INVENTORY = ROOT / "examples" / "inventory.yml"
PAGE = ROOT / ".build" / "demo" / "index.html"
SUBSCRIBER = "ops@example.com"
WEEKS = 5
MAIL_SECONDS = 30


class DemoError(Exception):
    """Something did not turn out as the demo says."""


def say(text: str) -> None:
    print(f"\n\033[1m== {text}\033[0m" if sys.stdout.isatty() else f"\n== {text}", flush=True)


def play(aws: LocalAws, playbook: str, *arguments: str, fails: bool = False) -> None:
    """Run a playbook of the collection as a user would; its output goes to the terminal as it comes."""
    command = ["ansible-playbook", f"tablekeeper.dynamodb.{playbook}", "-i", str(INVENTORY.relative_to(ROOT))]
    say(" ".join([*command, *arguments]))
    # The embedded CloudWatch sees a heartbeat within a second, and tables are made at once: AWS takes longer.
    polls = [f"{role}_poll_seconds" for role in ("tablekeeper_alarm", "run", "restore", "undo", "drill")]
    quick = [word for name in polls for word in ("-e", f"{name}=1")]
    environment = {
        **os.environ,
        **aws.env(),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
    }
    done = subprocess.run([*command, *arguments, *quick], cwd=ROOT, env=environment, check=False)
    if (done.returncode != 0) != fails:
        raise DemoError(f"The playbook {playbook} ended with exit code {done.returncode}, unlike it should.")


def mails(aws: LocalAws) -> list[dict[str, str]]:
    """What the subscriber received."""
    received: list[dict[str, str]] = aws.control("GET", "mailbox", account=aws.account, endpoint=SUBSCRIBER)[
        "mails"
    ]
    return received


def new_mail(aws: LocalAws, seen: int, words: str) -> dict[str, str]:
    """The first mail after those already seen that has these words in its subject."""
    end = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < end:
        for mail in mails(aws)[seen:]:
            if words in mail["subject"]:
                return mail
        time.sleep(0.5)
    raise DemoError(f"No mail about '{words}' came within {MAIL_SECONDS} seconds.")


def demo(aws: LocalAws, weeks: int) -> None:
    say("The embedded AWS runs at " + aws.url)
    made = samples.create(aws.client("dynamodb"))
    print(
        "Sample tables: " + ", ".join(f"{each.name} ({len(each.items)} items)" for each in made), flush=True
    )

    play(aws, "backup")
    say(f"{SUBSCRIBER} confirms the subscription, as AWS's mail asks")
    aws.control("POST", "confirm", account=aws.account, endpoint=SUBSCRIBER)
    play(aws, "run")
    play(aws, "status", "-e", "status_verify=content")

    pass_weeks(aws, weeks)

    say("Now somebody switches point-in-time recovery off on the table sessions")
    aws.client("dynamodb").update_continuous_backups(
        TableName="sessions", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    seen = len(mails(aws))
    play(aws, "run", fails=True)
    play(aws, "status", fails=True)

    mail = new_mail(aws, seen, "sessions")
    say(f"The mail that {SUBSCRIBER} received")
    print(f"Subject: {mail['subject']}\n\n{mail['message']}", flush=True)

    lose_and_restore(aws, "sessions")
    ruin_and_undo(aws, "orders")
    say("At last a rehearsal: the newest backup of orders is restored, compared and removed again")
    play(aws, "drill", "-e", "tables=orders")
    say("All of it on one page; sessions is unhealthy until it is backed up again")
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    play(aws, "status", "-e", f"status_html={PAGE}", fails=True)
    say(f"Open the page in a browser: {PAGE.as_uri()}")
    say("What to try next")
    print(NEXT)


def pass_weeks(aws: LocalAws, weeks: int) -> None:
    """Scheduled backups of tables that grow, and a night on which one of them fails."""
    days = 7 * weeks - 1
    say(f"{days} days pass by schedule; on one of them point-in-time recovery of catalog is off")
    client = aws.client("dynamodb")
    for day in range(days):
        for table in ("catalog", "events") if day % 5 == 0 else ():
            grow(aws, table, day)
        if day in {4, 5}:
            recovery = {"PointInTimeRecoveryEnabled": day != 4}
            client.update_continuous_backups(TableName="catalog", PointInTimeRecoverySpecification=recovery)
        aws.advance(days=1)
    print(f"It is {aws.now():%Y-%m-%d %H:%M} UTC.", flush=True)


def grow(aws: LocalAws, table: str, day: int) -> None:
    """A few more items, like one that is there."""
    client = aws.client("dynamodb")
    described = client.describe_table(TableName=table)["Table"]
    types = {each["AttributeName"]: each["AttributeType"] for each in described["AttributeDefinitions"]}
    (like,) = client.scan(TableName=table, Limit=1)["Items"]
    name = described["KeySchema"][-1]["AttributeName"]
    for number in range(5):
        value = f"{like[name]['S']}-{day}-{number}" if types[name] == "S" else f"{day}0000{number}"
        client.put_item(TableName=table, Item={**like, name: {types[name]: value}})


def lose_and_restore(aws: LocalAws, table: str) -> None:
    """The table is deleted, and comes back under its own name with the same items."""
    before = items(aws, table)
    say(f"Then somebody deletes {table}; without point-in-time recovery AWS keeps nothing of it")
    aws.client("dynamodb").delete_table(TableName=table)
    aws.client("dynamodb").get_waiter("table_not_exists").wait(TableName=table, WaiterConfig={"Delay": 1})
    play(aws, "restore", "-e", f"restore_table={table}", "-e", f"restore_to={table}")
    after = items(aws, table)
    if after != before:
        raise DemoError(f"{table} has {len(after)} items that are not the {len(before)} it had.")
    say(f"{table} has its {len(after)} items again, each as it was before")


def ruin_and_undo(aws: LocalAws, table: str) -> None:
    """A release ruins items; a good write that comes later stays, and all others are as they were."""
    before = items(aws, table)
    say(f"A release ruins items of {table} for a quarter of an hour; one of them is rightly changed since")
    window, changed = incident(aws, table, before)
    asked = [f"undo_table={table}", *window]
    play(aws, "undo", *(word for each in asked for word in ("-e", each)))
    say("Somebody has read the plan, and says yes to exactly that")
    yes = [
        f"undo_table={table}",
        f"undo_plan={newest_plan(aws, table)}",
        f"undo_confirm={table}@{aws.account}",
        "undo_acknowledge=stream",
    ]
    play(aws, "undo", *(word for each in yes for word in ("-e", each)))
    after = {key(item): item for item in items(aws, table)}
    if after != {key(item): item for item in before} | {key(changed): changed}:
        raise DemoError(f"{table} is not as it was before.")
    say(f"All {len(after)} items of {table} are as they were, but the one that was rightly changed since")


def incident(aws: LocalAws, table: str, before: list[dict[str, Any]]) -> tuple[list[str], dict[str, Any]]:
    """What to tell the playbook of the window, and the item that was rightly changed after it."""
    client, begin = aws.client("dynamodb"), aws.now()
    aws.advance(minutes=1)
    for item in before[:12]:
        client.put_item(TableName=table, Item={**item, "status": {"S": "CORRUPT"}})
    for item in before[12:15]:
        client.delete_item(TableName=table, Key={name: item[name] for name in ("customer", "placed")})
    client.put_item(TableName=table, Item={**before[0], "customer": {"S": "c-nobody"}})
    until = aws.advance(minutes=15)
    aws.advance(minutes=1)
    changed = {**before[0], "status": {"S": "sent"}, "carrier": {"S": "post"}}
    client.put_item(TableName=table, Item=changed)
    # DynamoDB exports what is older than five minutes.
    aws.advance(minutes=10)
    times = {"undo_from": begin, "undo_until": until}
    return [f"{name}={time.isoformat(timespec='seconds')}" for name, time in times.items()], changed


def key(order: dict[str, Any]) -> tuple[str, str]:
    """Which order it is."""
    return order["customer"]["S"], order["placed"]["S"]


def newest_plan(aws: LocalAws, table: str) -> str:
    """The id of a plan that was just shown."""
    bucket = f"tablekeeper-{aws.account}-{aws.region}"
    found = aws.client("s3").list_objects_v2(Bucket=bucket, Prefix=f"undo/{table}/", Delimiter="/")
    folders = [each["Prefix"] for each in found["CommonPrefixes"]]
    return max(folders).rstrip("/").rpartition("/")[2]


def items(aws: LocalAws, table: str) -> list[dict[str, Any]]:
    """All items of a table, in an order of their own."""
    pages = aws.client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return sorted((item for page in pages for item in page["Items"]), key=repr)


NEXT = """\
make local-aws    keeps the embedded AWS up, with the sample tables, and says what to type in another shell
README.md         how to point the same playbooks at an AWS account
make test         everything that must hold"""


def main(weeks: int = WEEKS) -> int:
    start = time.monotonic()
    try:
        with LocalAws() as aws:
            demo(aws, weeks)
    except DemoError as error:
        print(f"\nThe demo failed: {error}", file=sys.stderr)
        return 1
    print(f"\nThe embedded AWS has ended. The demo took {time.monotonic() - start:.0f} seconds.")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
