# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One drill: restore a table under a name of its own, compare it, remove it, keep a record."""

from __future__ import annotations

import contextlib
import json
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .._aws import s3, sns
from .._compare import gather as comparing
from .._compare.compared import UncomparableError
from .._model import drill as records
from .._points.formats import read
from .._points.formats.source import UnreadableError
from .._points.gather_objects import s3_source
from .._restore import apply as restoring
from .._restore.ending import RestoreError
from .._restore.state import MAKE, WAIT
from . import alert, apply_removal, gather, gather_planned, record
from .apply_removal import LOOKS, NotRemovedError
from .choose import NEWEST
from .record import Drill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .._aws.client import Aws
    from .gather import Place
    from .gather_planned import Planned

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError


def drill(
    aws: Aws, where: Place, params: Mapping[str, Any], planned: Planned, show: Callable[[str], None]
) -> Drill:
    """The drill, done. Whatever goes wrong is told in it, and the table is removed all the same."""
    one = _begun(aws, where, params, planned)
    if planned.trouble:
        one.trouble.append(planned.trouble)
        one.removed = True
        one.finished = aws.time()
        return one
    looks = LOOKS  # of a table that may be about to appear
    try:
        with _timed(one):
            one.result = restoring.restore(aws, where.region, planned.restore, check=False)
        looks = 1
        one.phases = [dict(each) for each in one.result["phases"]]
        if params["compare_live"]:
            with _phase(one, "live"):
                one.changed_since = _changed_since(aws, planned, show)
    except RestoreError as error:
        looks = LOOKS if error.told.get("phase") in (MAKE, WAIT) else 1
        if error.interrupted:
            raise KeyboardInterrupt from error
        one.trouble.append(gather_planned.trouble(error))
    except Exception as error:  # whatever it is, the other tables are drilled all the same
        one.trouble.append(gather_planned.trouble(error))
    finally:
        with _phase(one, "remove"):
            one.removed = _removed(aws, where, one, params["wait_sleep"], looks)
    one.finished = aws.time()
    return one


def _begun(aws: Aws, where: Place, params: Mapping[str, Any], planned: Planned) -> Drill:
    point, now = planned.point, aws.time()
    told = planned.plan.get("point") or ({"id": point.id, "kind": point.kind} if point else {})
    return Drill(
        table=planned.table,
        target_arn=where.arn(planned.target),
        started=now,
        started_by=params["started_by"],
        point=told,
        why_point=params["points"],
        why_table=planned.why,
        rpo_hours=(planned.record.max_age or None) if params["points"] == NEWEST else None,
        rto_minutes=params["rto_minutes"] or None,
        dollars=planned.dollars,
        point_age_seconds=(now - point.taken).total_seconds() if point else 0.0,
    )


@contextlib.contextmanager
def _timed(one: Drill) -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    finally:
        one.seconds = round(time.monotonic() - began, 1)


@contextlib.contextmanager
def _phase(one: Drill, name: str) -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    finally:
        one.phases.append({"phase": name, "seconds": round(time.monotonic() - began, 1)})


def _changed_since(aws: Aws, planned: Planned, show: Callable[[str], None]) -> dict[str, Any]:
    """How the table as it is now differs from the point, which is no failure: applications write."""
    show(f"{planned.table}: comparing the table as it is now with the point")
    place = planned.point.point if planned.point else None
    if place is None:
        return {"unknown": "the point is in no bucket"}
    try:
        reading = read.open_backup(s3_source(aws, place.bucket, place.manifest.rpartition("/")[0]))
        keys = planned.plan["keys"]
        found = comparing.compare(aws, planned.table, keys, reading, lambda _progress: None)
    except (UncomparableError, UnreadableError, ClientError, BotoCoreError) as error:
        return {"unknown": str(error)}
    return {
        name: getattr(found, name)
        for name in ("expected", "found", "same", "missing", "unexpected", "changed")
    }


def _removed(aws: Aws, where: Place, one: Drill, seconds: float, looks: int) -> bool:
    try:
        apply_removal.remove(aws, where, one.target, seconds, looks)
    except NotRemovedError as error:
        one.trouble.append(str(error))
        one.removed_next = error.again
        return False
    return True


def keep(aws: Aws, where: Place, one: Drill) -> dict[str, Any]:
    """Write the record, then tell people of a drill that failed; returns the record with where it lies."""
    place = ""
    try:
        key = _key(aws, where, one)
        body = json.dumps(record.document(one), indent=2, default=str).encode()
        s3.put_object(aws("s3"), where.bucket, key, body)
        place = f"s3://{where.bucket}/{key}"
    except (ClientError, BotoCoreError) as error:
        one.trouble.append(f"Its record could not be written: {error}.")
    told = {**record.document(one), "record": place, "msg": record.sentence(one)}
    if one.verdict == records.FAILED:
        told["alert"] = _alert(aws, where, one, place)
    return told


def _key(aws: Aws, where: Place, one: Drill) -> str:
    """Where its record lies, by the first second since its start of which there is no record yet."""
    taken = {each.when for each in gather.drilled(aws, where.bucket, one.table)}
    when = one.started.replace(microsecond=0)
    while when in taken:
        when += timedelta(seconds=1)
    return records.key(one.table, when, one.verdict)


def _alert(aws: Aws, where: Place, one: Drill, place: str) -> str:
    """Tell the subscribers of the alerts; returns why that could not be, empty if it was done."""
    try:
        sns.publish(aws("sns"), where.alerts_topic_arn, **alert.publication(where, one, place))
    except (ClientError, BotoCoreError) as error:
        return f"The alerts topic could not be told: {error}."
    return ""
