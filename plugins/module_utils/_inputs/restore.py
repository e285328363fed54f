# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the playbook `restore` can be told."""

from __future__ import annotations

from .._base.checks import flag, matching, one_of, whole
from .._plan.selection import entry_names, names
from .checks import line, mapping, new_table, one_table, settings_of
from .shared import TARGET, poll_seconds, started_by
from .table import Input, Question, Verb

_WAYS = ("auto", "pitr", "backup", "import", "convert", "load", "bulk")
_VERIFY = ("content", "count")
_FORMATS = ("auto", "dynamodb_json", "ion", "emr", "hive", "dynamodump", "scan")
_FROM = {
    "bucket": line,
    "prefix": line,
    "format": one_of(_FORMATS),
    "chosen": line,
    "owner": matching(r"[0-9]{12}", "it must be the 12 digits of an account, in quotes"),
}
_OVERRIDES = {
    "billing_mode": one_of(("PAY_PER_REQUEST", "PROVISIONED")),
    "read_capacity": whole(1, 10**9),
    "write_capacity": whole(1, 10**9),
    "max_read_units": whole(-1, 10**9),
    "max_write_units": whole(-1, 10**9),
    "table_class": one_of(("STANDARD", "STANDARD_INFREQUENT_ACCESS")),
    "kms_key": line,
}

RESTORE = Verb(
    "Bring a DynamoDB table back, whole, beside what is there",
    "Makes a new table of a point of a backed up table, with all its items and settings, compares both, and"
    " tells what differs and why. Publishes `tablekeeper_restore` with `set_stats`, then fails if it is not"
    " whole.",
    survey=(
        "Bring a table back",
        "Which table, to which moment, and under which new name. No table that exists is touched.",
    ),
    inputs=(
        *TARGET,
        Input(
            "table",
            "The table that is brought back. It need not exist any more.",
            one_table("restore_table"),
            examples=("-e restore_table=orders",),
            question=Question(
                "Table to bring back",
                "Its name. It need not exist any more, and is not changed if it does.",
                least=3,
                most=255,
                required=True,
            ),
        ),
        Input(
            "to",
            "The name of the new table. Of a table that is gone give its old name, so that applications and"
            " backups find it. A name that is taken is refused, unless a call with the same inputs has made"
            " that table: then it goes on.",
            new_table,
            "",
            shown="`<table>-restored-<time of the point>`",
            question=Question(
                "Name of the new table",
                "Leave it empty for the old name with -restored- and the time of the point. To go on with a"
                " restore that did not end, give the name that it told.",
                most=255,
            ),
        ),
        Input(
            "point",
            "Which point: `latest`, a time (the newest point until then, or that moment if point-in-time"
            " recovery has it), `pitr` (the last moment that it has), or an id that the history playbook"
            " tells.",
            line,
            "latest",
            examples=('-e restore_point="2026-11-23T14:00:00Z"',),
            question=Question(
                "Which point",
                "latest, a time with its time zone such as 2026-11-23T14:00:00Z, pitr, or the id of a point.",
                most=1024,
            ),
        ),
        Input(
            "from",
            "A backup that others made, in place of a point: `bucket`, and as needed `prefix`, `format`,"
            " `chosen`, `owner`. What can be read, see [docs/formats.md](../../docs/formats.md).",
            settings_of(_FROM, required=("bucket",)),
            {},
            shown="none",
            examples=("restore_from: {bucket: old-dumps, prefix: orders/2023-05-01}",),
        ),
        Input(
            "keys",
            "The attributes of the table's key with their types (`S`, `N` or `B`), the partition key first."
            " Only for files beside which no settings are, of a table that is gone.",
            mapping,
            {},
            shown="those that are known",
            examples=("restore_keys: {id: S, line: N}",),
        ),
        Input(
            "bucket",
            "The bucket with the points. Needed if the stacks are gone, or are in another region or account"
            " than the new table.",
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
            "overrides",
            "What is to be otherwise than it was: `billing_mode`, `read_capacity` and `write_capacity`,"
            " `max_read_units` and `max_write_units`, `table_class`, `kms_key`.",
            settings_of(_OVERRIDES),
            {},
            shown="nothing",
            examples=("restore_overrides: {billing_mode: PAY_PER_REQUEST}",),
        ),
        Input(
            "skip",
            "The settings that are not brought back, such as `ttl`, `stream`, `policy`, `scalable_targets` or"
            " `global_indexes`. A list, or text cut at commas and white space.",
            names,
            [],
            shown="none",
            kind="A list or text",
            examples=("-e restore_skip=stream,ttl",),
            question=Question(
                "Settings to leave out",
                "Such as stream, ttl, policy, scalable_targets. Leave it empty for none.",
                most=1024,
            ),
        ),
        Input(
            "way",
            "How it is brought back. `auto` chooses the first of these that is possible, and says why:"
            " `pitr` restores a moment from point-in-time recovery, `backup` a backup of DynamoDB's own;"
            " with `import` DynamoDB imports the files, with `convert` after they were written as DynamoDB"
            " JSON; `load` writes each item. `bulk` is refused until the format of its lines is verified.",
            one_of(_WAYS),
            "auto",
            choices=_WAYS,
        ),
        Input(
            "load_up_to_mb",
            "Up to how large a table `auto` writes the items itself, since an import takes minutes at least.",
            whole(0, 10**6),
            100,
            unit="MB",
        ),
        Input(
            "warm_throughput",
            "Ask for the warm throughput that the table had, which AWS bills.",
            flag,
            False,
        ),
        Input(
            "verify",
            "`content` compares each item of the new table with the point, `count` only counts them.",
            one_of(_VERIFY),
            "content",
            choices=_VERIFY,
            question=Question(
                "How closely to compare",
                "content compares every item with the point; count only counts them.",
            ),
        ),
        Input(
            "max_write_units_per_second",
            "The most write units a second that writing the items may use, 0 for no limit.",
            whole(0, 10**6),
            0,
        ),
        Input(
            "parameter",
            "A parameter of Systems Manager that applications read the table's name from. When all is right,"
            " the new table's name is written there.",
            line,
            "",
            shown="none",
            examples=("-e restore_parameter=/shop/orders-table",),
        ),
        Input(
            "expected",
            "The entries of the inventory: where a play has several targets, the table is restored in the one"
            " that lists it.",
            entry_names,
            [],
            shared="tablekeeper_tables",
        ),
        poll_seconds("what AWS is doing"),
        started_by("the restore, kept in its report"),
    ),
)
