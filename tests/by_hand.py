# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""``make local-aws``: the embedded AWS with the sample tables, until Ctrl-C; shows the mails it sends."""

from __future__ import annotations

import contextlib
import json
import shlex
import time

from local_aws.client import samples
from local_aws.client.process import LocalAws
from tests.demo import INVENTORY, ROOT, SUBSCRIBER, mails, say

PLAY = "ansible-playbook tablekeeper.dynamodb.{} -i " + str(INVENTORY.relative_to(ROOT))


def instructions(aws: LocalAws) -> str:
    """What to type in another shell, in the checkout."""
    exports = " ".join(f"{name}={shlex.quote(value)}" for name, value in aws.env().items())
    confirm = json.dumps({"account": aws.account, "endpoint": SUBSCRIBER})
    moved = json.dumps({"advance_seconds": 36 * 3600})
    return f"""\
export {exports}
export ANSIBLE_COLLECTIONS_PATH={ROOT}/.collections PATH={ROOT}/.venv/bin:$PATH

{PLAY.format("backup")} --check --diff
{PLAY.format("backup")} -e tablekeeper_alarm_poll_seconds=1

The subscriber clicks the link in AWS's mail:
curl -X POST $AWS_URL/_local_aws/confirm -d '{confirm}'

{PLAY.format("run")} -e tables=orders,sessions -e run_poll_seconds=1
{PLAY.format("status")}

A day and a half goes by, schedules fire, alarms move:
curl -X POST $AWS_URL/_local_aws/clock -d '{moved}'"""


def show_mails(aws: LocalAws) -> None:
    """Print each mail as it arrives."""
    seen = 0
    while True:
        for mail in mails(aws)[seen:]:
            seen += 1
            say(f"Mail to {SUBSCRIBER}: {mail['subject']}")
            print(mail["message"], flush=True)
        time.sleep(1)


def main() -> None:
    with LocalAws() as aws:
        made = samples.create(aws.client("dynamodb"))
        say(f"The embedded AWS runs, with the tables {', '.join(each.name for each in made)}")
        print(
            "Type in another shell, in this directory (Ctrl-C here ends it):\n\n" + instructions(aws),
            flush=True,
        )
        with contextlib.suppress(KeyboardInterrupt):
            show_mails(aws)


if __name__ == "__main__":
    main()
