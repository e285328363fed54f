# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an inventory names, or names no longer, as it is in the account: keys and tables,
and whether a name is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._aws import cloudwatch, dynamodb, kms
from .._aws.client import ask
from .._base import naming
from .._model.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._aws.client import Aws
    from .._model.stack import Deployment


def key_state(aws: Aws, key: str) -> str:
    """The state of a key, empty if there is none; whoever may not ask gets unknown."""
    found = ask("kms", lambda: kms.describe_key(aws("kms"), key))
    if isinstance(found, Refusal):
        return "unknown"
    return str(found["KeyState"]) if found else ""


def dashboard(aws: Aws, prefix: str, templates: Mapping[str, Mapping[str, Any]]) -> str:
    """The name of the store's dashboard, if there is one that is not in its template (they are by stack).

    Empty if there is none, or who asks may not know: CloudFormation then refuses to make it.
    """
    resources = templates.get(naming.store(prefix), {}).get("Resources", {}).values()
    if any(each["Type"] == "AWS::CloudWatch::Dashboard" for each in resources):
        return ""
    client = aws("cloudwatch")
    name = naming.dashboard(prefix, client.meta.region_name)
    found = ask("cloudwatch", lambda: cloudwatch.get_dashboard(client, name))
    return "" if found is None or isinstance(found, Refusal) else name


def unlisted(aws: Aws, deployment: Deployment, listed: list[str] | None) -> dict[str, bool]:
    """The tables that are backed up and not listed, and whether they are there."""
    if listed is None:
        return {}
    deployed = {table.name for stack in deployment.machinery for table in stack.tables}
    names = sorted(deployed - set(listed))
    return {name: dynamodb.describe_table(aws("dynamodb"), name) is not None for name in names}
