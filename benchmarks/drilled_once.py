# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Drills a table and prints the seconds and the processor time of each phase:
``python -m benchmarks.drilled_once TABLE``, as the account of the environment.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._drill import apply_one, options
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._drill.apply import drills
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import apply

if TYPE_CHECKING:
    from collections.abc import Iterator

took: dict[str, list[float]] = {}


@contextmanager
def measured(name: str) -> Iterator[None]:
    start, cpu = time.monotonic(), time.process_time()
    yield
    took[name] = [time.monotonic() - start, time.process_time() - cpu]


def main() -> int:
    phase, removing = apply._Restoring.phase, apply_one._phase  # noqa: SLF001 - phases have no other door

    @contextmanager
    def of_restore(restoring: Any, name: str) -> Iterator[None]:
        with measured(name), phase(restoring, name):
            yield

    @contextmanager
    def of_drill(one: Any, name: str) -> Iterator[None]:
        with measured(name), removing(one, name):
            yield

    apply._Restoring.phase = of_restore  # type: ignore[method-assign]  # noqa: SLF001 - as above, to measure
    apply_one._phase = of_drill  # noqa: SLF001 - as above
    given = {name: each.get("default") for name, each in options.DRILL.items()}
    given |= {"tables": [sys.argv[1]], "wait_sleep": 0.2, "prefix": "tablekeeper"}
    with measured("all"):
        answer = drills(Aws(boto3.client), boto3.Session().region_name, given, check=False)
    if not answer["succeeded"]:
        print(answer["msg"], file=sys.stderr)
        return 1
    print(json.dumps(took))
    return 0


if __name__ == "__main__":
    sys.exit(main())
