# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the playbook `find` can be told."""

from __future__ import annotations

from .._base.checks import flag, one_of, whole
from .._plan.selection import entry_names
from .checks import instant, line, mappings, one_table
from .items import condition, items_file, texts
from .shared import TARGET, poll_seconds
from .table import Input, Question, Verb

_FORMATS = ("narrow", "wide")

FIND = Verb(
    "Find single items in the backups of a DynamoDB table",
    "Finds items in points of a table by their keys or by a condition, shows a few of them, and writes all"
    " into a file. Several points show the history of an item. Publishes `tablekeeper_find` with"
    " `set_stats`, which has no items, then fails if nothing was found.",
    survey=(
        "Find items in backups",
        "Of which table, and which items. What is found is shown in the output of the job.",
    ),
    inputs=(
        *TARGET,
        Input(
            "table",
            "The table whose items are looked for. It need not exist any more.",
            one_table("find_table"),
            examples=("-e find_table=orders",),
            question=Question(
                "Table",
                "Its name. It need not exist any more.",
                least=3,
                most=255,
                required=True,
            ),
        ),
        Input(
            "keys",
            "The keys of the items: a list of mappings of the partition key and the sort key, if there is"
            " one. Without the sort key it is all items with that partition key. Values are plain, or"
            ' DynamoDB JSON such as `{"B": "AAE="}`.',
            mappings,
            [],
            shown="none",
            examples=("find_keys: [{customer: C-17, line: 1}, {customer: C-18}]",),
            question=Question(
                "Keys of the items",
                'A list in JSON, such as [{"customer": "C-17", "line": 1}]. Leave it empty to find by a'
                " condition alone.",
                most=4096,
            ),
        ),
        Input(
            "where",
            "A condition in [JMESPath](https://jmespath.org) on the plain item. With `find_keys`, too, items"
            " that have one of the keys and meet the condition.",
            condition,
            "",
            shown="none",
            examples=("find_where: status == 'open' && total > `10`",),
            question=Question(
                "Condition",
                "In JMESPath, such as status == 'open' && total > `10`: text in single quotes, numbers in"
                " backquotes.",
                most=4096,
            ),
        ),
        Input(
            "points",
            "In which points: how many of the newest, or a list of `latest`, times (the newest point until"
            " then) and ids that the history playbook tells, or text cut at commas.",
            texts,
            ["latest"],
            shown="`latest`",
            kind="A whole number, a list or text",
            examples=("-e find_points=3", 'find_points: ["2026-11-23T14:00:00Z", latest]'),
            question=Question(
                "Which points",
                "How many of the newest; or latest, times such as 2026-11-23T14:00:00Z and ids of points, cut"
                " at commas. Leave it empty for the latest.",
                most=4096,
            ),
        ),
        Input(
            "at",
            "In place of points, a moment that point-in-time recovery of the table still has: a time with its"
            " time zone. DynamoDB exports the table as it was then, which takes minutes; with `find_keys`, or"
            " a condition that asks for a partition key, only those items, by botocore 1.43.106 or newer."
            " Check mode says what it costs.",
            instant,
            "",
            shown="none",
            examples=('-e find_at="2026-11-23T14:03:20Z"',),
            question=Question(
                "Or a moment, in place of points",
                "A time with its time zone, such as 2026-11-23T14:03:20Z, that point-in-time recovery has."
                " The job type check says what the export costs.",
                most=40,
            ),
        ),
        Input(
            "bucket",
            "The bucket with the points. Needed if the stacks are gone, or are in another region or account.",
            line,
            "",
            shown="that of the target's store",
            question=Question(
                "Bucket with the points",
                "Leave it empty for that of the target's store. Needed if the stacks are gone.",
                most=63,
            ),
        ),
        Input(
            "samples",
            "How many items of each point are shown at most; the others are counted.",
            whole(0, 1000),
            20,
            question=Question(
                "How many items to show",
                "Of each point, at most. Their values are in the output of the job; with 0 they are only"
                " counted.",
                least=0,
                most=1000,
            ),
        ),
        Input(
            "format",
            "How items are shown. `narrow` fits 100 columns; `wide` has every attribute and whole values,"
            " however long the lines become.",
            one_of(_FORMATS),
            "narrow",
            choices=_FORMATS,
            question=Question("Width", "narrow fits the page; wide has every attribute and whole values."),
        ),
        Input(
            "file",
            "A file on the controller for all items that are found: a table if its name ends in `.csv`, lines"
            " of DynamoDB JSON if in `.jsonl`. A relative path begins in the directory you are in.",
            items_file,
            "",
            kind="A path",
            shown="none",
            examples=("-e find_file=found.csv",),
        ),
        Input(
            "columns",
            "The attributes that are shown, and that a `.csv` file has columns for: a list, or text cut at"
            " commas.",
            texts,
            [],
            shown="all, the keys first",
            kind="A list or text",
            examples=("-e find_columns=customer,status",),
        ),
        Input(
            "fail_if_none",
            "Whether the play fails if nothing is found.",
            flag,
            True,
        ),
        Input(
            "expected",
            "The entries of the inventory: where a play has several targets, the table is looked for in the"
            " one that lists it.",
            entry_names,
            [],
            shared="tablekeeper_tables",
        ),
        poll_seconds("an export"),
    ),
)
