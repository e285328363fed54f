# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The execution of a plan, in a process that can be killed: bucket, table and plan are its arguments."""

from __future__ import annotations

import sys

import boto3

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import gather_planned, log
from tests.unit.support.undo_runs import running


def main() -> None:
    bucket, table, plan_id, batch = sys.argv[1:]
    log.MOST_ITEMS = int(batch)
    aws = Aws(boto3.client)
    running(aws, bucket, gather_planned.read_plan(aws, bucket, table, plan_id)).run()


if __name__ == "__main__":
    main()
