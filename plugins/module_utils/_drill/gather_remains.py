# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What earlier drills have left behind."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .._aws import dynamodb
from . import gather_proof, names

if TYPE_CHECKING:
    from .._aws.client import Aws
    from .gather import Place

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError


@dataclass(frozen=True)
class Remains:
    """Tables with the name of a drill's."""

    ours: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)  # which nobody can tell that a drill has made them
    notes: list[str] = field(default_factory=list)  # why each of those is left alone
    trouble: list[str] = field(default_factory=list)  # what AWS did not let us look at


def remains(aws: Aws, where: Place) -> Remains:
    """The tables with the name of a drill's, and which of them are known to be one."""
    found = Remains()
    for name in dynamodb.list_tables(aws("dynamodb")):
        if names.is_named_so(where.prefix, name):
            _look(aws, where, name, found)
    return found


def _look(aws: Aws, where: Place, name: str, found: Remains) -> None:
    try:
        table = dynamodb.describe_table(aws("dynamodb"), name)
        if table is None or table["TableStatus"] == gather_proof.DELETING:
            found.notes.append(_hidden(name))
            return
        why = gather_proof.why_not(aws, where, name, table)
    except (ClientError, BotoCoreError) as error:
        if gather_proof.is_gone(aws, name):
            found.notes.append(_hidden(name))
            return
        found.others.append(name)
        found.trouble.append(f"Nobody knows whether {name} is a drill's table: {error}.")
        return
    if who := gather_proof.at_work_on(aws, where, name):
        found.notes.append(f"{name} is left to the drill that is at work on it ({who}).")
    elif why:
        found.others.append(name)
        found.notes.append(f"{name} has the name of a drill's table and is left alone, since {why}.")
    else:
        found.ours.append(name)


def _hidden(name: str) -> str:
    """Of a table that ListTables tells of, and DescribeTable not, or not for long."""
    return (
        f"{name} has the name of a drill's table, and is being removed just now, or does not show yet. The"
        " next drill looks again."
    )
