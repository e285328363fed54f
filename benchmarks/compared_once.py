# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One comparison in a process of its own, so that its memory can be told: ``WAY FOLDER ITEMS URL``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import boto3

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare import gather
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.folder import folder_source
from local_aws.server.environment import environment

KEYS = {"pk": "S", "sk": "N"}


def main() -> None:
    way, place, items, url = sys.argv[1:]
    reading, other = (read.open_backup(folder_source(Path(place))) for _side in range(2))
    if way == "backups":
        found = gather.compare_readings(reading, other, KEYS, lambda _progress: None)
    else:
        os.environ.update(environment(url))
        options = gather.Options(content=way == "table")
        found = gather.compare(Aws(boto3.client), "bench", KEYS, reading, lambda _progress: None, options)
    if not found.equal or found.found != int(items):
        sys.exit(found.sentence)


if __name__ == "__main__":
    main()
