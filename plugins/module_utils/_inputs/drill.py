# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the playbook `drill` can be told."""

from __future__ import annotations

from .._base.checks import flag, number, one_of, whole
from .checks import file
from .shared import TARGET, poll_seconds, selection, started_by
from .table import Input, Question, Verb

_POINTS = ("newest", "random")

DRILL = Verb(
    "Prove that DynamoDB tables can be restored",
    "Restores a backup of each chosen table under a name of its own, compares every item, removes that"
    " table again, and keeps a record. Publishes `tablekeeper_drill` with `set_stats`, then fails if a drill"
    " failed.",
    survey=("Drill", "Which tables to restore for a rehearsal, and what it may cost. No table is changed."),
    inputs=(
        *TARGET,
        selection(
            "drill",
            "The tables to drill.",
            "those that were not drilled for longest",
            "those that were not drilled for longest",
        ),
        Input(
            "count",
            "How many tables are drilled, if none is named. With 0 none is, which is for `drill_report`.",
            whole(0, 1000),
            1,
            question=Question(
                "How many tables", "If none is named above. 0 drills none.", least=0, most=1000
            ),
        ),
        Input(
            "points",
            "Which of a table's backups is restored: the `newest`, or a `random` one of those that are kept.",
            one_of(_POINTS),
            "newest",
            choices=_POINTS,
            question=Question("Which backup of a table", "newest, or a random one of those that are kept."),
        ),
        Input(
            "budget",
            "What the restores of all drills together may cost, as far as that is known before, 0 for no"
            " limit. A drill that would exceed it is passed over, and fails the play.",
            number(-1, 10**6),
            0,
            kind="A number",
            unit="US dollars",
        ),
        Input(
            "budget_minutes",
            "After how long no other drill is begun, 0 for no limit.",
            whole(0, 10**5),
            0,
            unit="minutes",
        ),
        Input(
            "rto_minutes",
            "How long a table may take to be back and compared, 0 for no limit. A drill that takes longer has"
            " failed.",
            whole(0, 10**5),
            0,
            unit="minutes",
        ),
        Input(
            "compare_live",
            "Also compare the table as it is now with the point, and tell what has changed since, which is no"
            " failure. It reads the whole table.",
            flag,
            False,
        ),
        Input(
            "report",
            "A file on the controller for one document of the drills of the last `drill_report_days`, as HTML"
            " that prints well, for an auditor. With several targets, name the target in it. A relative path"
            " begins in the directory you are in.",
            file,
            "",
            kind="A path",
            shown="none",
            examples=('drill_report: "/srv/reports/drills-{{ inventory_hostname }}.html"',),
        ),
        Input(
            "report_days",
            "Of how many days the document tells.",
            whole(1, 3660),
            365,
            unit="days",
        ),
        poll_seconds("what AWS is doing"),
        started_by("the drill, kept in its record"),
    ),
)
