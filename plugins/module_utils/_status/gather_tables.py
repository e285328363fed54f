# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tables themselves, before their next backup fails: are they there, and can they be exported?

ListTables takes a call for each 100 tables of the account. DescribeContinuousBackups takes one for each table
that is exported, and AWS answers 10 in a second: 200 tables take about 20 seconds on AWS. A closer look takes
one more for each table, to see whether it is still the one that was backed up, and one for each key of KMS
that encrypts any of them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from .._aws import dynamodb, kms
from .._aws.client import ask
from .._engines.planners import PLANNERS
from .._model.evidence import Evidence, SourceTable, refused
from .._model.refusal import Refusal
from .._points.gather_past import together

if TYPE_CHECKING:
    from .._aws.client import Aws


def with_sources(aws: Aws, evidence: list[Evidence], *, closer: bool) -> list[Evidence]:
    """What DynamoDB says of the tables that are to be backed up; of those in no stack, if they exist."""
    if not any(_is_asked_for(each) for each in evidence):
        return evidence
    client = aws("dynamodb")
    names = ask("dynamodb", lambda: set(dynamodb.list_tables(client)))

    def look(each: Evidence) -> Evidence:
        if not _is_asked_for(each):
            return each
        if isinstance(names, Refusal):
            return refused(each, names)
        if each.record is None or each.table not in names:
            return replace(each, source=SourceTable(exists=each.table in names))
        exported = PLANNERS[each.record.engine].NEEDS_PITR
        looks = [lambda: _with_recovery(client, each.table)] if exported else []
        looks += [lambda: _with_description(client, each.table)] if closer else []
        return _seen(each, [ask("dynamodb", question) for question in looks])

    return _with_keys(aws, together(look, evidence))


def _with_keys(aws: Aws, evidence: list[Evidence]) -> list[Evidence]:
    """With the states of the keys that encrypt the tables; each key is asked about once."""
    arns = {each.source.key for each in evidence if isinstance(each.source, SourceTable)} - {""}
    told = {arn: ask("kms", partial(kms.describe_key, aws("kms"), arn)) for arn in sorted(arns)}

    def known(each: Evidence) -> Evidence:
        if not isinstance(each.source, SourceTable) or not each.source.key:
            return each
        key = told[each.source.key]
        if isinstance(key, Refusal):
            return refused(each, key)
        return replace(each, source=replace(each.source, key_state=key["KeyState"] if key else None))

    return [known(each) for each in evidence]


def _is_asked_for(evidence: Evidence) -> bool:
    return evidence.record.enabled if evidence.record else evidence.wanted


def _with_recovery(client: Any, table: str) -> dict[str, Any]:
    told = dynamodb.describe_recovery(client, table)
    if told is None:
        return {"exists": False}
    return {
        "recovery": dynamodb.recovery_state(told),
        "earliest": told.get("EarliestRestorableDateTime"),
        "latest": told.get("LatestRestorableDateTime"),
    }


def _with_description(client: Any, table: str) -> dict[str, Any]:
    told = dynamodb.describe_table(client, table)
    if told is None:
        return {"exists": False}
    keys = tuple(f"{each['AttributeName']} ({each['KeyType']})" for each in told["KeySchema"])
    return {
        "id": told.get("TableId", ""),
        "keys": keys,
        "items": told.get("ItemCount"),
        "bytes": told.get("TableSizeBytes"),
        "status": told.get("TableStatus", ""),
        "key": told.get("SSEDescription", {}).get("KMSMasterKeyArn", ""),
    }


def _seen(evidence: Evidence, answers: list[dict[str, Any] | Refusal]) -> Evidence:
    source = SourceTable(exists=True)
    for each in answers:
        if isinstance(each, Refusal):
            evidence = refused(evidence, each)
        else:
            source = replace(source, **each)
    return replace(evidence, source=source)
