# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The records of the drills of a period, as the module drill_info returns them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .._aws import s3, sts
from .._base.threads import thread_pool
from . import gather
from .choose import NotDrillableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._aws.client import Aws
    from .._model.drill import Drilled

THREADS = 8


def kept(aws: Aws, region: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """The module's result; NotDrillableError if nobody knows where the records are, or one is none."""
    if params["days"] < 1:
        raise NotDrillableError(f"days is {params['days']}: write from how many days the drills are wanted")
    deployed: tuple[str, ...] = ()
    if params["bucket"]:
        _partition, account = sts.right_caller(aws("sts"), dict(params))
        bucket = params["bucket"]
    else:
        where = gather.place(aws, params, region)
        account, bucket, deployed = where.account, where.bucket, tuple(where.tables)
    found = gather.drilled(aws, bucket)
    now = aws.time()
    begin = now - timedelta(days=params["days"])
    wanted = [
        each
        for each in sorted(found, key=lambda each: each.when, reverse=True)
        if each.when >= begin and (not params["tables"] or each.table in params["tables"])
    ]
    with thread_pool(THREADS) as pool:
        drills = list(pool.map(lambda each: _record(aws, bucket, each), wanted))
    drilled = {each.table for each in found}
    return {
        "drills": drills,
        "never_drilled": sorted(set(params["tables"] or deployed) - drilled),
        "period": {"from": begin.isoformat(), "until": now.isoformat()},
        "place": {"account": account, "region": region, "prefix": params["prefix"], "bucket": bucket},
    }


def _record(aws: Aws, bucket: str, drilled: Drilled) -> dict[str, Any]:
    place = f"s3://{bucket}/{drilled.key}"
    body = s3.get_object(aws("s3"), bucket, drilled.key)
    try:
        found: dict[str, Any] = json.loads(body.read()) if body else {}
    except ValueError as error:
        raise NotDrillableError(f"{place} is no record of a drill ({error}): see who changed it") from error
    return {**found, "record": place}
