# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a look at the account says against deploying: as a whole, or to single tables."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .._base import grouping
from .._base.mistakes import meant
from .._base.naming import confirmation
from .._model.restored import under_its_name
from .._stacks import ownership
from . import agreed
from .outlived import refusals
from .table_changes import kept

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from .._model.survey import Survey
    from .plan import Plan
    from .settings import Settings

_GONE = (
    "which brings its last backup back under its name. Or take out of the list what is not to come back, or"
    " write enabled: false, which stops schedule and alarm and keeps the backups as long as their retention"
    " says"
)


class RefusedError(Exception):
    """Nothing may be deployed; the text says why and what to do."""


def unready(survey: Survey, settings: Settings) -> list[str]:
    """The tables that cannot be backed up now."""
    return [*survey.missing, *(survey.failed if settings.enable_pitr else survey.disabled)]


def problems(survey: Survey, settings: Settings) -> Iterator[str]:
    """A sentence on each kind of listed table that cannot be backed up, with what to do."""
    place = f"account {survey.account} in {settings.region}"
    unknown = [name for name in survey.missing if name not in survey.deployed]
    if unknown:
        yield (
            f"These names in tablekeeper_tables are no table of {place}: {', '.join(unknown)}. Correct the"
            " names, or take"
            " them out of the list; if they are right, check tablekeeper_region and the credentials."
        )
    gone = [name for name in survey.missing if name in survey.deployed]
    if gone:
        one = gone[0] if len(gone) == 1 else "NAME"
        back = f"run the restore playbook with {under_its_name(one)}{'' if one in gone else ' for each'}"
        told = f"These tables were backed up and are gone from {place}: {', '.join(gone)}."
        yield f"{told} To have them back, {back}, {_GONE}."
    off = [] if settings.enable_pitr else survey.disabled
    if off:
        yield (
            f"Point-in-time recovery is off for: {', '.join(off)}. Without it DynamoDB cannot export a"
            " table. Switch it"
            " on, or set tablekeeper_enable_pitr: true and this playbook does (it costs money by the size"
            " of the table)."
        )
    for group in grouping.together(survey.failed.items()):
        yield (
            f"Point-in-time recovery of {', '.join(name for name, _why in group)} could not be switched on"
            f" ({group[0][1]}). Without it DynamoDB cannot export a table: run this again later."
        )


def refuse(
    survey: Survey, plan: Plan, buckets: Mapping[str, str], host: str, previous_host: str, today: dt.date
) -> None:
    """Raise with every reason for which nothing may be deployed to this account."""
    reasons = [
        *_foreign(survey, plan),
        *_dashboard(survey, plan),
        *_other_host(survey, plan, host, previous_host),
        *_beside(survey, plan, host, previous_host),
        *_renamed(survey, plan, buckets),
        *_unusable_keys(survey),
        *_dropped(survey, plan, today),
        *refusals(survey.outlived, plan.settings),
    ]
    if reasons:
        raise RefusedError(" ".join([*reasons, *agreed.idle(survey, plan, host, previous_host)]))


def _foreign(survey: Survey, plan: Plan) -> Iterator[str]:
    if survey.foreign:
        place = f"account {survey.account} in {plan.region}"
        yield f"Nothing was changed. {ownership.sentence(survey.foreign, plan.prefix, place)}"


def _dashboard(survey: Survey, plan: Plan) -> Iterator[str]:
    """CloudFormation makes no dashboard of a name that is taken, and rolls back all that it did with it."""
    if survey.dashboard and plan.settings.dashboard:
        yield (
            f"Nothing was changed: account {survey.account} has a dashboard {survey.dashboard}, which"
            f" {plan.store} would make and did not make. Delete it if nobody needs it (aws cloudwatch"
            f" delete-dashboards --dashboard-names {survey.dashboard} --region {plan.region}); or save it"
            " under another name first, as CloudWatch renames none; or set tablekeeper_dashboard: false, or"
            " another tablekeeper_prefix."
        )


def _other_host(survey: Survey, plan: Plan, host: str, previous_host: str) -> Iterator[str]:
    other = survey.store.inventory_host or host
    if other not in {host, previous_host}:
        yield (
            f"Nothing was changed: in account {survey.account} the stacks {plan.prefix}-* in {plan.region}"
            " were deployed"
            f" by the host {other} of an inventory, and this is {host}. Check the credentials and"
            " tablekeeper_region, or"
            f" give {host} a tablekeeper_prefix of its own. If {other} was renamed, say so with"
            f" -e tablekeeper_previous_host={other}."
        )


