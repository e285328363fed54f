# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""S3, one function per API call. Clients come from retry.retrying()."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import is_boto3_error_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

try:
    from botocore.exceptions import BotoCoreError
except ImportError:  # handled by AnsibleAWSModule
    BotoCoreError = Exception  # type: ignore[assignment,misc]  # a stand-in: nothing is asked without it

# What reading on from a stream raises when the connection breaks.
BROKEN_OFF = BotoCoreError
GONE = ("NoSuchKey", "NoSuchBucket", "404")


def list_objects(client: Any, bucket: str, prefix: str, *, after: str = "") -> Iterator[dict[str, Any]]:
    """The objects below a prefix, after a key if one is given; none if there is no such bucket."""
    start = {"StartAfter": after} if after else {}
    for page in _pages(client, Bucket=bucket, Prefix=prefix, **start):
        yield from page.get("Contents", [])


def list_but_bulk(
    client: Any, bucket: str, prefix: str, bulk: Callable[[str], str]
) -> Iterator[dict[str, Any]]:
    """As list_objects, without most of the objects in folders that `bulk` names for one of their keys.

    A page that ends in such a folder is followed by what comes after the folder.
    """
    start: dict[str, str] = {}
    while True:
        try:
            page = client.list_objects_v2(Bucket=bucket, Prefix=prefix, **start)
        except is_boto3_error_code("NoSuchBucket"):
            return
        yield from page.get("Contents", [])
        if not page["IsTruncated"]:
            return
        last = page["Contents"][-1]["Key"]
        folder = bulk(last)
        # In S3's order a slash is followed by a zero.
        start = {"StartAfter": f"{folder[:-1]}0" if folder else last}


def list_folders(client: Any, bucket: str, prefix: str) -> list[str]:
    """The prefixes one level below a prefix, each ending with a slash; none if there is no such bucket."""
    pages = _pages(client, Bucket=bucket, Prefix=prefix, Delimiter="/")
    return [folder["Prefix"] for page in pages for folder in page.get("CommonPrefixes", [])]


def _pages(client: Any, **arguments: str) -> Iterator[dict[str, Any]]:
    try:
        yield from client.get_paginator("list_objects_v2").paginate(**arguments)
    except is_boto3_error_code("NoSuchBucket"):
        return


def get_object(client: Any, bucket: str, key: str) -> Any:
    """A stream of the object's bytes, None if it is not there."""
    try:
        return client.get_object(Bucket=bucket, Key=key)["Body"]
    except is_boto3_error_code(list(GONE)):
        return None


def get_object_from(client: Any, bucket: str, key: str, etag: str, start: int) -> Any:
    """A stream of the object's bytes from one on, None if it is not there or has become another."""
    part = {"Range": f"bytes={start}-"} if start else {}
    try:
        return client.get_object(Bucket=bucket, Key=key, IfMatch=etag, **part)["Body"]
    except is_boto3_error_code([*GONE, "PreconditionFailed", "412"]):
        return None


def put_object(client: Any, bucket: str, key: str, body: Any) -> None:
    """Write an object, of bytes or of a file that can be read twice; one of the same key is replaced.

    A bucket with object lock takes none without a checksum, which an older boto3 does not add by itself.
    """
    client.put_object(Bucket=bucket, Key=key, Body=body, ChecksumAlgorithm="SHA256")


def put_page(client: Any, bucket: str, key: str, page: bytes) -> None:
    """Write a page that a browser shows and nobody keeps a copy of; encrypted as the bucket says.

    The bucket's owner owns it: to give it an ACL would need a right more, and is refused by such a bucket.
    """
    client.put_object(
        Bucket=bucket,
        Key=key,
        Body=page,
        CacheControl="no-store",
        ChecksumAlgorithm="SHA256",
        ContentType="text/html; charset=utf-8",
    )


def bucket_exists(client: Any, bucket: str) -> bool:
    """Whether the bucket is there; one that belongs to someone else raises (403)."""
    try:
        client.head_bucket(Bucket=bucket)
    except is_boto3_error_code(list(GONE)):
        return False
    return True


