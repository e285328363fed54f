# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a restore ends: what is said of what exists, how to go on, and how to remove it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._base.options import named
from .._model.restored import RESTORE_TAG
from .state import CHECK, CONVERT, FINISHED, MAKE

if TYPE_CHECKING:
    from .state import State


class RestoreError(Exception):
    """A restore that did not come to its end; `told` is what the module returns beside the sentence.

    `why` is the bare reason, without what exists and how to go on.
    """

    interrupted = False  # from outside

    def __init__(self, sentence: str, told: dict[str, Any] | None = None, why: str = "") -> None:
        super().__init__(sentence)
        self.why = why or sentence
        self.told: dict[str, Any] = {"resume": "", "remove": [], "succeeded": False, "changed": False} | (
            told or {}
        )

    def named(self, prefix: str) -> RestoreError:
        """The same with options as users call them."""
        resume = named(self.told["resume"], prefix)
        told = {**self.told, "resume": resume}
        found = RestoreError(named(str(self), prefix), told, named(self.why, prefix))
        found.interrupted = self.interrupted
        return found


@dataclass(frozen=True)
class Standing:
    """What a restore has left."""

    state: State
    state_location: str
    exists: bool  # the table
    resumable: bool = True
    protected: bool = False  # from being deleted
    is_another: bool = False  # the table of that name is not the one of this restore

    @property
    def table(self) -> str:
        """The new table's name."""
        return self.state.target_arn.rpartition("/")[2]

    @property
    def region(self) -> str:
        """Where it is."""
        return self.state.target_arn.split(":")[3]


def nothing_made(why: str, table: str) -> RestoreError:
    """Before anything was made."""
    return RestoreError(f"Nothing was made: {why}", {"target_table": table}, why)


def ended(why: str, left: Standing) -> RestoreError:
    """After something was, or may have been, made."""
    resume = resume_sentence(left) if left.resumable and not left.is_another else ""
    remove = remove_commands(left)
    told = {
        "target_table": left.table,
        "resume": resume,
        "remove": remove,
        "changed": True,
        "phase": left.state.phase,
    }
    sentences = [why if why.endswith(".") else f"{why}.", what_exists(left)]
    sentences += [resume] if resume else []
    sentences += [f"To remove it: {' && '.join(remove)}"] if remove else []
    return RestoreError(" ".join(sentences), told, why)


def as_it_was(state: State) -> dict[str, Any]:
    """What the module returns of a restore that was finished by an earlier call."""
    msg = f"{state.result['msg']} So it was found at {state.result.get('ended', 'its end')[:19]}."
    return {**state.result, "changed": False, "msg": msg}


def advice(state: State, location: str) -> list[tuple[str, str]]:
    """How to go on with what is being made, and how to remove it: sentences, each with what to copy."""
    standing = Standing(state, location, exists=True)
    return [
        ("To go on, call it again with the other options it had, and with", _resume_words(standing)),
        ("To remove it:", " && ".join(remove_commands(standing))),
    ]


def what_exists(left: Standing) -> str:
    """What there is now that was not there before."""
    where = f"Its state is {left.state_location}."
    if left.is_another:
        return (
            f"The table {left.table} in {left.region} is none that this restore has made: it is left alone."
            f" Choose another name with O(to). {where}"
        )
    if left.state.phase in (CHECK, CONVERT) and not left.exists:
        what = "No table was made yet."
        if left.state.phase == CONVERT:
            what += " Beside its state lie files that were converted."
        return f"{what} {where}"
    if not left.exists and left.state.phase == MAKE:
        return f"The table {left.table} in {left.region} is not there, or not yet. {where}"
    if not left.exists:
        return f"The table {left.table} in {left.region} is not there. {where}"
    part = "" if left.state.phase == FINISHED else ", which is not finished: do not use it"
    return f"There is now the table {left.table} in {left.region}{part}. {where}"


def resume_sentence(left: Standing) -> str:
    """How to go on."""
    return f"To go on, call it again with {_resume_words(left)} and the other options it had."


def _resume_words(left: Standing) -> str:
    state = left.state
    words = [
        f"O(table)={shlex.quote(state.same['table'])}",
        f"O(to)={shlex.quote(left.table)}",
    ]
    if not state.same.get("from"):
        words.append(f"O(point)={shlex.quote(str(state.point['id']))}")
    return " ".join(words)


def remove_commands(left: Standing) -> list[str]:
    """The commands that remove the table; the first fails if it is another."""
    if left.is_another:
        return []
    if not left.exists and (left.state.phase in (CHECK, CONVERT) or not left.resumable):
        return []
    region, arn, name = (shlex.quote(each) for each in (left.region, left.state.target_arn, left.table))
    # grep ends with an error where it is another table, so that what follows && is not done.
    if left.state.table_id:
        look = f"describe-table --region {region} --table-name {name} --query Table.TableId"
        commands = [f"aws dynamodb {look} --output text | grep -qx {shlex.quote(left.state.table_id)}"]
    else:
        query = shlex.quote(f"Tags[?Key=='{RESTORE_TAG}'].Value")
        look = f"list-tags-of-resource --region {region} --resource-arn {arn} --query {query}"
        commands = [f"aws dynamodb {look} --output text | grep -qx {shlex.quote(left.state.digest)}"]
    if left.protected:
        commands.append(
            f"aws dynamodb update-table --region {region} --table-name {name} "
            "--no-deletion-protection-enabled"
        )
    return [*commands, f"aws dynamodb delete-table --region {region} --table-name {name}"]
