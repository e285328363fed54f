# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the playbook `history` can be told."""

from __future__ import annotations

from .._base.checks import flag, one_of, whole
from .._plan.settings import CHECKS
from .shared import TARGET, json_file, selection
from .table import Input, Question, Verb

_FORMATS = ("narrow", "wide")

HISTORY = Verb(
    "List what DynamoDB tables can be brought back to",
    "Shows the points of each table, newest first, also of tables that are gone, and the command that"
    " restores one. Publishes `tablekeeper_history` with `set_stats`, then fails if nothing is kept of a"
    " named table, or if AWS would not tell all.",
    survey=("What is kept", "Of which tables to list what they can be brought back to."),
    inputs=(
        *TARGET,
        selection(
            "history",
            "The tables whose points are listed, also those that no longer exist.",
            "all that are in the bucket or deployed",
            "all",
        ),
        Input(
            "bucket",
            "The bucket with the backups, where the stacks that tell of it are gone, or are of another region"
            " or account.",
            CHECKS["bucket_name"],
            "",
            shown="that of the stacks",
            examples=("-e history_bucket=tablekeeper-123456789012-eu-west-1",),
            question=Question(
                "Bucket",
                "Where the stacks that tell of it are gone. Leave it empty otherwise.",
                most=63,
            ),
        ),
        Input(
            "native",
            "Also ask for point-in-time recovery and the backups of DynamoDB and AWS Backup.",
            flag,
            True,
        ),
        Input(
            "newest",
            "How many of the newest backups of each table in the bucket are read, which takes a call for"
            " each. How many older ones there are is told. With `0`, all are read.",
            whole(0, 1_000_000),
            "",
            kind="A whole number",
            shown="35 of named tables, 3 of each without names",
            question=Question(
                "How many of the newest backups of each table",
                "0 for all. Leave it empty for 35 of named tables, or 3 of each.",
                most=7,
            ),
        ),
        Input(
            "format",
            "How the points are shown. `narrow` fits 100 columns; `wide` has every column, with ids and"
            " places, however long the lines become.",
            one_of(_FORMATS),
            "narrow",
            choices=_FORMATS,
        ),
        json_file("history", "-points"),
    ),
)
