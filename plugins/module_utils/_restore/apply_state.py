# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Reads and writes the state and the reports of restores, objects in the store's bucket."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .._aws import s3
from . import state

if TYPE_CHECKING:
    from .._aws.client import Aws
    from .state import State


class Keeper:
    """The objects of one restore."""

    def __init__(self, aws: Aws, bucket: str, prefix: str, table: str) -> None:
        self._client, self.bucket = aws("s3"), bucket
        self.folder = f"{prefix}{table}/"

    @property
    def location(self) -> str:
        """Where the state lies, as people write it."""
        return f"s3://{self.bucket}/{self.folder}state.json"

    def read(self) -> State | None:
        """The state, None if there is none; StateError if it cannot be read."""
        body = s3.get_object(self._client, self.bucket, f"{self.folder}state.json")
        return state.from_json(body.read()) if body else None

    def write(self, found: State) -> None:
        """Replace the state."""
        s3.put_object(self._client, self.bucket, f"{self.folder}state.json", found.to_json().encode())

    def report(self, document: dict[str, Any], beside: tuple[str, str] | None) -> list[str]:
        """Write the report, also beside the point if it is one of ours (its bucket and prefix)."""
        name = self.folder.rstrip("/").rpartition("/")[2]
        places = [(self.bucket, f"{self.folder}report.json")]
        places += [(beside[0], f"{beside[1]}/restores/{name}.json")] if beside else []
        text = json.dumps(document, indent=2, default=str).encode() + b"\n"
        for bucket, key in places:
            s3.put_object(self._client, bucket, key, text)
        return [f"s3://{bucket}/{key}" for bucket, key in places]
