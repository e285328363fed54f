# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the alerts topic is told, held to docs/schemas/alert-1.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/schemas/alert-1.json").read_text(encoding="utf-8"))
MOST_BYTES = 262_144  # of a message of SNS and its attributes, and of what a state hands on


def alert(text: str) -> dict[str, Any]:
    """The document that a program gets; it is as the schema says."""
    document: dict[str, Any] = json.loads(text)
    Draft202012Validator(SCHEMA).validate(document)
    return document


def published(arguments: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """What Publish is given: the words for people, and the document for programs."""
    assert arguments["MessageStructure"] == "json"
    texts = json.loads(arguments["Message"])
    assert texts.keys() == {"default", "email", "sms"}
    assert texts["sms"] == texts["email"][:1600]
    attributes = arguments["MessageAttributes"]
    document = alert(texts["default"])
    tables = [each["table"] for each in document["tables"]]
    assert json.loads(attributes.get("tables", {"StringValue": "[]"})["StringValue"]) == tables
    assert attributes["kind"]["StringValue"] == document["kind"]
    size = len(arguments["Message"].encode())
    size += sum(len(name + each["DataType"] + each["StringValue"]) for name, each in attributes.items())
    assert max(size, len(json.dumps(arguments))) < MOST_BYTES
    return texts["email"], document
