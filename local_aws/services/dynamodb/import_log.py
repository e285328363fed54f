# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an import tells in CloudWatch Logs: the group /aws-dynamodb/imports, two streams for each import.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Validation.html: "The error log
stream name is import-id/error", and an event of it
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Requesting.html: the rights that
whoever asks for an import needs on /aws-dynamodb/*

A stream <import id>/info is made first (hashicorp/terraform-provider-aws#38946, where that is denied); what
AWS writes there no page says, and here it stays empty. So it is with the retention of the group, and with the
FailureCode.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch_logs as logs

from .failures import FailedError

if TYPE_CHECKING:
    from collections.abc import Callable

GROUP = "/aws-dynamodb/imports"


def group_arn() -> str:
    return f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{GROUP}"


@dataclass(frozen=True)
class Log:
    """The log of an import, written with the rights of whoever asked for it."""

    import_arn: str
    refused: Callable[[str, str, str], str]  # as Origin has it

    @property
    def _import_id(self) -> str:
        return self.import_arn.rpartition("/")[2]

    def begin(self) -> None:
        """Make the group and the streams."""
        self._require("DescribeLogGroups", group_arn())
        if GROUP not in logs._log_groups:
            self._require("CreateLogGroup", group_arn())
            self._require("PutRetentionPolicy", group_arn())
            logs._create_log_group({"logGroupName": GROUP})
        self._require("DescribeLogStreams", group_arn())
        for name in ("info", "error"):
            stream = f"{self._import_id}/{name}"
            for action in ("CreateLogStream", "PutLogEvents"):
                self._require(action, f"{group_arn()}:log-stream:{stream}")
            logs._create_log_stream({"logGroupName": GROUP, "logStreamName": stream})

    def _require(self, action: str, resource: str) -> None:
        if why := self.refused(f"logs:{action}", resource, get_account_id()):
            raise FailedError("CloudWatchAccessDenied", why)

    def errors(self, found: list[dict[str, Any]]) -> None:
        """Tell what was wrong, and where: bucket, key, itemIndex and message."""
        if not found:
            return
        group = logs._log_groups.get(GROUP) or {"streams": {}}
        stream = group["streams"].get(f"{self._import_id}/error")
        if stream is None:  # somebody removed it meanwhile
            raise FailedError(
                "CloudWatchResourceNotFound", f"The stream {self._import_id}/error of {GROUP} does not exist."
            )
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "ingestionTime": now, "message": self._event(each)} for each in found]
        logs._append_log_events(stream, events)

    def _event(self, error: dict[str, Any]) -> str:
        where = {name: error[name] for name in ("bucket", "key", "itemIndex")}
        event = {"itemS3Pointer": where, "importArn": self.import_arn, "errorMessages": [error["message"]]}
        return json.dumps(event, separators=(",", ":"))
