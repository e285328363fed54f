# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One execution while it runs: its history, its end, and AWS's limits on both.

Imitates "Service quotas for AWS Step Functions": 25,000 history events, 262,144 bytes of payload
(docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ministack.core.responses import now_iso
from ministack.services import stepfunctions as sf

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_EVENTS = 25_000
MAX_PAYLOAD = 262_144

Json = Any
Context = dict[str, Any]
State = dict[str, Any]
Finished = Callable[[dict[str, Any]], None]

finished_listeners: list[Finished] = []
started_listeners: list[Finished] = []


class _Workers:
    """How many threads work for executions and do not just wait for time to pass."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0

    def busy(self) -> bool:
        return self._count > 0

    def count(self, difference: int) -> None:
        """Count a thread that begins to work (1), or that ends (-1)."""
        with self._lock:
            self._count += difference

    @contextlib.contextmanager
    def counted(self, difference: int) -> Iterator[None]:
        """Count a thread for as long as it works (1), or pauses (-1)."""
        self.count(difference)
        try:
            yield
        finally:
            self.count(-difference)


workers = _Workers()


class StoppedError(Exception):
    """The execution was stopped, or timed out, while this thread worked for it."""


class TerminalError(sf._ExecutionError):  # type: ignore[misc]  # ministack carries no types
    """A failure that no Retry and no Catch may touch."""


def error(name: str, cause: str) -> Exception:
    """Return the exception ministack's interpreter raises for a failed state."""
    failure: Exception = sf._ExecutionError(name, cause)
    return failure


@dataclass
class Run:
    """One execution being walked: its record, its machine, and the run it is a child of."""

    record: dict[str, Any]
    role: str
    parent: Run | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    sibling_failed: threading.Event = field(default_factory=threading.Event)
    attempt: int = field(
        init=False
    )  # how often it was redriven: what an earlier attempt left running must end

    def __post_init__(self) -> None:
        self.attempt = self.record.get("redriveCount", 0)

    def over(self) -> bool:
        """Whether nobody needs it any more."""
        return self._ended() or self.sibling_failed.is_set()

    def _ended(self) -> bool:
        again = self.record.get("redriveCount", 0) != self.attempt
        return again or bool(self.record["status"] != "RUNNING")

    def check(self) -> None:
        """Raise if this execution, or the one that started it, is no longer running, or may not go on."""
        if self.record.get("_machine_deleted"):
            machine = self.record["stateMachineArn"].split(":")[6]
            cause = f"State machine {machine} has been deleted."
            self.close(
                "FAILED",
                "ExecutionFailed",
                "executionFailedEventDetails",
                error="States.Runtime",
                cause=cause,
            )
        if self.over():
            raise StoppedError
        if self.parent is not None:
            self.parent.check()

    def event(self, kind: str, detail_key: str = "", **details: Json) -> None:
        """Append one history event; the 25,000th ends the execution."""
        self.check()
        with self.lock:
            events = self.record["events"]
            if len(events) >= MAX_EVENTS - 1:
                raise TerminalError(
                    "States.Runtime",
                    f"The execution reached the maximum number of history events ({MAX_EVENTS}).",
                )
            event = {
                "id": len(events) + 1,
                "previousEventId": len(events),
                "type": kind,
                "timestamp": now_iso(),
            }
            if detail_key:
                event[detail_key] = details
            events.append(event)

    def close(self, status: str, kind: str, detail_key: str, **details: Json) -> None:
        """End the execution once; a second end (a stop that raced) is ignored."""
        with self.lock:
            if self._ended():
                return
            events = self.record["events"]
            events.append({
                "id": len(events) + 1, "previousEventId": len(events), "type": kind,
                "timestamp": now_iso(), detail_key: details,
            })  # fmt: skip
            self.record.update(stopDate=now_iso(), **details)
            self.record["status"] = status
        sf._emit_execution_status_event(self.record)
        for listener in finished_listeners:
            listener(self.record)


def reopen(record: dict[str, Any]) -> None:
    """Let an execution that has ended go on; threads of its earlier attempt end as soon as they look."""
    count, events = record.get("redriveCount", 0) + 1, record["events"]
    record.update(
        redriveCount=count, redriveDate=now_iso(), stopDate=None, output=None, error=None, cause=None
    )
    record["status"] = "RUNNING"
    events.append({
        "id": len(events) + 1, "previousEventId": 0, "type": "ExecutionRedriven", "timestamp": now_iso(),
        "executionRedrivenEventDetails": {"redriveCount": count},
    })  # fmt: skip


def jsonata(state: State, ctx: Context) -> bool:
    """Whether the state is written in JSONata."""
    return bool(sf._state_query_language(state, ctx) == "JSONata")


def limited(value: Json, where: str) -> str:
    """Return the value as JSON text, refusing what is larger than a state may pass on."""
    text = json.dumps(value)
    if len(text.encode()) > MAX_PAYLOAD:
        raise error(
            "States.DataLimitExceeded",
            f"The state/task '{where}' returned a result with a size exceeding the maximum number of bytes "
            "service limit.",
        )
    return text
