# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the playbook `compare` can be told."""

from __future__ import annotations

from .._base.checks import flag, one_of, whole
from .._plan.selection import entry_names
from .checks import file, line, mapping, new_table, one_table
from .shared import TARGET, poll_seconds
from .table import Input, Question, Verb

_LIVE_BY = ("scan", "export")
_ENGINES = ("auto", "local", "glue")


COMPARE = Verb(
    "Compare a DynamoDB table with its backups",
    "Compares a table as it is now with a point of it, two points, or a restored table with its point, item"
    " by item, and tells how many are the same, changed, missing, unexpected or expired. It changes nothing."
    " Publishes `tablekeeper_compare` with `set_stats`, then fails if nothing could be compared.",
    survey=("Compare", "Which table, with which point. Nothing is changed; reading a table is paid for."),
    inputs=(
        *TARGET,
        Input(
            "table",
            "The table that is compared as it is now, and whose points are looked for.",
            one_table("compare_table"),
            examples=("-e compare_table=orders",),
            question=Question("Table", "Its name. It is not changed.", least=3, most=255, required=True),
        ),
        Input(
            "point",
            "The point that holds what is expected: `latest`, a time (the newest point until then), or an id"
            " that the history playbook tells. With `live`, the table as it is now is what is expected of"
            " `compare_with_table`.",
            line,
            "",
            shown="the point that `compare_with_table` was restored from, or else `latest`",
            examples=('-e compare_point="2026-11-23T14:00:00Z"',),
            question=Question(
                "Point",
                "latest, a time with its time zone such as 2026-11-23T14:00:00Z, or the id of a point."
                " Leave it empty for the newest.",
                most=1024,
            ),
        ),
        Input(
            "with_point",
            "A second point of the table, in place of the table as it is now. The table need not exist then.",
            line,
            "",
            shown="none",
            examples=("-e compare_with_point=latest",),
            question=Question(
                "Second point, in place of the table",
                "Leave it empty to compare the table as it is now.",
                most=1024,
            ),
        ),
        Input(
            "with_table",
            "Another table, in place of the table as it is now, such as one that was restored.",
            new_table,
            "",
            shown="none",
            examples=("-e compare_with_table=orders-restored-20261123T140003Z",),
            question=Question(
                "Other table, in place of the table",
                "Such as one that was restored. Leave it empty to compare the table as it is now.",
                most=255,
            ),
        ),
        Input(
            "live_by",
            "How the table is read. `scan` takes seconds to hours, and reads some items before and some after"
            " what is written meanwhile. `export` has DynamoDB export the table as it is at one moment, which"
            " takes minutes at least, no read units, and point-in-time recovery.",
            one_of(_LIVE_BY),
            "scan",
            choices=_LIVE_BY,
            question=Question("How to read the table", "scan is paid by read units, export by GB."),
        ),
        Input(
            "engine",
            "Where the sides are compared: `auto` decides by size, `local` on the controller, `glue` by a job"
            " of AWS Glue, which reads exports alone: with it a table needs `compare_live_by=export`.",
            one_of(_ENGINES),
            "auto",
            choices=_ENGINES,
        ),
        Input(
            "bucket",
            "The bucket with the points. Needed if the stacks are gone, or are in another region or account.",
            line,
            "",
            shown="that of the target's store",
        ),
        Input(
            "keys",
            "The attributes of the table's key with their types (`S`, `N` or `B`), the partition key first."
            " Only for points beside which no settings are, of a table that is gone.",
            mapping,
            {},
            shown="those that are known",
            examples=("compare_keys: {id: S, line: N}",),
        ),
        Input(
            "ttl_attribute",
            "The attribute by which items expire. What is missing and had expired is counted as such, and is"
            " no difference.",
            line,
            "",
            shown="that of the table, or of its point",
        ),
        Input(
            "max_read_units_per_second",
            "The most read units a second that reading a table may take, 0 for no limit.",
            whole(0, 10**6),
            "",
            kind="A whole number",
            shown="a quarter of its capacity; on demand of its limit, or 3,000",
        ),
        Input(
            "samples",
            "How many items of each kind of difference are shown, at most.",
            whole(0, 1000),
            10,
        ),
        Input(
            "file",
            "A file on the controller that gets all items that differ, as JSON lines, with what both sides"
            " have of them. Only its owner may read it. A relative path begins in the directory you are in.",
            file,
            "",
            kind="A path",
            shown="none",
            examples=("-e compare_file=orders-differences.jsonl",),
        ),
        Input(
            "fail_on_differences",
            "Fail if items are changed, missing or unexpected. Otherwise that is only told.",
            flag,
            False,
            question=Question("Fail if items differ", "Otherwise that is only told."),
        ),
        Input(
            "expected",
            "The entries of the inventory: where a play has several targets, the table is compared in the one"
            " that lists it.",
            entry_names,
            [],
            shared="tablekeeper_tables",
        ),
        poll_seconds("an export"),
    ),
)