def _beside(survey: Survey, plan: Plan, host: str, previous_host: str) -> Iterator[str]:
    """Machinery of this host under another prefix, at which nobody would look any more."""
    for other in survey.beside:
        prefix = other["prefix"]
        typed = confirmation(prefix, survey.account)
        if other["host"] in {host, previous_host} and prefix not in plan.settings.beside:
            yield (
                f"Nothing was changed: {other['host']} backs up account {survey.account} in {plan.region}"
                f" already, under the prefix {prefix} ({', '.join(other['stacks'])}). That would go on and"
                f" cost beside {plan.prefix}, and nobody would look at it any more. Put tablekeeper_prefix"
                " back; or remove it, which leaves its backups: run the teardown playbook with"
                f" --limit {host} -e tablekeeper_prefix={prefix} -e teardown_confirm={typed}, then this one"
                f" again; or, if both are wanted, say so with -e tablekeeper_beside={prefix}."
            )


def _renamed(survey: Survey, plan: Plan, buckets: Mapping[str, str]) -> Iterator[str]:
    stand = {"BucketName": survey.store.bucket_name, "LogBucketName": survey.store.log_bucket_name}
    changed = {key: name for key, name in buckets.items() if stand[key] not in {"", name}}
    if changed:
        yield (
            f"{plan.store} has the buckets {', '.join(stand[key] for key in changed)}, the inventory"
            " asks for"
            f" {', '.join(changed.values())}. A bucket cannot be renamed. Put tablekeeper_bucket_name"
            f"{f' ({plan.log_bucket.setting})' if plan.log_bucket and plan.log_bucket.setting else ''}"
            " back; for new buckets set another tablekeeper_prefix, which makes"
            " a store beside"
            " this one."
        )


def _unusable_keys(survey: Survey) -> Iterator[str]:
    for key, state in survey.keys.items():
        if state not in {"Enabled", "unknown"}:
            what = f"is {state}" if state else "does not exist"
            yield (
                f"Nothing was changed: the key {key} {what}, so that no backup could be written with it."
                " Enable it (aws kms"
                " cancel-key-deletion, aws kms enable-key), or name another."
            )


def _dropped(survey: Survey, plan: Plan, today: dt.date) -> Iterator[str]:
    """Tables that would no longer be backed up although they are there, and nobody said that they should
    not."""
    allowed = set(plan.settings.stop_backups_of)
    names = sorted(
        name
        for name, there in survey.unlisted.items()
        if there and name not in allowed and survey.deployed[name].enabled
    )
    if names:
        end = partial(kept, today=today, expire=plan.settings.expire_backups)
        until = "; ".join(f"{name}: {end(survey.deployed[name])}" for name in names)
        are = "is" if len(names) == 1 else "are"
        yield f"Nothing was changed: {', '.join(names)} {are} backed up, but no longer in tablekeeper_tables."
        yield from _misspelt(survey, plan, names)
        yield (
            "If that is a mistake, list them again. To stop their backups, write enabled: false, or say"
            f" tablekeeper_stop_backups_of: [{', '.join(names)}] ({until})."
        )


def _misspelt(survey: Survey, plan: Plan, dropped: list[str]) -> Iterator[str]:
    """What the list has in place of a table that is no longer in it, perhaps."""
    unknown = [name for name in survey.missing if name not in survey.deployed]
    if unknown:
        hints = [(name, meant(name, dropped)) for name in unknown]
        told = ", ".join(f"{name} (is {near} meant?)" if near else name for name, near in hints)
        yield (
            f"These names in tablekeeper_tables are no table of account {survey.account} in {plan.region}:"
            f" {told}. Correct them first."
        )
    # Nobody has asked AWS whether there are these.
    switched_off = [table.name for stack in plan.stacks for table in stack.tables if not table.enabled]
    for name in switched_off:
        near = meant(name, dropped) if name not in {*survey.deployed, *unknown} else ""
        if near:
            yield f"It lists {name} with enabled: false: is {near} meant?"
