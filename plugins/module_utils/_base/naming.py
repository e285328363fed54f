# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names that AWS accepts, and that stay apart, for every legal table name."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

PREFIX = "tablekeeper"  # where none is given
TAG = "tablekeeper-prefix"  # of every stack: the prefix that it belongs to
LONGEST_ALARM = 255
_STORE = "-store"
_UNDO, _UNDO_DIGITS = "-undo-", 10


def digest(name: str, length: int) -> str:
    """A few hexadecimal digits that tell one name from another."""
    return hashlib.sha256(name.encode()).hexdigest()[:length]


def log_group(prefix: str) -> str:
    """The log group of the state machines."""
    return f"/aws/vendedlogs/states/{prefix}"


def kept(prefix: str, account: str, region: str, bucket: str = "", log_bucket: str = "") -> dict[str, str]:
    """The names of what a store keeps when it is removed, by logical id."""
    return {
        "Bucket": bucket or f"{prefix}-{account}-{region}",
        "LogGroup": log_group(prefix),
        "LogBucket": log_bucket or f"{prefix}-logs-{account}-{region}",
    }


def logical_id(table: str) -> str:
    """Stem of a table's logical ids: CloudFormation allows letters and digits only."""
    return "T" + re.sub(r"[^A-Za-z0-9]", "", table)[:40] + digest(table, 12)


def topic(prefix: str, table: str, mark: str = "") -> str:
    """A table's heartbeat topic: SNS allows no dot, so a.b and a_b differ by their digests.

    Each engine has its own mark, so that a table can change its engine: for a while both stacks know it.
    """
    return f"{prefix}-heartbeat-{table.replace('.', '_')[:180]}-{digest(table + mark, 10)}"


def alarm(prefix: str, table: str, mark: str = "") -> str:
    """A table's missed-run alarm, with the whole table name in it if it fits; each engine's is another."""
    name = f"{prefix}-missed-{table}"
    if len(name + mark) <= LONGEST_ALARM:
        return name + mark
    return f"{name[: LONGEST_ALARM - 11 - len(mark)]}-{digest(table, 10)}{mark}"


def drills_topic(prefix: str, stack: str) -> str:
    """The heartbeat topic of the drills of a stack's tables: no table has a slash in its name."""
    return f"{prefix}-heartbeat-{stack.removeprefix(f'{prefix}-')}-drills-{digest(f'{stack}/drills', 10)}"


def drills_alarm(stack: str) -> str:
    """The alarm that tells of drills which were missed."""
    return f"{stack}-missed-drills"


def aborted_alarm(machine: str) -> str:
    """The alarm that tells of a state machine's stopped runs, by the machine's ARN; a heartbeat has none."""
    return f"{machine.rpartition(':')[2]}-run-aborted"


def points(table: str, retention_days: int) -> str:
    """Where a table's points lie in the bucket; the bucket's lifecycle rules go by the first part."""
    return f"retain-{retention_days}d/{table}"


def subscription(protocol: str, endpoint: str) -> str:
    """The logical id of a subscriber of the alerts topic."""
    return f"Subscription{digest(f'{protocol} {endpoint}', 12)}"


def store(prefix: str) -> str:
    """The stack that holds what outlives the machinery."""
    return f"{prefix}{_STORE}"


def dashboard(prefix: str, region: str) -> str:
    """The name of the store's dashboard; CloudWatch knows one of a name in all regions."""
    return f"{prefix}-{region}"


def stack(prefix: str, engine: str, number: int) -> str:
    """A stack of machinery."""
    return f"{_machinery(prefix, engine)}{number}"


def stack_number(prefix: str, engine: str, name: str) -> int | None:
    """The number of a stack of machinery; None for any other stack."""
    found = re.fullmatch(re.escape(_machinery(prefix, engine)) + r"([1-9][0-9]{0,3})", name)
    return int(found[1]) if found else None


def undo_job(prefix: str, table: str) -> str:
    """The stack of the job that undoes on many machines, and the job: one for each table."""
    return f"{prefix}{_UNDO}{digest(table, _UNDO_DIGITS)}"


def is_undo_job(prefix: str, name: str) -> bool:
    """Whether a stack has the name of such a job."""
    return bool(re.fullmatch(rf"{re.escape(prefix)}{_UNDO}[0-9a-f]{{{_UNDO_DIGITS}}}", name))


def prefixes(stacks: Collection[str], engines: Collection[str]) -> dict[str, list[str]]:
    """The prefixes under which there are a store and machinery, each with the names of that machinery."""
    stores = sorted(name.removesuffix(_STORE) for name in stacks if name.endswith(_STORE))
    machinery = {
        prefix: sorted(
            name for name in stacks if any(stack_number(prefix, engine, name) for engine in engines)
        )
        for prefix in stores
    }
    return {prefix: names for prefix, names in machinery.items() if names}


def arn(neighbour: str, service: str, resource: str) -> str:
    """The ARN of a resource in the partition, account and region of another ARN."""
    _scheme, partition, _service, region, account, _resource = neighbour.split(":", 5)
    return f"arn:{partition}:{service}:{region}:{account}:{resource}"


def _machinery(prefix: str, engine: str) -> str:
    return f"{prefix}-{engine.replace('_', '-')}-"


def confirmation(prefix: str, account: str) -> str:
    """What has to be typed again: the prefix is the same everywhere, the account is not."""
    return f"{prefix}@{account}"
