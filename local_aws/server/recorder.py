# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Remembers the API calls that clients make, per account.

What services do among themselves (a state machine's tasks, CloudFormation's resources) comes by no HTTP, or
with the credentials of a cluster, and is not recorded: it is not a call of any client.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from . import control

if TYPE_CHECKING:
    from .wire import Call

# Credentials of machines inside AWS.
_inside: set[str] = set()
_calls: dict[str, list[dict[str, Any]]] = defaultdict(list)
_lock = threading.Lock()


def install() -> None:
    control.route("GET", "calls", _show)
    control.route("DELETE", "calls", _forget)


def not_a_client(access_key: str) -> None:
    """What comes with these credentials is AWS's own doing."""
    _inside.add(access_key)


def record(call: Call, status: int) -> None:
    """Note an answered call."""
    if call.access_key in _inside:
        return
    entry = {
        "service": call.service,
        "operation": call.operation,
        "region": call.region,
        "time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "status": status,
    }
    with _lock:
        _calls[call.account].append(entry)


def _show(arguments: dict[str, Any]) -> dict[str, Any]:
    with _lock:
        calls = list(_calls.get(_account(arguments), ()))
    counts: dict[str, int] = defaultdict(int)
    for call in calls:
        counts[f"{call['service']}:{call['operation']}"] += 1
    return {"count": len(calls), "operations": counts, "calls": calls}


def _forget(arguments: dict[str, Any]) -> dict[str, Any]:
    with _lock:
        return {"forgotten": len(_calls.pop(_account(arguments), ()))}


def _account(arguments: dict[str, Any]) -> str:
    if "account" not in arguments:
        raise ValueError("Name the account whose calls are meant: ?account=123456789012.")
    return str(arguments["account"])
