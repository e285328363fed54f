# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From the options of the status_info module to what it returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._aws import sts
from .._base import checks, durations, options
from .._base.mistakes import NotAllowedError
from .._model.days import LONGEST
from .._plan import selection
from .._plan.listing import read_listing
from .._plan.listing_store import read_store_listing
from .answer import report
from .gather import Question, gather
from .reasons import Rules

if TYPE_CHECKING:
    from datetime import datetime

    from .._aws.client import Aws

ARGUMENTS = {
    **options.PREFIXED,
    "tables": {"type": "list", "elements": "str", "default": []},
    "expected": {"type": "list", "elements": "raw", "default": []},
    "defaults": {"type": "dict", "default": {}},
    "others": {"type": "dict", "default": {}},
    "settings": {"type": "dict", "default": {}},
    **options.ACCOUNT,
    "max_age": {"type": "str"},
    "now": {"type": "str"},
    "verify": {"type": "str", "choices": ["none", "manifest", "content"], "default": "manifest"},
    "subscribers": {"type": "str", "choices": ["all", "any"], "default": "all"},
    "expires_soon": {"type": "str", "default": "7 days"},
    "items_fell": {"type": "int", "default": 90},
    "days": {"type": "int", "default": 0},
}


class OptionError(Exception):
    """An option has a value that is not allowed."""


def _hours(option: str, written: str | None) -> int | None:
    if not written:
        return None
    hours = durations.hours(written)
    if not hours:
        raise OptionError(f"{option} is {written!r}: write it like 30 hours, 2 days or 1 week.")
    return hours


def _moment(written: str | None) -> datetime | None:
    try:
        return checks.moment(written) if written else None
    except NotAllowedError as refusal:
        raise OptionError(f"now is {written!r}, but {refusal}.") from refusal


def _days(asked: int) -> int:
    if 0 <= asked <= LONGEST:
        return asked
    raise OptionError(
        f"days is {asked}: write how many days are to be told, up to {LONGEST}, or 0 for none. "
        "Step Functions does not tell of longer ago."
    )


def _rules(params: dict[str, Any]) -> Rules:
    return Rules(
        max_age=_hours("max_age", params["max_age"]),
        subscribers=params["subscribers"],
        expires_soon_days=(_hours("expires_soon", params["expires_soon"]) or 0) / durations.DAY,
        items_fell_percent=params["items_fell"],
    )


def _account(aws: Aws, params: dict[str, Any]) -> str:
    """The account of the credentials; WrongAccountError if it is not the one that is meant."""
    return sts.right_caller(aws("sts"), params)[1] if params["account_id"] else sts.account(aws("sts"))


def judged(aws: Aws, params: dict[str, Any]) -> dict[str, Any]:
    """The module's result for its parameters."""
    rules, now = _rules(params), _moment(params["now"])
    account, region = _account(aws, params), aws("cloudformation").meta.region_name
    prefix = params["prefix"]
    place = f"{f'account {account}, ' if account else ''}region {region}, prefix {prefix}"
    question = Question(
        tables=selection.split_names(params["tables"]),
        listing=read_listing(params["expected"], params["defaults"]),
        others=params["others"],
        store=read_store_listing(params["settings"], region),
        verify=params["verify"],
        now=now,
        max_age=rules.max_age,
        days=_days(params["days"]),
    )
    target = gather(aws, prefix, place, question)
    where = {"account": account, "region": region, "prefix": prefix}
    return {"place": where, **report(target, now or aws.time(), rules, aws.calls)}
