# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What check mode tells of the stacks, and what CloudFormation then did to them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from . import state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local_aws.client.fixtures import Account

    from .playbooks import Played, Target

Changes = dict[str, dict[str, str]]
CHANGE = re.compile(r'^ +"(\S+): (Add|Modify|Remove) (\w+) \(AWS::[\w:]+\)",?$', re.MULTILINE)
SHOW = re.compile(r"^TASK \[.*Show what CloudFormation would do to (\S+)\] \**$", re.MULTILINE)
SHOWN = re.compile(r'^ +"(\w.*) (\w+) \(AWS::[\w:]+\)(?:: [\w ,]+)?( if .+ changes)?",?$', re.MULTILINE)
VERBS = {"CREATE": "Add", "UPDATE": "Modify", "DELETE": "Remove"}


def foretold(played: Played) -> Changes:
    """By stack and logical id: what `--check --diff -v` said would be added, modified or removed."""
    told: Changes = {}
    for stack, verb, logical in CHANGE.findall(played.stdout):
        told.setdefault(stack, {})[logical] = verb
    return told


def said(played: Played) -> list[str]:
    """The sentences at the end."""
    told = played.stdout.split("Say what was done")[1].split("TASK")[0]
    return re.findall(r'^ +"(.+?)",?$', told.split('"msg":')[1], re.MULTILINE)


def shown(played: Played) -> tuple[Changes, Changes]:
    """The same, as CloudFormation said in check mode: what would be done, and what perhaps."""
    told = _told(played, SHOW, SHOWN).items()
    sure = {name: {logical: verb for verb, logical, cause in found if not cause} for name, found in told}
    perhaps = {name: {logical: verb for verb, logical, cause in found if cause} for name, found in told}
    return sure, perhaps


def _told(played: Played, task: re.Pattern[str], line: re.Pattern[str]) -> dict[str, list[Any]]:
    """By stack: what the lines of a task's output say."""
    parts = task.split(played.stdout)[1:]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    told = {name: line.findall(text.split("\nTASK ")[0]) for name, text in pairs}
    return {name: found for name, found in told.items() if found}


class Watch:
    """Tells what CloudFormation does from now on."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._seen = {event["EventId"] for event in self._events()}

    def done(self) -> Changes:
        """By stack and logical id: what was added, modified or removed first (new alarms are armed later)."""
        found: Changes = {}
        for event in self._events():
            resource = event["PhysicalResourceId"] != event["StackId"]
            if event["EventId"] not in self._seen and resource:
                verb = VERBS[event["ResourceStatus"].split("_")[0]]
                found.setdefault(event["StackName"], {}).setdefault(event["LogicalResourceId"], verb)
        return found

    def _events(self) -> list[dict[str, Any]]:
        client, found = self._account.client("cloudformation"), []
        for stack in state.pages(client, "describe_stacks", "Stacks"):
            name = stack["StackName"]
            newest_first = state.pages(client, "describe_stack_events", "StackEvents", StackName=name)
            found += reversed(newest_first)
        return found


def check(target: Target, inventory: Mapping[str, Any], **options: Any) -> Played:
    """What check mode says; it may have touched nothing, and leaves no change set."""
    before = state.snapshot(target.account)
    target.account.forget_calls()
    played = target.play("backup", inventory, "--diff", "-v", check=True, **options)
    assert set(state.mutations(target.account)) <= state.CHANGE_SETS
    assert state.snapshot(target.account) == before
    return played


def deploy(target: Target, inventory: Mapping[str, Any]) -> tuple[Changes, Played]:
    """Check, then deploy: what was done is what was foretold, and doing it again does nothing."""
    looked = check(target, inventory)
    assert looked.changed > 0
    watch = Watch(target.account)
    target.play("backup", inventory)
    done = watch.done()
    assert done == foretold(looked), f"{done}\n{foretold(looked)}\n{looked.stdout}"
    sure, perhaps = shown(looked)
    too_large = {name for name in done if is_too_large(state.template(target.account, name))}
    assert sure.keys() == done.keys() - too_large
    for stack, found in sure.items():
        assert {**perhaps[stack], **done[stack]} == {**perhaps[stack], **found}
    return done, looked


def is_too_large(template: dict[str, Any]) -> bool:
    """Whether CloudFormation takes it from a bucket only, so that check mode cannot ask about it."""
    return len(json.dumps(template, separators=(",", ":"))) > 51_200


def nothing_left(target: Target, inventory: Mapping[str, Any]) -> None:
    """A second backup changes nothing and asks AWS for no change."""
    target.account.forget_calls()
    again = target.play("backup", inventory)
    assert (again.changed, state.mutations(target.account)) == (0, [])
