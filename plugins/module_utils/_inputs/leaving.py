# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to say to somebody who removes a deployment: what keeps from it, what goes, what stays until when."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from .._base import naming
from .._base.naming import confirmation
from .._model.outputs import TableRecord
from .._plan.selection import split_names
from .._stacks import ownership
from .roles import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# What the inventory says, and what confirms: all else that the preview was given has to be given again.
_NOT_AGAIN = {"region", "prefix", "account_id", "confirm", "store_confirm"}


def refusal(
    inputs: Mapping[str, Any],
    deployment: Mapping[str, Any],
    host: str,
    *,
    check: bool,
    shown: Iterable[str] | None,
) -> str:
    """Why nothing may be removed, empty if it may.

    Check mode wants no confirmation, but tells one that is wrong. `shown` is which targets a preview has
    shown, if there was one.
    """
    prefix, account = inputs["prefix"], deployment["account_id"]
    foreign, place = deployment.get("foreign", {}), f"account {account} in {inputs['region']}"
    nothing = not deployment["machinery"] and not deployment["store"]
    if foreign and (nothing or (inputs["store"] and naming.store(prefix) in foreign)):
        return f"Nothing was removed. {ownership.sentence(foreign, prefix, place)}"
    if nothing:
        return (
            f"Account {account} has no stack {prefix}-store and no machinery in {inputs['region']}. Check "
            "tablekeeper_prefix, tablekeeper_region and the credentials."
        )
    asked = confirmation(prefix, account)
    typed = split_names(inputs["confirm"])
    if asked not in typed and (typed or not check):
        return (
            f"Nothing was removed. This ends the scheduled backups and the alarms of {host}; say so with "
            f"-e teardown_confirm={asked} (in AWX, type {asked} into the survey).{_not_it(', '.join(typed))}"
        )
    store = inputs["store_confirm"]
    if inputs["store"] and store != f"{prefix}-store" and (store or not check):
        return (
            "Nothing was removed. With the store go the alerts topic and its subscriptions (the bucket "
            f"stays); say so with -e teardown_store_confirm={prefix}-store.{_not_it(store)}"
        )
    if inputs["keep_backups"] and not deployment["bucket"]:
        return (
            "Nothing was removed, since no stack tells of which bucket the rules are to be switched off. Run"
            f" the backup playbook, which deploys {prefix}-store again, then run this again."
        )
    if shown is not None and host not in shown and not check:
        return (
            f"Nothing was removed, since the preview did not show {host}: it came into the inventory since. "
            "Launch the workflow again."
        )
    return ""


def _not_it(typed: str) -> str:
    return f" What was typed, {typed}, is not that." if typed else ""


def lines(
    inputs: Mapping[str, Any], deployment: Mapping[str, Any], expiry: Mapping[str, Any], *, check: bool
) -> list[str]:
    """What goes and what stays, a line for each."""
    place = f"account {deployment['account_id']} in {inputs['region']}"
    found = list(_goes(inputs, deployment))
    head = f"{'This would remove' if check else 'This removes'} from {place}:"
    given = " ".join(_given(inputs, confirmation(inputs["prefix"], deployment["account_id"])))
    foreign = deployment.get("foreign", {})
    return [
        *([head, *found] if found else [f"Nothing is left to remove from {place}."]),
        *(f"{name} stays, since somebody else made it." for name in foreign),
        *(
            _without_bucket(deployment)
            if expiry.get("missing") or not deployment["bucket"]
            else [*_stays(inputs, deployment), *_until(expiry, keep=inputs["keep_backups"], check=check)]
        ),
        *([f"To remove it: {given}"] if check and found else []),
    ]


def _given(inputs: Mapping[str, Any], asked: str) -> Iterator[str]:
    """All that has to be typed: what was given by hand, and what confirms it."""
    yield f"-e teardown_confirm={asked}"
    for key, each in ROLES["teardown"].items():
        if key not in _NOT_AGAIN and inputs[key] != each.fallback:
            yield f"-e teardown_{key}={str(inputs[key]).lower()}"
    if inputs["store"]:
        yield f"-e teardown_store_confirm={inputs['prefix']}-store"


def _goes(inputs: Mapping[str, Any], deployment: Mapping[str, Any]) -> Iterator[str]:
    for stack in deployment["machinery"]:
        tables = deployment["existing"]["stacks"][stack["name"]]["tables"]
        names = sorted(TableRecord.from_json(table).name for table in tables)
        yield f"  {stack['name']}: schedules, alarms and runs of {', '.join(names) or 'no table'}"
    if inputs["store"] and deployment["store"]:
        yield f"  {deployment['store']['name']}: the alerts topic and its subscriptions"


def _stays(inputs: Mapping[str, Any], deployment: Mapping[str, Any]) -> Iterator[str]:
    store, bucket = deployment["store"], deployment["bucket"]
    backups = "every backup" if inputs["keep_backups"] else "its backups"
    if inputs["store"] or not store:
        yield f"The bucket {bucket} stays, with {backups}; `backup` adopts it again."
    else:
        yield f"{store['name']} stays, with {backups} in {bucket}."


def _without_bucket(deployment: Mapping[str, Any]) -> Iterator[str]:
    """That nothing is known of backups, or that they are gone."""
    if bucket := deployment["bucket"]:
        yield f"The bucket {bucket} is gone, with every backup that was in it."
    elif deployment["store"] or deployment["machinery"]:
        yield "Until when there are backups is not known, since no stack tells of their bucket."


def _until(expiry: Mapping[str, Any], *, keep: bool, check: bool) -> Iterator[str]:
    if expiry.get("refusal") and expiry.get("tables"):
        yield (
            "Whether the last backups are whole, and not exports of a part of a table, is not known: "
            f"{expiry['refusal']}"
        )
    elif expiry.get("refusal"):
        yield f"When its rules delete the last backups is not known: {expiry['refusal']}"
    if keep:
        rules = ", ".join(expiry["rules"]) or "none was on"
        switched, deletes = ("would be switched", "would delete") if check else ("are switched", "deletes")
        yield f"Its rules {switched} off ({rules}): nothing {deletes} backups any more until `backup` is run."
        return
    days: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in expiry.get("tables") or ():
        days[(each["deleted"], each["gone"])].append(f"{each['table']} (of {each['made'][:10]})")
    for (deleted, gone), tables in sorted(days.items()):
        until = (
            f"is deleted on {deleted}, and gone for good on {gone}" if deleted else "is deleted by no rule"
        )
        yield f"The last backup {until}: {', '.join(tables)}."
    if others := expiry.get("others"):
        yield f"Backups are also deleted by rules that tablekeeper did not make: {', '.join(others)}."
    if any(deleted for deleted, _gone in days):
        yield "To keep every backup: -e teardown_keep_backups=true"
