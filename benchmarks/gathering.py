# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What status_info does between its options and its answer, without Ansible around it."""

from __future__ import annotations

import sys

import boto3

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status import gather_answer


def main() -> int:
    options = {name: option.get("default") for name, option in gather_answer.ARGUMENTS.items()}
    if len(sys.argv) > 1:  # of tables whose alarms need not be well
        answer = gather_answer.judged(Aws(boto3.client), {**options, "days": int(sys.argv[1])})
        told = [len(each["days"] or ()) for each in answer["tables"]]
        return 0 if set(told) == {int(sys.argv[1])} else 1
    answer = gather_answer.judged(Aws(boto3.client), options)
    if not answer["healthy"]:
        print(answer["summary"], answer["reasons"], answer["tables"][:1], file=sys.stderr)
    return 0 if answer["healthy"] else 1


if __name__ == "__main__":
    sys.exit(main())
