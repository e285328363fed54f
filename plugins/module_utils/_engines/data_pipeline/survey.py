# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether an account can use AWS Data Pipeline, and what tables clusters would read.

The service takes no new customers since 25 July 2024. Whether an account is one is told by asking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..._aws import datapipeline, dynamodb
from ..._aws.client import ask
from ..._model.refusal import Refusal
from ..._model.survey import Looked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..._aws.client import Aws


def survey(aws: Aws, tables: Sequence[str], place: str) -> Looked:
    """A call for each page of pipelines, and one for each table: how large it is, how fast it may be read."""
    answer = ask("datapipeline", lambda: datapipeline.list_pipelines(aws("datapipeline")))
    if isinstance(answer, Refusal):
        return Looked(refusal=_refusal(answer, tables, place))
    found = {name: dynamodb.describe_table(aws("dynamodb"), name) for name in tables}
    return Looked(
        missing=tuple(name for name, table in found.items() if table is None),
        known={
            "pipelines": sorted(each["name"] for each in answer),
            "tables": [_size(name, table) for name, table in found.items() if table is not None],
        },
    )


def _refusal(answer: Refusal, tables: Sequence[str], place: str) -> str:
    return (
        f"AWS Data Pipeline cannot be used in {place} ({answer.call}: {answer.code}: {answer.message})."
        " It takes no new customers since 25 July 2024: if this account never used it, write engine: export"
        f" for {', '.join(tables)}. If it did, let these credentials call datapipeline:ListPipelines."
    )


def _size(name: str, table: dict[str, Any]) -> dict[str, Any]:
    """As DynamoDB counts it every six hours; no read capacity if it is billed on demand."""
    on_demand = table.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST"
    units = 0 if on_demand else table["ProvisionedThroughput"]["ReadCapacityUnits"]
    return {"name": name, "bytes": int(table.get("TableSizeBytes", 0)), "read_capacity": int(units)}