def bucket_tags(client: Any, bucket: str) -> dict[str, str]:
    """The tags of a bucket, by key."""
    return get_tags(client, bucket) or {}


def get_tags(client: Any, bucket: str) -> dict[str, str] | None:
    """The tags of a bucket, by key; None if there is no such bucket."""
    answer = _setting(lambda: client.get_bucket_tagging(Bucket=bucket))
    return None if answer is None else {tag["Key"]: tag["Value"] for tag in answer.get("TagSet", ())}


def put_tags(client: Any, bucket: str, tags: Mapping[str, str]) -> None:
    """Replace the tags of a bucket; those that AWS set must be among them."""
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    client.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": listed})


def get_versioning(client: Any, bucket: str) -> dict[str, Any] | None:
    """Whether old versions are kept: without a status they never were. None if there is no such bucket."""
    return _setting(lambda: client.get_bucket_versioning(Bucket=bucket))


def get_lifecycle(client: Any, bucket: str) -> dict[str, Any] | None:
    """The rules by which objects are deleted, empty if there are none; None if there is no such bucket."""
    return _setting(lambda: client.get_bucket_lifecycle_configuration(Bucket=bucket))


def get_encryption(client: Any, bucket: str) -> dict[str, Any] | None:
    """How objects are encrypted that do not say it themselves; None if there is no such bucket."""
    answer = _setting(lambda: client.get_bucket_encryption(Bucket=bucket))
    return answer and answer["ServerSideEncryptionConfiguration"]


def get_public_access_block(client: Any, bucket: str) -> dict[str, Any] | None:
    """What keeps the public out, empty if nothing does; None if there is no such bucket."""
    answer = _setting(lambda: client.get_public_access_block(Bucket=bucket))
    return answer and answer["PublicAccessBlockConfiguration"]


def get_ownership(client: Any, bucket: str) -> dict[str, Any] | None:
    """Who owns what is written, empty if nothing says so; None if there is no such bucket."""
    answer = _setting(lambda: client.get_bucket_ownership_controls(Bucket=bucket))
    return answer and answer["OwnershipControls"]


def get_lock(client: Any, bucket: str) -> dict[str, Any] | None:
    """How long objects are locked, empty if they are not; None if there is no such bucket."""
    answer = _setting(lambda: client.get_object_lock_configuration(Bucket=bucket))
    return answer and answer["ObjectLockConfiguration"]


def get_policy(client: Any, bucket: str) -> dict[str, Any] | None:
    """The policy of a bucket, None if it has none, or if there is no such bucket."""
    answer = _setting(lambda: client.get_bucket_policy(Bucket=bucket))
    policy: dict[str, Any] | None = json.loads(answer["Policy"]) if answer else None
    return policy


# What S3 says where a bucket has no such setting.
UNSET = (
    "NoSuchBucketPolicy",
    "NoSuchLifecycleConfiguration",
    "NoSuchTagSet",
    "NoSuchPublicAccessBlockConfiguration",
    "ObjectLockConfigurationNotFoundError",
    "OwnershipControlsNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
)


def _setting(question: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """The answer, empty if the bucket has no such setting, None if there is no such bucket."""
    try:
        return question()
    except is_boto3_error_code(list(UNSET)):
        return {}
    except is_boto3_error_code(list(GONE)):
        return None


def put_bucket_policy(client: Any, bucket: str, document: str) -> None:
    """Give a bucket another policy."""
    client.put_bucket_policy(Bucket=bucket, Policy=document)


def put_lifecycle_rules(client: Any, bucket: str, rules: list[dict[str, Any]]) -> None:
    """Replace the rules by which objects are deleted."""
    client.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})


def list_folders_ever(client: Any, bucket: str, prefix: str) -> list[str]:
    """As list_folders, with those of which only old versions are left; none if there is no such bucket."""
    pages = client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix, Delimiter="/")
    try:
        return [folder["Prefix"] for page in pages for folder in page.get("CommonPrefixes", [])]
    except is_boto3_error_code("NoSuchBucket"):
        return []
