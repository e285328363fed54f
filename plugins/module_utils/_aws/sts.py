# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""STS, one function per API call. Clients come from retry.retrying()."""

from __future__ import annotations

import contextlib
from typing import Any

from .._model.place import wrong_account

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError


class WrongAccountError(Exception):
    """The credentials are those of another account than the target's; the text says what to do."""


def caller(client: Any) -> tuple[str, str]:
    """Partition and account of the credentials in use."""
    answer = client.get_caller_identity()
    return str(answer["Arn"]).split(":")[1], str(answer["Account"])


def right_caller(client: Any, params: dict[str, Any]) -> tuple[str, str]:
    """The same, if it is the account that the module's options ask for."""
    partition, found = caller(client)
    if wrong := wrong_account(params["account_id"] or "", found, params["target"] or ""):
        raise WrongAccountError(wrong)
    return partition, found


def account(client: Any) -> str:
    """The account of the credentials in use; empty if STS does not tell, as not every network leads there."""
    try:
        return caller(client)[1]
    except (BotoCoreError, ClientError):
        return ""
