# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Backups that are there only because no rule deletes them: rules that are switched on again would at once.

Where all rules are on, this takes one call at most.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .._aws import s3
from .._aws.client import ask
from .._base.naming import TAG
from .._model import expiry
from .._model.outputs import Outputs
from .._model.refusal import Refusal
from .._points import gather_attempts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from .._aws.client import Aws
    from .._model.stack import Stack
    from .gather_repairs import Looked

# S3 may take so long to delete what it should: such backups say nothing of rules that nobody may read.
SLACK = timedelta(days=2)
NOTHING: dict[str, Any] = {"rules": [], "tables": [], "refusal": ""}


def outlived(
    aws: Aws, store: Stack | None, params: Mapping[str, Any], account: str, looked: Looked | None
) -> dict[str, Any]:
    """The rules that are off, and of each table the backups that they would delete.

    In the store's bucket; without a store, in one that an earlier store of the prefix has left. What was
    looked at already is not asked again.
    """
    found = ask("s3", lambda: _outlived(aws, store.outputs if store else Outputs(), params, account, looked))
    return {**NOTHING, "refusal": _words(found)} if isinstance(found, Refusal) else found


def _outlived(
    aws: Aws, outputs: Outputs, params: Mapping[str, Any], account: str, looked: Looked | None
) -> dict[str, Any]:
    client, name = aws("s3"), outputs.bucket_name
    if not name:
        name = params["bucket"] or f"{params['prefix']}-{account}-{client.meta.region_name}"
        if not _is_left(client, name, params["prefix"]):
            return NOTHING
    lifecycle = looked.standing.answer("lifecycle", name) if looked else None
    lifecycle = lifecycle or ask("s3", lambda: s3.get_lifecycle(client, name))
    if lifecycle is None:
        return NOTHING
    unread = isinstance(lifecycle, Refusal)
    kept = {} if isinstance(lifecycle, Refusal) else expiry.kept_days(lifecycle.get("Rules", []))
    told = bool(outputs.bucket_name)
    days = outputs.retention_days if told else expiry.classes(s3.list_folders(client, name, "retain-"))
    off = [day for day in days if kept.get(day, day + 1) > day]
    now = aws.time() - (SLACK if unread else timedelta())
    tables = list(_tables(client, name, off, now))
    return {
        **NOTHING,
        # Rules that may not be read are seen to be off by what they have not deleted.
        "rules": [f"retain-{day}d" for day in off] if tables or not unread else [],
        "tables": tables,
    }


def _is_left(client: Any, bucket: str, prefix: str) -> bool:
    """Whether an earlier store made the bucket; if nobody may know, nobody can adopt it either."""
    tags = ask("s3", lambda: s3.bucket_tags(client, bucket))
    return not isinstance(tags, Refusal) and tags.get(TAG) == prefix


def _tables(client: Any, bucket: str, days: Iterable[int], now: datetime) -> Iterator[dict[str, Any]]:
    for day in days:
        for folder in s3.list_folders(client, bucket, f"retain-{day}d/"):
            begun = {each: gather_attempts.begun(each) for each in s3.list_folders(client, bucket, folder)}
            old = [each for each, at in begun.items() if at and at + timedelta(days=day) <= now]
            young = [each for each in begun if each not in old]
            if ended := sorted(set(gather_attempts.ended_attempts(client, bucket, old))):
                left = next(gather_attempts.ended_attempts(client, bucket, young), None)
                yield {
                    "table": folder.split("/")[1],
                    "backups": len(ended),
                    "first": f"{begun[ended[0]]:%Y-%m-%d}",
                    "last": f"{begun[ended[-1]]:%Y-%m-%d}",
                    "retention_days": day,
                    "left": left is not None,
                }


def _words(refusal: Refusal) -> str:
    return f"{refusal.call} was refused with {refusal.code}"
