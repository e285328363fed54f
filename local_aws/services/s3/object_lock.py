# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A bucket's default retention holds for every object, and wants a checksum with each.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html: the default applies to each new object
version, also to one that was put in parts, for which ministack forgets it.
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html: Content-MD5 or a checksum algorithm is
required to upload an object with a retention period.
"""

from __future__ import annotations

from typing import Any

from ministack.services import s3

Answer = tuple[int, dict[str, str], bytes]
CHECKSUMS = ("content-md5", "x-amz-checksum-", "x-amz-sdk-checksum-algorithm", "x-amz-trailer")
NO_CHECKSUM = (
    "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock"
    " parameters"
)


def install() -> None:
    put, complete = s3._put_object, s3._complete_multipart_upload

    def putting(bucket: str, key: str, body: bytes, headers: dict[str, str]) -> Answer:
        if _retains(bucket) and not any(name.lower().startswith(CHECKSUMS) for name in headers):
            refused: Answer = s3._error("InvalidRequest", NO_CHECKSUM, 400)
            return refused
        answer: Answer = put(bucket, key, body, headers)
        return answer

    def completing(bucket: str, key: str, *more: Any) -> Answer:
        answer: Answer = complete(bucket, key, *more)
        if answer[0] == 200:
            version = s3._buckets[bucket]["objects"][key].get("version_id")
            s3._apply_object_lock_from_headers(bucket, key, {}, version)
        return answer

    s3._put_object, s3._complete_multipart_upload = putting, completing


def _retains(bucket: str) -> bool:
    return bool((s3._bucket_object_lock.get(bucket) or {}).get("default_retention"))
