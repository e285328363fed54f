# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A load of a folder in a process that can be killed, with its journal in S3."""

from __future__ import annotations

import sys
from pathlib import Path

import boto3

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._load import apply
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._load.apply_journal import Journal
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.folder import folder_source
from tests.unit.support.loading import TABLE


def main() -> None:
    aws = Aws(boto3.client)
    reading = read.open_backup(folder_source(Path(sys.argv[1])))
    options = apply.Options(journal_seconds=0.05)
    done = apply.load(aws, TABLE, reading, options, Journal(aws, "bucket", "journal"), lambda _progress: None)
    sys.stdout.write(str(done.items))


if __name__ == "__main__":
    main()
