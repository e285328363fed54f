# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Point-in-time recovery of tables, without which DynamoDB exports none: switched on, and never off.

It costs money by the size of the table, see https://aws.amazon.com/dynamodb/pricing/.
"""

from __future__ import annotations

import contextlib
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from ..._aws import dynamodb
from ..._aws.client import during, unmasked
from ..._model.codes import DENIED
from ..._model.preparation import Preparation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..._aws.client import Aws

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import ClientError

# A table that was just made has no backups yet; AWS tells no more than to try again later.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html
POLL_SECONDS = 10
LATER = (
    "ContinuousBackupsUnavailableException",
    "LimitExceededException",
    "ResourceInUseException",
    "TableInUseException",
)
_FAILED = "Point-in-time recovery cannot be read or switched on"


def prepare(aws: Aws, wanted: Mapping[str, Any]) -> Preparation:
    """Switch it on where it is still off: a call for each table to see that, and one to change it."""
    client = aws("dynamodb")
    with during(_FAILED):
        off = dynamodb.unexportable(client, unmasked(wanted["recovery"])).disabled
    return Preparation(tuple(off), ("DISABLED", "ENABLED"), partial(_enable, client, off))


def _enable(client: Any, tables: Sequence[str], wait: float) -> dict[str, str]:
    """Switch it on, again and again where AWS puts it off; why not, for each table that has it still off."""
    end = time.monotonic() + wait
    failed = dict.fromkeys(tables, "")
    while True:
        failed = {table: why for table in failed if (why := _enable_one(client, table))}
        if not any(why.startswith(LATER) for why in failed.values()) or time.monotonic() >= end:
            return failed
        time.sleep(POLL_SECONDS)


def _enable_one(client: Any, table: str) -> str:
    """Why it cannot be switched on; empty if it is."""
    try:
        with during(_FAILED):
            dynamodb.enable_point_in_time_recovery(client, table)
    except ClientError as error:
        problem = error.response["Error"]
        if problem["Code"] in DENIED:
            raise  # all other tables are refused as well
        return f"{problem['Code']}: {problem.get('Message', '')}"
    return ""
