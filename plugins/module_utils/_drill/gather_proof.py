# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What proves that a drill has made a table: its tag or, until that is set, the state of its restore."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from .._aws import dynamodb, table_settings
from .._base import at_work
from .._restore.apply_making import made_before
from .._restore.apply_state import Keeper
from .._restore.options import LOAD, STATE_PREFIX
from .._restore.state import StateError
from . import names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._aws.client import Aws
    from .._restore.state import State
    from .gather import Place

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError

# Until a table is ACTIVE, ListTagsOfResource may answer that there is none.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html
CREATING, DELETING = "CREATING", "DELETING"
# What a state raises that somebody has changed so that it has not the shape of one any more.
MISSHAPEN = (AttributeError, KeyError, TypeError, ValueError)


def is_tagged(aws: Aws, where: Place, name: str) -> bool:
    """Whether a table has name and tag of a drill's."""
    found = table_settings.tags(aws("dynamodb"), where.arn(name))
    return names.is_of_a_drill(where.prefix, name, {each["Key"]: each["Value"] for each in found})


def is_gone(aws: Aws, name: str) -> bool:
    """Whether there is no such table any more: of one, ListTagsOfResource may answer that it is denied."""
    with contextlib.suppress(ClientError, BotoCoreError):
        return dynamodb.describe_table(aws("dynamodb"), name) is None
    return False


def at_work_on(aws: Aws, where: Place, name: str) -> str:
    """The other drill that is at work on a table, in words; empty if there is none, or it was killed."""
    try:
        state = Keeper(aws, where.bucket, STATE_PREFIX, name).read()
        return at_work.other(state.at_work, aws.time()) if state else ""
    except (StateError, *MISSHAPEN):
        return ""


def why_not(aws: Aws, where: Place, name: str, table: Mapping[str, Any]) -> str:
    """Why nobody knows that a drill has made this table, as a part of a sentence; empty if it has."""
    if table["TableStatus"] != CREATING and is_tagged(aws, where, name):
        return ""
    return why_unproven(aws, where, name, table)


def why_unproven(aws: Aws, where: Place, name: str, table: Mapping[str, Any]) -> str:
    """Why the state of its restore does not prove it, for a table without the tag; empty if it does.

    It proves it only as long as the tag was not set yet: whoever takes it away wants to keep the table. One
    that AWS is making has no tags that could be asked for: that a state names it is enough to wait for it,
    and it is asked again before it is removed.
    """
    keeper = Keeper(aws, where.bucket, STATE_PREFIX, name)
    no_tag = f"it has no tag {names.TAG} with the value {names.tag_value(where.prefix, name)}"
    try:
        state = keeper.read()
        if state is None:
            return f"{no_tag}, and there is no {keeper.location}"
        if state.same.get("tags", {}).get(names.TAG) != names.tag_value(where.prefix, name):
            return f"{no_tag}, and {keeper.location} is of no drill"
        if table["TableStatus"] == CREATING:
            return ""
        if _was_tagged(state):
            return f"somebody has taken the tag {names.TAG} from it"
        made = made_before(aws, state, table)
    except (StateError, *MISSHAPEN) as error:
        return f"{no_tag}, and {keeper.location} cannot be read ({error})"
    return "" if made else f"{no_tag}, and is not the table that {keeper.location} tells of"


def _was_tagged(state: State) -> bool:
    """Whether the table had its tags before: with CreateTable, or by the step that sets them."""
    return state.way == LOAD or any(each.split(" ")[0] == "tags" for each in state.done)
