# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Retries for every call of a client, each call (and each page of a listing) by itself."""

from __future__ import annotations

import sys
from typing import Any, TypeVar

from ansible_collections.amazon.aws.plugins.module_utils.retries import AWSRetry

# Every module comes here before it asks AWS anything.
if sys.version_info < (3, 11):  # noqa: UP036 - the interpreter is the user's choice
    raise ImportError(
        f"the collection tablekeeper.dynamodb needs Python 3.11 or newer, and {sys.executable} is "
        f"{sys.version_info.major}.{sys.version_info.minor}: set ansible_python_interpreter to a newer one"
    )

Client = TypeVar("Client")

# Codes that AWSRetry does not know by itself.
THROTTLED = (
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "ProvisionedThroughputExceededException",
    "LimitExceededException",
    "SlowDown",
    "InternalServerError",
)


def retrying(client: Client) -> Client:
    """The same client; a paginator of it asks for its pages through the retried method."""
    methods: Any = client
    decorate = AWSRetry.jittered_backoff(
        retries=8, delay=1, max_delay=20, catch_extra_error_codes=list(THROTTLED)
    )
    for name in methods.meta.method_to_api_mapping:
        setattr(client, name, decorate(getattr(client, name)))
    return client
