# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is published: a text for each protocol, and attributes; a refusal is the fault, or an empty string.

Imitates "MessageStructure" and "MessageAttributes" of docs.aws.amazon.com/sns/latest/api/API_Publish.html and
docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html. The latter says that attributes are sent only
when the message structure is String: with a text for each protocol no subscriber gets any, and users of
Lambda have seen so. Whether filter policies then see them is not documented; here they do.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ministack.services import sns as ministack_sns

if TYPE_CHECKING:
    from collections.abc import Callable

Attributes = dict[str, dict[str, Any]]

STRUCTURED = "json"
MOST_RAW_ATTRIBUTES = 10
_NAME = re.compile(r"(?!\.)(?!(?i:AWS\.|Amazon\.))(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)")
_TYPE = re.compile(r"String\.Array|(String|Number|Binary)(\.[A-Za-z0-9_.-]+)?")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def install() -> None:
    ministack_sns._resolve_message_for_protocol = lambda message, structure, protocol: text_for(
        protocol, message, structure
    )
    ministack_sns._deliver_to_sqs = _delivering(ministack_sns._deliver_to_sqs)


def _delivering(original: Callable[..., None]) -> Callable[..., None]:
    """A raw message with more attributes than a queue takes is lost, as a client-side error."""

    def deliver(endpoint: str, envelope: str, raw: bool, *more: Any, **options: Any) -> None:
        if raw and len(options.get("message_attributes") or {}) > MOST_RAW_ATTRIBUTES:
            return
        original(endpoint, envelope, raw, *more, **options)

    return deliver


def refused_structure(message: str, structure: str) -> str:
    """A message with a text for each protocol."""
    if not structure:
        return ""
    if structure != STRUCTURED:
        return "Invalid message structure. Must be json"
    try:
        texts = json.loads(message, object_pairs_hook=_without_repetition)
    except ValueError:
        return "Message Structure - JSON message body failed to parse"
    if not isinstance(texts, dict):
        return "Message Structure - JSON message body should be an object."
    if not isinstance(texts.get("default"), str):
        return "Message Structure - No default entry in JSON message body"
    return ""


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def text_for(protocol: str, message: str, structure: str) -> str:
    """What a subscriber of a protocol gets: what is no text counts as left out."""
    if structure != STRUCTURED:
        return message
    texts = json.loads(message)
    found = texts.get(protocol)
    return found if isinstance(found, str) else str(texts["default"])


def refused_attributes(attributes: Attributes) -> str:
    """The attributes of a message."""
    for name, attribute in attributes.items():
        if not _NAME.fullmatch(name):
            return f"Invalid message attribute name: {name}"
        kind = str(attribute.get("DataType") or "")
        if not _TYPE.fullmatch(kind):
            return (
                f"The message attribute '{name}' has an invalid message attribute type, the set of supported"
                " type prefixes is Binary, Number, and String."
            )
        value = attribute.get("BinaryValue" if kind.startswith("Binary") else "StringValue")
        if not value:
            return (
                f"The message attribute '{name}' must contain non-empty message attribute value for message"
                f" attribute type '{kind}'."
            )
        if kind.startswith("Number") and not _NUMBER.fullmatch(str(value)):
            return f"Could not cast message attribute '{name}' value to number."
        if kind == "String.Array" and not _is_array(str(value)):
            return (
                f"The message attribute '{name}' is no JSON array of strings, numbers, true, false or null."
            )
    return ""


def _is_array(text: str) -> bool:
    try:
        found = json.loads(text)
    except ValueError:
        return False
    return isinstance(found, list) and not any(isinstance(each, dict | list) for each in found)
