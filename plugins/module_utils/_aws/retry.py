# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Retries for every call of a client, each call (and each page of a listing) by itself."""

from __future__ import annotations

import sys
from typing import Any, TypeVar

from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry

from .._model.codes import SERVER_ERROR, THROTTLED

# Every module comes here before it asks AWS anything.
if sys.version_info < (3, 11):  # noqa: UP036 - the interpreter is the user's choice
    raise ImportError(
        f"the collection tablekeeper.dynamodb needs Python 3.11 or newer, and {sys.executable} is "
        f"{sys.version_info.major}.{sys.version_info.minor}: set ansible_python_interpreter to a newer one"
    )

try:
    from botocore.exceptions import BotoCoreError
except ImportError:  # handled by AnsibleAWSModule
    BotoCoreError = Exception  # type: ignore[assignment,misc]  # a stand-in: nothing is asked without it

Client = TypeVar("Client")

PAGES = ("text/html", "application/xhtml+xml")
# "Later", in the words of one service. In another the same word may mean that a quota is full.
BUSY = {
    "dynamodb": ("LimitExceededException",),  # so many operations on tables at once
    "iam": ("ConcurrentModification", "ConcurrentModificationException", "EntityTemporarilyUnmodifiable"),
    "kms": ("DependencyTimeoutException", "KMSInternalException"),
    "s3": ("OperationAborted",),  # another change of the bucket is under way
    "scheduler": ("ConflictException",),
    "sns": ("ConcurrentAccess", "ConcurrentAccessException", "KMSThrottling", "KMSThrottlingException"),
    "stepfunctions": ("ConflictException", "KmsThrottlingException"),
}
# What may take minutes. Tables that were just made are waited for in the engine export, for all at once.
SETTLING = {
    # A machine of the same name is still being deleted, or too many executions are open.
    ("stepfunctions", "StartExecution"): ("ExecutionLimitExceeded", "StateMachineDeleting"),
}


class NotAwsError(BotoCoreError):
    """Somebody else has answered, such as a proxy that wants a login."""

    fmt = (
        "{operation} was answered with a web page ({status}), and not by AWS: see to which proxy or endpoint"
        " calls go (HTTPS_PROXY, NO_PROXY, AWS_ENDPOINT_URL, endpoint_url)"
    )


def retrying(client: Client) -> Client:
    """The same client. All its methods, and its paginators for each page, ask through one that is retried."""
    asking: Any = refusing_pages(client)
    service, ask = asking.meta.service_model.service_name, asking._make_api_call  # noqa: SLF001 - see below

    def patiently(operation: str, parameters: dict[str, Any]) -> Any:
        return _patience(service, operation)(ask)(operation, parameters)

    asking._make_api_call = patiently  # noqa: SLF001 - no public one is asked for every operation
    return client


def refusing_pages(client: Client) -> Client:
    """The same client, which takes nobody's web page for an answer of AWS's."""
    listening: Any = client
    listening.meta.events.register("before-parse", _refuse_pages)
    return client


def _refuse_pages(operation_model: Any, response_dict: dict[str, Any], **_event: Any) -> None:
    """A page with which a gateway of AWS says that it is at work too much is left to the retries."""
    status, content = response_dict["status_code"], response_dict["headers"].get("Content-Type", "")
    if content.lower().startswith(PAGES) and status < SERVER_ERROR:
        raise NotAwsError(operation=operation_model.name, status=status)


def _patience(service: str, operation: str) -> Any:
    """Some that gives up after a minute or two; for what has to settle, after six or so."""
    codes = [*THROTTLED, *BUSY.get(service, ())]
    if later := SETTLING.get((service, operation)):
        return AWSRetry.jittered_backoff(
            retries=40, delay=2, max_delay=20, catch_extra_error_codes=[*codes, *later]
        )
    return AWSRetry.jittered_backoff(retries=8, delay=1, max_delay=20, catch_extra_error_codes=codes)
