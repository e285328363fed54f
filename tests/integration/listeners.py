# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who is told what the alerts topic is told: a queue, and somebody who reads mail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from local_aws.client.waiting import until

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


class Subscriber:
    """A queue that is told what the alerts topic is told."""

    def __init__(self, account: Account, name: str = "told") -> None:
        self._sqs = account.client("sqs")
        self.arn = f"arn:aws:sqs:{account.region}:{account.id}:{name}"
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": self.arn,
            "Condition": {
                "ArnEquals": {
                    "aws:SourceArn": f"arn:aws:sns:{account.region}:{account.id}:tablekeeper-alerts"
                }
            },
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._url = self._sqs.create_queue(QueueName=name, Attributes={"Policy": policy})["QueueUrl"]
        self.alert = {"protocol": "sqs", "endpoint": self.arn}
        self._messages: list[dict[str, Any]] = []

    def messages(self) -> list[dict[str, Any]]:
        """Everything received so far, as SNS wrote it."""
        while batch := self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages"):
            for message in batch:
                self._messages.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return self._messages

    def subjects(self) -> list[str]:
        return [message.get("Subject", "") for message in self.messages()]

    def told(self, words: str) -> dict[str, Any]:
        """The first message with these words in its subject, once it is there."""
        found: dict[str, Any] = until(
            lambda: next((each for each in self.messages() if words in each.get("Subject", "")), None),
            f"A message with the subject {words}",
        )
        return found


class Reader:
    """Somebody who reads mail of the alerts topic."""

    alert: ClassVar[dict[str, str]] = {"protocol": "email", "endpoint": "ops@example.com"}

    def __init__(self, account: Account) -> None:
        self._account = account

    def confirm(self) -> None:
        endpoint = self.alert["endpoint"]
        self._account.aws.control("POST", "confirm", account=self._account.id, endpoint=endpoint)

    def told(self, words: str) -> str:
        """The text of the first mail with these words in its subject, once it is there."""
        asked = {"account": self._account.id, "endpoint": self.alert["endpoint"]}

        def found() -> str | None:
            mails = self._account.aws.control("GET", "mailbox", **asked)["mails"]
            return next((each["message"] for each in mails if words in each["subject"]), None)

        return str(until(found, f"A mail with the subject {words}"))
