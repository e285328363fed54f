# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Items of a table read again by their keys, consistently, at a limited rate, patient with throttling."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code

from .._items.strict_json import loads_trusted
from .._model.codes import THROTTLED
from .gather_scan import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .._aws.dynamodb_items import ItemReads
    from .._base.rate import Rate
    from .._items.size import Item

# AWS takes 100, and answers with 16 MB at most; of the largest items these are 10 MB, which are many times as
# many when they are parsed.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
KEYS_A_CALL = 25


def read_again(reads: ItemReads, table: str, keys: Sequence[Item], rate: Rate) -> Iterator[Item]:
    """The items with these keys that are there now, in no order; no key may be among them twice."""
    for start in range(0, len(keys), KEYS_A_CALL):
        left: Sequence[Item] = keys[start : start + KEYS_A_CALL]
        since = time.monotonic()
        while left:
            asked = len(left)
            answer = _asked(reads, table, left, rate, since)
            found = answer["Responses"].get(table, ())
            yield from found
            left = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", ())
            if len(left) < asked:
                since = time.monotonic()
            if left:
                time.sleep(random.uniform(0.1, 1))  # noqa: S311 - no secret


def _asked(reads: ItemReads, table: str, keys: Sequence[Item], rate: Rate, since: float) -> dict[str, Any]:
    """One answer, as soon as the rate allows it. Where everything is refused, nothing is processed."""
    while (seconds := rate.wait(len(keys))) > 0:
        time.sleep(seconds)
    try:
        answer: dict[str, Any] = loads_trusted(reads.batch_get_item(table, keys))
    except is_boto3_error_code(THROTTLED):
        rate.pay(len(keys), 0)
        if time.monotonic() - since > PATIENCE_SECONDS:
            raise
        return {"Responses": {}, "UnprocessedKeys": {table: {"Keys": keys}}}
    consumed = sum(float(each["CapacityUnits"]) for each in answer.get("ConsumedCapacity", ()))
    rate.pay(len(keys), consumed)
    return answer
