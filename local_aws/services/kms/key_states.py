# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A key that cannot be used keeps S3 and SNS from what they would do with it.

https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html: GenerateDataKey and Decrypt fail with
DisabledException, or KMSInvalidStateException while a key awaits its deletion. S3 passes that on as
KMS.DisabledException and so on when an object is written or read (https://repost.aws/knowledge-center/
s3-bucket-access-default-encryption and https://repost.aws/knowledge-center/s3-rest-api-cloudfront-kms), SNS
by the errors of Publish in its API model. Its managed keys are always usable.
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import get_region
from ministack.services import kms, s3

Answer = tuple[int, dict[str, str], bytes]
KEY = "x-amz-server-side-encryption-aws-kms-key-id"


def install() -> None:
    resolve, get = s3._resolve_sse_write_headers, s3._get_object

    def resolving(headers: dict[str, str], bucket: str) -> Any:
        stored, error = resolve(headers, bucket)
        return (None, refused) if stored and (refused := _refused(stored)) else (stored, error)

    def getting(bucket: str, key: str, *more: Any) -> Answer:
        answer: Answer = get(bucket, key, *more)
        return (_refused(answer[1]) or answer) if answer[0] == 200 else answer

    s3._resolve_sse_write_headers, s3._get_object = resolving, getting


def _refused(headers: dict[str, str]) -> Answer | None:
    found = problem(headers.get(KEY, ""))
    return s3._error(f"KMS.{found[0]}", found[1], 400) if found else None


def problem(name: str) -> tuple[str, str] | None:
    """Why a key cannot encrypt: KMS's error and its words; None if it can."""
    if not name or "alias/aws/" in name:
        return None
    key = record(name)
    if key is None:
        return "NotFoundException", f"Key '{name}' does not exist"
    if key["KeyState"] == "Enabled":
        return None
    if key["KeyState"] == "Disabled":
        return "DisabledException", f"{key['Arn']} is disabled."
    return "KMSInvalidStateException", f"{key['Arn']} is pending deletion."


def record(name: str) -> dict[str, Any] | None:
    """The key of this id, alias or ARN, which may be another account's; None if there is none."""
    if name.startswith("arn:"):
        region, account, rest = name.split(":", 5)[3:]
        if region == get_region() and rest.startswith("key/"):
            found: dict[str, Any] | None = kms._keys.get_scoped(account, region, rest.removeprefix("key/"))
            return found
    resolved: dict[str, Any] | None = kms._resolve_key(name)
    return resolved
