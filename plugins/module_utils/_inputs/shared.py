# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Inputs that several playbooks have alike."""

from __future__ import annotations

from .._base.checks import number, whole
from .._model.place import CHECKS as PLACE
from .._plan.selection import names
from .._plan.settings import CHECKS, DAY_SECONDS
from .checks import file, line
from .table import Input, Question

REGION = Input("region", "The AWS region of the target.", CHECKS["region"], shared="tablekeeper_region")
PREFIX = Input(
    "prefix",
    "What the names of everything begin with. 1 to 20 lower-case letters, digits, hyphens, without"
    " `-missed` in it or an end as `-export-1`, which names of alarms have.",
    CHECKS["prefix"],
    "tablekeeper",
    shared="tablekeeper_prefix",
)
ACCOUNT = Input(
    "account_id",
    "The account that the credentials must be of, in quotes. How to get there, see"
    " [docs/accounts.md](../../docs/accounts.md).",
    PLACE["account_id"],
    "",
    shared="tablekeeper_account_id",
    shown="any",
    examples=('tablekeeper_account_id: "123456789012"',),
)
TARGET = (REGION, PREFIX, ACCOUNT)
STACK_TIMEOUT = Input(
    "stack_timeout",
    "For how long to wait for CloudFormation.",
    whole(1, DAY_SECONDS),
    1800,
    shared="tablekeeper_stack_timeout",
    unit="seconds",
)


def started_by(what: str) -> Input:
    """Who asked for something, and where that is kept."""
    return Input(
        "started_by",
        f"Who or what asked for {what}.",
        line,
        "ansible",
        expression="{{ lookup('tablekeeper.dynamodb.awx_job', 'text') or"
        " lookup('ansible.builtin.env', 'USER', default='ansible') }}",
        shown="the AWX job with its schedule or user, or `$USER`",
    )


def poll_seconds(what: str) -> Input:
    """The pause between two looks at something."""
    return Input(
        "poll_seconds",
        f"The pause between two looks at {what}.",
        number(0, 3600),
        15,
        kind="A number",
        unit="seconds",
    )


def json_file(role: str, name: str) -> Input:
    """A file for the whole answer."""
    return Input(
        "json_file",
        "A file on the controller for the whole answer, as JSON. With several targets, name the target in it."
        " A relative path begins in the directory you are in.",
        file,
        "",
        kind="A path",
        shown="none",
        examples=(f'{role}_json_file: "/var/lib/backups/{{{{ inventory_hostname }}}}{name}.json"',),
    )


def selection(role: str, says: str, shown: str, none: str) -> Input:
    """The tables to work on. `none` says what no answer to a survey means."""
    return Input(
        "tables",
        f"{says} A list, or text cut at commas and white space, [quoted](#names-with-blanks-between-them)"
        " if there is a blank in it.",
        names,
        [],
        playbook="tables",
        shown=shown,
        kind="A list or text",
        examples=(
            f"{role}_tables: [orders, sessions]",
            f"{role}_tables: orders, sessions",
            "-e tables=orders,sessions",
            "-e 'tables=\"orders sessions\"'",
        ),
        question=Question(
            "Tables",
            "Names, cut at commas and spaces; each need be in one of the targets only."
            f" Leave it empty for {none}.",
            most=4096,
        ),
    )
