# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A lifecycle rule that has no id gets one.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html tells of the element ID, which is not
required; S3 names a rule that comes without one.
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import s3


def install() -> None:
    put = s3._put_bucket_lifecycle

    def with_ids(name: str, body: bytes) -> Any:
        answer = put(name, body)
        rules = s3._bucket_lifecycle.get(name)
        for rule in rules if answer[0] == 200 and isinstance(rules, list) else ():
            rule.setdefault("ID", new_uuid())
        return answer

    s3._put_bucket_lifecycle = with_ids
