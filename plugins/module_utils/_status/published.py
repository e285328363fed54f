# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where pages of status are published, and what is said of that."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from .._model import expiry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

FOLDER = "status/"
# A link that is signed with long-term keys lives no longer.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
LONGEST_LINK_DAYS = 7
DAY_SECONDS = 86_400


def key_of(name: str) -> str:
    """The object of a page, by the name of its file."""
    return f"{FOLDER}{name}"


def kept_days(lifecycle: Iterable[Mapping[str, Any]]) -> int | None:
    """After how many days the bucket's rules delete a page; None: never."""
    days = [
        int(each["Expiration"]["Days"])
        for each in lifecycle
        if each["Status"] == "Enabled"
        and "Days" in each.get("Expiration", {})
        and FOLDER.startswith(expiry.prefix(each))
        and not expiry.chosen(each)
    ]
    return min(days, default=None)


def sentences(bucket: str, region: str, names: Sequence[str], kept: str, *, would: bool) -> Iterator[str]:
    """Where the first page is, and how somebody gets to see it who has no rights to the bucket."""
    first = f"s3://{bucket}/{key_of(names[0])}"
    yield f"The page {'would be' if would else 'is'} published privately as {first}; {kept}."
    if would:
        return  # nobody can open what is not there
    seconds = LONGEST_LINK_DAYS * DAY_SECONDS
    yield (
        f"A link to it: aws s3 presign {shlex.quote(first)} --region {region} --expires-in {seconds}. It"
        f" lives for {LONGEST_LINK_DAYS} days with the keys of a user; with those of a role, as in AWX, until"
        " their session ends, often within the hour."
    )
    if others := len(names) - 1:
        pages = "the page of a target" if others == 1 else f"the {others} pages of targets"
        yield (
            f"A link opens one page: to follow those to {pages} beside it, get them all: aws s3 cp"
            f" s3://{bucket}/{FOLDER} . --recursive --region {region}."
        )


def kept_words(days: int | None) -> str:
    """When it is deleted."""
    if days is None:
        return "no rule of the bucket deletes it yet: run the backup playbook, which makes one"
    return f"the bucket deletes it after {'1 day' if days == 1 else f'{days} days'}"
