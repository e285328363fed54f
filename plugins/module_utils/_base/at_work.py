# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who is at work on what keeps a state, such as a restore, so that no second call goes on with it meanwhile.

A process on this machine is at work as long as it lives. Of another machine nobody knows: what has not been
seen for some minutes counts as killed.
"""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# A process notes the time in the state about each minute.
SEEN_EVERY_SECONDS = 60
QUIET = timedelta(minutes=3)


def mark(now: datetime) -> dict[str, Any]:
    """This process, seen now."""
    return {"host": socket.gethostname(), "pid": os.getpid(), "seen": now.isoformat()}


def other(found: Mapping[str, Any], now: datetime) -> str:
    """The other process that is at work, in words; empty if there is none, or if it was killed."""
    if not found or now - datetime.fromisoformat(found["seen"]) > QUIET:
        return ""
    if found["host"] == socket.gethostname() and (found["pid"] == os.getpid() or not _lives(found["pid"])):
        return ""
    return f"process {found['pid']} on {found['host']}, last seen {found['seen'][:19]}"


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
