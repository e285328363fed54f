# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What ends an export or an import after DynamoDB accepted it: FailureCode and FailureMessage.

S3NoSuchBucket, S3AccessDenied and KmsNotFoundException are known; other codes follow their pattern.
"""

from __future__ import annotations

import re


class FailedError(Exception):
    """Why an export or an import failed: FailureCode and FailureMessage."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def failure_code(code: str) -> str:
    """The FailureCode for an error of S3's."""
    if code.startswith("KMS."):
        return f"Kms{code.removeprefix('KMS.').removeprefix('KMS')}"
    return f"S3{code}"


def first(tag: str, xml: str) -> str:
    """What stands in the first element of this name in an answer of S3's."""
    found = re.search(f"<{tag}>(.*?)</{tag}>", xml)
    if not found:
        raise ValueError(f"S3's answer has no {tag}: {xml}")
    return found[1].replace("&quot;", '"')
