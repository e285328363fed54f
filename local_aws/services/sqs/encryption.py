# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A queue is encrypted by SQS or with a key of KMS, never by both.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html: "Only one
server-side encryption option is supported per queue". Which of the two counts if a request sets both is not
documented; here it is refused. An empty key is none.
"""

from __future__ import annotations

from typing import Any

from ministack.services import sqs

Json = dict[str, Any]
KEY, OWN = "KmsMasterKeyId", "SqsManagedSseEnabled"
BOTH = "You can use one type of server-side encryption (SSE) at one time."


def install() -> None:
    actions = sqs._HANDLERS
    set_attributes = actions["SetQueueAttributes"]

    def setting(data: Json, url: str) -> Any:
        wanted = data.get("Attributes") or {}
        now = sqs._get_q(data.get("QueueUrl", url))["attributes"]
        key = wanted.get(KEY, "" if KEY in wanted else now.get(KEY, ""))
        if key and str(wanted.get(OWN, "false")).lower() == "true":
            raise sqs._Err("InvalidAttributeValue", BOTH)
        answer = set_attributes(data, url)
        if key:
            now[OWN] = "false"
        else:
            now.pop(KEY, None)
        return answer

    actions["SetQueueAttributes"] = setting
