# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why a task failed, in text that may be shown to anybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .._base.advice import LIKE_REFUSALS, advice
from .._base.masking import hidden

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST = 2000
MOST_REASONS = 5

# What Ansible puts before the words of a filter that refused something, and before any other words.
_BEFORE_FILTER = re.compile(r"^.*?The filter plugin '[\w.]+' failed: ", re.DOTALL)
_BEFORE = re.compile(r"^(Task failed: )?(Action failed: )?")
# A module that ended without a word of its own: by an error that it did not foresee, or with no message.
_DIED = re.compile(r"^(?:Task failed: )?Module failed: (.*)", re.DOTALL)
_NO_WORDS = re.compile(
    r"(Unknown error|MODULE FAILURE|non-zero return code|Module result deserialization failed)"
)
# What Ansible 2.20 and later put in the place of that error where a task says when it fails.
_REPLACED = "A 'failed_when' expression evaluated to"
_UNKNOWN = "A task failed without saying why: its output tells more."
# What CloudFormation says of resources that it gave up since another had failed.
_CANCELED = re.compile(r"(creation|update|deletion) cancell?ed", re.IGNORECASE)
# What amazon.aws says of a stack that it could not ask about any more, whatever became of that.
_GUESSED = ("Stack Deleted", "Stack Not Found", "Stack not found", "Failed for unknown reasons")
_LOST = "CloudFormation could not be asked how its deployment ended: run this again"
_COMPLETE = re.compile("Stack (CREATE|UPDATE) complete|Stack is already")
# Of the events of a stack, those of itself are named as it is.
_STACK = re.compile(r"AWS::CloudFormation::Stack (\S+)")
# What a task was asked for, of which messages about refusals may say nothing.
_ASKED_FOR = {
    "bucket": "bucket",
    "object": "key",
    "state_machine_arn": "state machine",
}


def failure(result: Mapping[str, Any], secrets: Iterable[str] = ()) -> str:
    """The message of a failed result, or of the items of a loop that failed, and what to do about it."""
    looped = [each for each in result.get("results") or [] if each.get("failed")]
    messages = dict.fromkeys(_message(each) for each in looped or [result])
    told = hidden("\n".join(messages), secrets)
    short = told if len(told) <= LONGEST else f"{told[:LONGEST]}..."
    to_do = [sentence for sentence in advice(told) if sentence not in told]
    return " ".join([f"{short.rstrip('.')}.", *to_do]) if to_do else short


def first_failure(results: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The first result that tells of a failure. A module of ours that went well has no message.

    Those of amazon.aws may have one: s3_object has an address then, and cloudformation a change set.
    """
    singles = (single for result in results for single in result.get("results", [result]))
    failed = (single for single in singles if "msg" in single and not {"url", "meta"} & single.keys())
    return next(failed, None)


def of_stack(deployed: Mapping[str, Any], state: Mapping[str, Any]) -> Mapping[str, Any]:
    """What became of a stack: the reasons go with one that could not be created, and were told before."""
    told_before = "output" in deployed and not _COMPLETE.match(deployed["output"])
    return {**deployed, "msg": ""} if "msg" in state and told_before else state


def reasons(lines: Iterable[str]) -> str:
    """What went wrong first in a stack, of lines that tell what failed in it, the latest first."""
    failed = dict.fromkeys(
        line for line in reversed(list(lines)) if "FAILED" in line and not _CANCELED.search(line)
    )
    shown = [line.strip().rstrip(".") for line in failed][:MOST_REASONS]
    more = len(failed) - len(shown)
    return "; ".join(shown) + (f"; and {more} more" if more else "") + ("." if shown else "")


def _message(result: Mapping[str, Any]) -> str:
    text = _BEFORE_FILTER.sub("", _words(result.get("msg")) or _of_exception(result.get("exception")))
    if _REPLACED in text:
        text = f"Module failed: {_suppressed(str(result.get('failed_when_suppressed_exception', '')))}"
    died = _DIED.match(text)
    if (not text or _NO_WORDS.search(text)) and (found := _beside(result)):
        text = found
    elif died and not _NO_WORDS.search(died[1]):
        text = _unforeseen(died[1])
    elif not text or died:
        text = _UNKNOWN
    return _BEFORE.sub("", text) + _asked_for(result, text)


def _words(told: object) -> str:
    return "\n".join(str(each) for each in told) if isinstance(told, (list, tuple)) else str(told or "")


def _of_exception(exception: object) -> str:
    """What a module died of, as an action plugin gets it: Ansible has not made a message of it yet."""
    told = str(getattr(getattr(exception, "event", None), "msg", ""))
    return f"Module failed: {told}" if told else ""


def _suppressed(traceback: str) -> str:
    """The error that a traceback ends with, where Ansible was asked for tracebacks."""
    last = traceback.strip().rpartition("\n")[2]
    return "" if last.startswith("(") else last


def _unforeseen(error: str) -> str:
    """Words tell an error; a name alone, such as that of a key, tells nobody anything."""
    if " " in error:
        return error
    named = f", {error.rstrip('.')}" if error else ""
    return (
        f"An error that was not expected{named}: ANSIBLE_DISPLAY_TRACEBACK=error in the environment shows"
        " where. Please report it."
    )


def _beside(result: Mapping[str, Any]) -> str:
    """What a result without a message has beside it: that of a stack, or of a module that never began."""
    why = reasons(result.get("log") or ())
    if output := _words(result.get("output")):
        named = (_STACK.search(str(line)) for line in result.get("events") or ())
        name = next((f"The stack {found[1]}:" for found in named if found), "")
        if output.rstrip(".") in _GUESSED:
            output = "" if why else _LOST
        return " ".join(filter(None, [name, output and f"{output.rstrip('.')}.", why]))
    lines = [
        *_words(result.get("module_stderr")).splitlines(),
        *_words(result.get("module_stdout")).splitlines(),
    ]
    said = [line.strip() for line in lines if line.strip()]
    return why or (f"A module could not be run: {said[-1]}" if said else "")


def _asked_for(result: Mapping[str, Any], text: str) -> str:
    """What a refusal is about, where it does not say so itself."""
    if not re.search(LIKE_REFUSALS, text):
        return ""
    given = (result.get("invocation") or {}).get("module_args") or {}
    about = [
        f"{word} {given[key]}"
        for key, word in _ASKED_FOR.items()
        if given.get(key) and given[key] not in text
    ]
    return f" ({', '.join(about)})" if about else ""
