# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the playbook `run` can be told."""

from __future__ import annotations

from .._base.checks import flag, number
from .._plan.selection import enabled_names
from .._plan.settings import DAY_SECONDS
from .shared import TARGET, poll_seconds, selection, started_by
from .table import Input, Question, Verb

RUN = Verb(
    "Back up DynamoDB tables now",
    "Starts backups of all enabled tables of a target, or of named ones, and tells how each gets on."
    " Publishes `tablekeeper_run` with `set_stats`, then fails if a table's backup failed.",
    survey=("Back up now", "Which tables to back up now, and whether to wait."),
    inputs=(
        *TARGET,
        selection(
            "run", "The tables to back up.", "all enabled tables", "all enabled tables of the inventory"
        ),
        Input(
            "expected",
            "The entries of the inventory. One that no stack backs up yet is told, and fails the play when"
            " the rest is done.",
            enabled_names,
            [],
            shared="tablekeeper_tables",
        ),
        Input(
            "wait",
            "Wait until the backups have ended, and fail if one failed. They run in AWS and do not need the"
            " wait.",
            flag,
            True,
            question=Question(
                "Wait until the backups have ended?",
                "Only then can the job tell whether they succeeded. They run in AWS and go on either way.",
            ),
        ),
        Input(
            "timeout",
            "For how long to wait.",
            number(0, 366 * DAY_SECONDS),
            86400,
            kind="A number",
            unit="seconds",
            question=Question(
                "For how many seconds to wait",
                "After that the job fails; the backups go on.",
                least=60,
                most=86400,
            ),
        ),
        poll_seconds("the backups"),
        started_by("the backups, kept in the input of each execution"),
    ),
)
