# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The clients of one account in one region, and what their answers tell beside their content."""

from __future__ import annotations

import contextlib
import threading
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar

from .._model.codes import DENIED, NOBODY
from .._model.refusal import Refusal
from .retry import refusing_pages, retrying
from .session import connecting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
    from botocore.config import Config

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError

Answer = TypeVar("Answer")

LOOKS = 6
SECONDS_BETWEEN = 10

# Calls whose permission has another name, or is of another service than the question.
PERMISSIONS = {
    "DescribeExport": "dynamodb:DescribeExport",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "ListObjectsV2": "ListBucket",
}


class MaskedError(Exception):
    """A name of which Ansible has hidden a part, since it is a secret of the play."""


def unmasked(names: Iterable[str]) -> list[str]:
    """The names, if they are whole: what is removed by half a name would be something else, or nothing."""
    found = list(names)
    if hidden := [name for name in found if "****" in name]:
        raise MaskedError(
            f"Nothing was changed: Ansible has hidden a part of {', '.join(hidden)}, since the play has a "
            "secret, such as secret_key, that is a part of the name. Use credentials with a longer one."
        )
    return found


class NoClockError(Exception):
    """AWS did not say what time it is."""


class Aws:
    """Makes each client once, retried call by call; counts the requests and keeps AWS's own time."""

    def __init__(self, connect: Callable[..., Any]) -> None:
        self._connect = connect
        self._clients: dict[str, Any] = {}
        self._connecting = threading.Lock()
        self._lock = threading.Lock()
        self.calls = 0
        self.now: datetime | None = None  # AWS's clock, from its last answer

    @classmethod
    def of(cls, module: AnsibleAWSModule) -> Aws:
        """With the options of a module."""
        return cls(connecting(module))

    def __call__(self, service: str) -> Any:
        """The client of a service."""
        with self._connecting:
            if service not in self._clients:
                self._clients[service] = retrying(self._heard(self._connect(service)))
            return self._clients[service]

    def own(self, service: str, config: Config) -> Any:
        """A client for one caller alone, configured as it needs it; trying again is left to the caller."""
        with self._connecting:
            return refusing_pages(self._heard(self._connect(service, config=config)))

    def time(self) -> datetime:
        """The time by AWS's clock."""
        if self.now is None:
            raise NoClockError("AWS's answers carry no date: give the time with the option now.")
        return self.now

    def _heard(self, client: Any) -> Any:
        client.meta.events.register("before-send", self._count)
        client.meta.events.register("after-call", self._read_clock)
        return client

    def _count(self, **_event: Any) -> None:
        with self._lock:
            self.calls += 1

    def _read_clock(self, http_response: Any, **_event: Any) -> None:
        if told := _http_date(http_response.headers.get("Date", "")):
            with self._lock:
                self.now = max(told, self.now or told)


def _http_date(text: str) -> datetime | None:
    """The date of an answer. HTTP's are all in GMT, also where a proxy has put its own behind AWS's.

    https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
    """
    try:
        told = parsedate_to_datetime(text)
    except ValueError:
        return None
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told


def settled(look: Callable[[], Answer], is_told: Callable[[Answer], bool]) -> Answer:
    """What AWS answers once it tells of a change, or a minute later: attributes of a queue take that long.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
    """
    answer = look()
    for _again in range(LOOKS):
        if is_told(answer):
            break
        time.sleep(SECONDS_BETWEEN)
        answer = look()
    return answer


def attempt(call: Callable[[], None]) -> str:
    """Have something done, and return what AWS says against it; empty if it was done."""
    try:
        call()
    except (BotoCoreError, ClientError) as error:
        return str(error)
    return ""


@contextlib.contextmanager
def during(what: str) -> Iterator[None]:
    """Have an error of AWS's tell what could not be done, for `told_of`."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        error.add_note(what)
        raise


def told_of(error: Exception, otherwise: str) -> str:
    """What could not be done."""
    return next(iter(getattr(error, "__notes__", ())), otherwise)


def ask(service: str, question: Callable[[], Answer]) -> Answer | Refusal:
    """What AWS answers, or how it refused that; the service is named as IAM names it.

    Who cannot ask AWS anything gets the exception.
    """
    try:
        return question()
    except ClientError as error:
        problem = error.response["Error"]
        if problem["Code"] in NOBODY:
            raise
        permission = PERMISSIONS.get(error.operation_name, error.operation_name)
        return Refusal(
            call=permission if ":" in permission else f"{service}:{permission}",
            code=problem["Code"],
            message=problem.get("Message", ""),
            denied=problem["Code"] in DENIED,
        )
