# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One load of an export in a process of its own: ``WAY FOLDER URL``."""

from __future__ import annotations

import base64
import gzip
import json
import os
import sys
from pathlib import Path
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._load import apply
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.folder import folder_source
from local_aws.server.environment import environment

TABLE = "bench"


class Journal:
    """A journal that nobody goes on from."""

    def read(self) -> None:
        return None

    def write(self, document: dict[str, Any]) -> None:
        json.dumps(document)


def load(place: Path) -> None:
    """As the module restore does."""
    reading = read.open_backup(folder_source(place))
    done = apply.load(Aws(boto3.client), TABLE, reading, apply.Options(), Journal(), lambda _progress: None)
    if done.items != reading.items:
        sys.exit(f"{done.items} items were loaded.")


def batch_writer(place: Path) -> None:
    """As boto3's documentation does, with the items that its resources take."""
    deserialize = TypeDeserializer().deserialize
    with boto3.resource("dynamodb").Table(TABLE).batch_writer() as batch:
        for file in sorted(place.rglob("*.json.gz")):
            with gzip.open(file, "rb") as stream:
                for line in stream:
                    item = json.loads(line)["Item"]
                    if "token" in item:  # the only binary value
                        item["token"]["B"] = base64.b64decode(item["token"]["B"])
                    batch.put_item(Item={name: deserialize(value) for name, value in item.items()})


def main() -> None:
    way, place, url = sys.argv[1:]
    os.environ.update(environment(url))
    {"load": load, "batch_writer": batch_writer}[way](Path(place))


if __name__ == "__main__":
    main()
