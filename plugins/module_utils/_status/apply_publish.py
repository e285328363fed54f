# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Puts pages of status into the bucket of a store: a call for each, and two more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._aws import s3
from .._aws.client import ask, during
from .._base import naming
from .._model.refusal import Refusal
from .._stacks.gather import read_stack
from .published import kept_days, kept_words, key_of, sentences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._aws.client import Aws


class NoStoreError(Exception):
    """There is no bucket to publish to; the text says what to do."""


def publish(aws: Aws, prefix: str, region: str, pages: Mapping[str, str], *, check: bool) -> dict[str, Any]:
    """Publish pages by the names of their files, the one that people begin with first."""
    bucket = _bucket(aws, prefix, region)
    if not check:
        for name, page in pages.items():
            with during(f"s3://{bucket}/{key_of(name)} could not be written"):
                s3.put_page(aws("s3"), bucket, key_of(name), page.encode())
    names = list(pages)
    return {
        "changed": True,
        "bucket": bucket,
        "objects": [key_of(name) for name in names],
        "lines": list(sentences(bucket, region, names, _kept(aws, bucket), would=check)),
    }


def _bucket(aws: Aws, prefix: str, region: str) -> str:
    with during(f"The stack {naming.store(prefix)}, whose bucket it goes to, could not be read"):
        store = read_stack(aws("cloudformation"), naming.store(prefix))
    if store is None or not store.ours or not store.outputs.bucket_name:
        raise NoStoreError(
            f"There is no store {naming.store(prefix)} in {region} to publish to: run the backup playbook for"
            " this target, or write status_publish: false at it."
        )
    return store.outputs.bucket_name


def _kept(aws: Aws, bucket: str) -> str:
    """A store that an older version has deployed has no rule for pages; who may not see is told that."""
    found = ask("s3", lambda: s3.get_lifecycle(aws("s3"), bucket))
    if isinstance(found, Refusal):
        return f"when it is deleted is not known, since {found.call} was refused ({found.code})"
    return kept_words(kept_days((found or {}).get("Rules", [])))
