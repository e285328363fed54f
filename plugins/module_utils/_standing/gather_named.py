# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an inventory names, or names no longer, as it is in the account: keys and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._aws import dynamodb, kms
from .._aws.client import ask
from .._model.refusal import Refusal

if TYPE_CHECKING:
    from .._aws.client import Aws
    from .._model.stack import Deployment


def key_state(aws: Aws, key: str) -> str:
    """The state of a key, empty if there is none; whoever may not ask gets unknown."""
    found = ask("kms", lambda: kms.describe_key(aws("kms"), key))
    if isinstance(found, Refusal):
        return "unknown"
    return str(found["KeyState"]) if found else ""


def unlisted(aws: Aws, deployment: Deployment, listed: list[str] | None) -> dict[str, bool]:
    """The tables that are backed up and not listed, and whether they are there."""
    if listed is None:
        return {}
    deployed = {table.name for stack in deployment.machinery for table in stack.tables}
    names = sorted(deployed - set(listed))
    return {name: dynamodb.describe_table(aws("dynamodb"), name) is not None for name in names}
