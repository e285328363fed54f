# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a target is: its account, region and prefix, and the credentials that lead there.

No two targets may be in one place: what one lists, the other would remove.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._base.checks import Check, blank, matching, plain, read, text
from .._base.mistakes import Mistake
from .._base.naming import PREFIX
from .._base.sizes import shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

ACCOUNT = matching(
    r"[0-9]{12}",
    'it must be the 12 digits of an account in quotes, such as "123456789012": YAML reads numbers',
)
# The variables of a target that say which account it is in, without their tablekeeper_.
CHECKS: dict[str, Check[Any]] = {
    "account_id": ACCOUNT,
    "profile": matching(r"[^\s\[\]]+", "it must be the name of a profile of the AWS configuration"),
    "role_arn": matching(
        r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+",
        "it must be the ARN of a role, such as arn:aws:iam::123456789012:role/tablekeeper",
    ),
    "external_id": matching(r"[\w+=,.@:/-]{2,1224}", "it must be what the role's trust policy asks for"),
}
VARIABLES = frozenset(f"tablekeeper_{key}" for key in CHECKS)
# With one of these a host is a target.
REGION, TABLES = "tablekeeper_region", "tablekeeper_tables"


@dataclass(frozen=True)
class Place:
    """Where one target is, as far as its variables tell."""

    host: str
    region: str
    prefix: str
    account: str = ""  # empty: only AWS can tell
    via: str = ""  # the role or profile that leads there; empty: the credentials of the environment

    def __str__(self) -> str:
        account = f"account {self.account}" if self.account else "the account of the same credentials"
        return f"{account}, {self.region}, with the prefix {self.prefix}"

    def is_that_of(self, other: Place) -> bool:
        """Whether both are one place, or must be taken for one."""
        if (self.region, self.prefix) != (other.region, other.prefix):
            return False
        if self.account and other.account:
            return self.account == other.account
        return self.via == other.via


def place(host: str, variables: Mapping[str, object]) -> Place:
    """The place of a host, from its variables without their tablekeeper_; a wrong one counts as not given."""
    values = read("", _own(variables), CHECKS, []).values
    role = values.get("role_arn", "")
    return Place(
        host,
        text(plain(variables.get("region"))) or "",
        text(plain(variables.get("prefix"))) or PREFIX,
        values.get("account_id") or (role.split(":")[4] if role else ""),
        role or values.get("profile", ""),
    )


def mistakes(host: str, variables: Mapping[str, object]) -> Iterator[Mistake]:
    """What is wrong with the variables that say which account a target is in."""
    found: list[Mistake] = []
    values = read("", _own(variables), CHECKS, found).values
    yield from (Mistake(f"{host}: tablekeeper_{each.key}", "", each.value, each.allowed) for each in found)
    account, role = values.get("account_id"), values.get("role_arn")
    if account and role and role.split(":")[4] != account:
        yield Mistake(f"{host}: tablekeeper_role_arn", "", role, f"tablekeeper_account_id is {account}")
    if "external_id" in values and not role:
        yield Mistake(
            f"{host}: tablekeeper_external_id", "", values["external_id"], "there is no tablekeeper_role_arn"
        )


def shared(places: Collection[Place], concerned: Collection[str]) -> Iterator[str]:
    """A sentence for each place that several hosts have, if one of them is concerned."""
    told: set[str] = set()
    for here in (each for each in places if each.region):
        hosts = [other.host for other in places if here.is_that_of(other)]
        if len(hosts) > 1 and here.host not in told and not set(concerned).isdisjoint(hosts):
            told.update(hosts)
            yield (
                f"{shortened(hosts)} lead to one place: {here}. Each would remove what the other deploys. "
                "Keep one of them, or give each another tablekeeper_prefix; if they are in different "
                "accounts, say so with tablekeeper_account_id."
            )


def rivals(mine: Place, others: Iterable[Place]) -> str:
    """The sentence for a target whose account AWS has told, if another target has the same; else empty."""
    hosts = [
        each.host for each in others if each.host != mine.host and each.account and mine.is_that_of(each)
    ]
    if not hosts:
        return ""
    return (
        f"Nothing was changed, since {shortened([*hosts, mine.host])} lead to one place: {mine}. Each would "
        "remove what the other deploys. Keep one of them, or give each another tablekeeper_prefix."
    )


def wrong_account(expected: str, actual: str, target: str = "") -> str:
    """The sentence for credentials of another account than the target's; empty if they are right."""
    if expected in ("", actual):
        return ""
    return (
        f"Nothing was asked or changed, since {target or 'the target'} is in account {expected}, as "
        f"tablekeeper_account_id says, and the credentials are those of account {actual}. Use credentials of "
        f"{expected}; if the target has moved, correct tablekeeper_account_id."
    )


def is_target(names: Collection[str], by_hand: Collection[str] = ()) -> bool:
    """Whether a host with these variables is a target; what is given by hand, every host has."""
    return REGION in names or (TABLES in names and TABLES not in by_hand)


def _own(variables: Mapping[str, object]) -> dict[str, object]:
    return {key: plain(value) for key, value in variables.items() if key in CHECKS and not blank(value)}
