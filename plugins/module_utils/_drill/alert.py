# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The alert of a drill that failed: words for mail and SMS, JSON for others (docs/schemas/alert-1.json)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .gather import Place
    from .record import Drill

KIND = "drill_failed"
MOST_SUBJECT = 100
MOST_SMS = 1600  # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
# SNS takes 256 KB for all together, and a letter can become 14 bytes.
MOST_CAUSE = 4000
MOST_WHY = 8000


def publication(where: Place, one: Drill, record: str) -> dict[str, Any]:
    """The parameters of Publish. `record` is where the drill's record lies, empty if there is none."""
    text = _text(where, one, record)
    return {
        "Subject": f"Drill failed: {one.table} in {where.region}"[:MOST_SUBJECT],
        "MessageStructure": "json",
        "Message": json.dumps({
            "default": json.dumps(_document(where, one, record)), "email": text, "sms": text[:MOST_SMS],
        }),
        "MessageAttributes": {
            "kind": {"DataType": "String", "StringValue": KIND},
            "account": {"DataType": "String", "StringValue": where.account},
            "region": {"DataType": "String", "StringValue": where.region},
            "tables": {"DataType": "String.Array", "StringValue": json.dumps([one.table])},
        },
    }  # fmt: skip


def _text(where: Place, one: Drill, record: str) -> str:
    first = (
        f"The drill of the DynamoDB table {one.table} in {where.region} (account {where.account}) failed: a"
        " restore of its backup is not known to work."
    )
    why = "\n".join(one.why)
    cut = f"{why[:MOST_WHY]} ..." if len(why) > MOST_WHY else why
    return "\n".join([first, cut, f"The record is {record}." if record else "There is no record of it."])


def _document(where: Place, one: Drill, record: str) -> dict[str, Any]:
    return {
        "version": 1,
        "kind": KIND,
        "target": {"account": where.account, "region": where.region, "prefix": where.prefix},
        "run": {"record": record or None},
        "tables": [
            {
                "table": one.table,
                "error": "DrillFailed",
                "cause": " ".join(one.why)[:MOST_CAUSE],
                "since": one.started.isoformat(),
                "last_good_point": None,
            }
        ],
    }
