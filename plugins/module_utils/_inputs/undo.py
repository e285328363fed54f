# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the playbook `undo` can be told."""

from __future__ import annotations

from .._base.checks import one_of, whole
from .._plan.selection import entry_names
from .._undo.options import ENGINES
from .._undo.plan_document import EFFECTS
from .._undo.rule import KINDS
from .checks import age, file, instant, line, mappings, one_table, some_of, typed_again
from .shared import TARGET, poll_seconds, started_by
from .table import Input, Question, Verb

UNDO = Verb(
    "Undo what an incident did to single items of a DynamoDB table",
    "Plans what has to be written so that the items of an incident are as they were before it, and with a"
    " plan that was confirmed writes exactly that, into the live table, under conditions. Publishes"
    " `tablekeeper_undo` with `set_stats`, then fails if not everything could be done.",
    survey=(
        "Undo an incident",
        "What ruined items, and when. Shows what would be written; writes only a plan that was confirmed.",
    ),
    inputs=(
        *TARGET,
        Input(
            "table",
            "The live table that the items are put back into.",
            one_table("undo_table"),
            examples=("-e undo_table=orders",),
            question=Question(
                "Table to put items back into",
                "Its name. Items of this table are written, if a plan is confirmed.",
                least=3,
                most=255,
                required=True,
            ),
        ),
        Input(
            "from",
            "When the incident began: a time with its time zone, which point-in-time recovery still has."
            " Items are set to what they were at that moment.",
            instant,
            "",
            shown="none",
            examples=('-e undo_from="2026-11-23T14:00:00Z"',),
            question=Question(
                "When it began",
                "A time with its time zone, such as 2026-11-23T14:00:00Z. Items are set to what they were"
                " then.",
                most=40,
            ),
        ),
        Input(
            "until",
            "When the incident had ended. Whatever was written until then counts as done by the incident;"
            " what somebody has changed since is kept.",
            instant,
            "",
            shown="none",
            examples=('-e undo_until="2026-11-23T14:20:00Z"',),
            question=Question(
                "When it had ended",
                "A time with its time zone. What was written until then is undone, what came after it is"
                " kept.",
                most=40,
            ),
        ),
        Input(
            "before",
            "In place of times, a point of before the incident: an id or a time, as the history playbook"
            " tells.",
            line,
            "",
            shown="none",
        ),
        Input(
            "after",
            "A point of after the incident. Without it, and with `undo_before`, there are two states only,"
            " then and now: see `undo_choose`.",
            line,
            "",
            shown="none",
        ),
        Input(
            "of",
            "The id of an undo that is to be undone itself.",
            line,
            "",
            shown="none",
            question=Question(
                "Or the undo that is to be undone",
                "Its id, in place of the times. Leave it empty otherwise.",
                most=64,
            ),
        ),
        Input(
            "bucket",
            "The bucket of the store, where exports, plans and undo logs lie.",
            line,
            "",
            shown="that of the target's store",
        ),
        Input(
            "choose",
            "With two states only, what is written: `missing` items are put back, `changed` ones are set to"
            " what they were, `unexpected` ones are deleted. The latter two need `undo_keys` or `undo_where`,"
            " since what somebody rightly changed looks the same. A list, or text cut at commas and white"
            " space.",
            some_of(KINDS),
            [],
            shown="`missing`",
            kind="A list or text",
            examples=("-e undo_choose=missing,changed",),
        ),
        Input(
            "keys",
            "Only the items with these keys: a list of mappings of the key's attributes, with or without the"
            " sort key.",
            mappings,
            [],
            shown="all",
            examples=("undo_keys: [{customer: C-17, line: 1}, {customer: C-18}]",),
        ),
        Input(
            "where",
            "Only the items for which this JMESPath expression is true. It is asked of the plain item in its"
            " three states: `before`, `incident` and `now`.",
            line,
            "",
            shown="all",
            examples=("undo_where: \"incident.status == 'CORRUPT'\"",),
            question=Question(
                "Only the items for which this is true",
                "A JMESPath expression of before, incident and now, such as incident.status == 'BAD'. Leave"
                " it empty for all.",
                most=2048,
            ),
        ),
        Input(
            "ttl_attribute",
            "The attribute that says when an item expires: one whose time is over is not put back.",
            line,
            "",
            shown="that of the table",
        ),
        Input(
            "version_attribute",
            "An attribute that changes with every write, such as a version or a time: the condition of each"
            " write then asks for it alone. Items of more than 150 attributes need one.",
            line,
            "",
            shown="none",
        ),
        Input(
            "plan",
            "The id of the plan that is shown again, or written if it is confirmed.",
            line,
            "",
            shown="a new plan, or in a workflow of AWX that of the job before",
            examples=("-e undo_plan=20261129T140003Z-1a2b -e undo_confirm=orders@123456789012",),
            question=Question(
                "Plan to write",
                "The id of a plan that was shown before. Leave it empty to have one made.",
                most=64,
            ),
        ),
        Input(
            "confirm",
            "The table and the account again, as `orders@123456789012`, for the explicit yes. Without it"
            " nothing is written to the table.",
            typed_again,
            "",
            shown="nothing is written",
            question=Question(
                "Type the table and the account",
                "Such as orders@123456789012. Nothing is written without it. Messages call it -e"
                " undo_confirm.",
                least=1,
                most=280,
                required=True,
            ),
        ),
        Input(
            "acknowledge",
            "What hears of the writes, and may: each of the effects that the plan names, of `stream`,"
            " `triggers`, `pipes`, `kinesis`, `replicas`, `insights`. A list, or text cut at commas and white"
            " space.",
            some_of(EFFECTS),
            [],
            shown="none",
            kind="A list or text",
            examples=("-e undo_acknowledge=stream,triggers",),
            question=Question(
                "Effects that may happen",
                "Those that the plan names, such as stream, triggers. Leave it empty for none.",
                most=1024,
            ),
        ),
        Input(
            "engine",
            "Where it is computed: `auto` decides by size, `local` on the controller, `glue` by a job of AWS"
            " Glue.",
            one_of(ENGINES),
            "auto",
            choices=ENGINES,
        ),
        Input(
            "max_write_units_per_second",
            "The most write units a second, 0 for a quarter of the provisioned ones, or 500 on demand.",
            whole(0, 10**6),
            0,
        ),
        Input(
            "max_read_units_per_second",
            "The most read units a second to read the items as they are now, 0 for a quarter of the"
            " provisioned ones, or 1,000 on demand.",
            whole(0, 10**6),
            0,
        ),
        Input(
            "point_max_age",
            "Without point-in-time recovery, how old the newest point of the table may be, so that the undo"
            " itself can be undone.",
            age,
            "1 hour",
            shown="`1 hour`",
        ),
        Input(
            "plan_file",
            "A file on the controller for the plan, as JSON lines, for a second person.",
            file,
            "",
            kind="A path",
            shown="none",
            examples=("-e undo_plan_file=plan.jsonl",),
        ),
        Input(
            "conflicts_file",
            "A file on the controller for the items that somebody has changed since, with all images, as JSON"
            " lines.",
            file,
            "",
            kind="A path",
            shown="none",
            examples=("-e undo_conflicts_file=conflicts.jsonl",),
        ),
        Input(
            "samples",
            "How many items of each kind are shown.",
            whole(0, 1000),
            10,
        ),
        Input(
            "expected",
            "The entries of the inventory: where a play has several targets, the table is that of the one"
            " that lists it.",
            entry_names,
            [],
            shared="tablekeeper_tables",
        ),
        poll_seconds("what AWS is doing"),
        started_by("the undo, kept in its plan and report"),
    ),
)
