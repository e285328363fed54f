# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run tells people while it goes on and when it has ended: lines, from results and a clock."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from .._base import grouping, sizes
from .._base.advice import advice

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from .._model.run import TableResult

HEARTBEAT_SECONDS = 300.0
MOST_NAMED = 20


@dataclass
class Progress:
    """Turns results into lines: one for every table that ended, and a sign of life when nothing does."""

    tables: Collection[str]
    clock: Callable[[], float]
    heartbeat_seconds: float = HEARTBEAT_SECONDS
    results: dict[str, TableResult] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._began = self._spoke = self.clock()

    @property
    def running(self) -> list[str]:
        return sorted(set(self.tables) - set(self.results))

    @property
    def failed(self) -> list[TableResult]:
        return [self.results[table] for table in sorted(self.results) if not self.results[table].ok]

    @property
    def minutes(self) -> int:
        return int(self.elapsed // 60)

    @property
    def elapsed(self) -> float:
        return self.clock() - self._began

    def states(self) -> list[dict[str, Any]]:
        """Every table with its state and what is known of its backup."""
        return [self._state(table) for table in sorted(self.tables)]

    def _state(self, table: str) -> dict[str, Any]:
        result = self.results.get(table)
        if result is None:
            return {"table": table, "state": "running"}
        known = {key: value for key, value in asdict(result).items() if key not in ("table", "ok")}
        if not result.ok:
            del known["items"], known["bytes"]
        state = "succeeded" if result.ok else "failed"
        return {
            "table": table,
            "state": state,
            **{key: value for key, value in known.items() if value not in ("", None)},
        }

    def begin(self) -> list[str]:
        """The first line."""
        return self._say([f"{sizes.shortened(self.running)}: started"] if self.running else [])

    def update(self, results: Iterable[TableResult]) -> list[str]:
        """Lines for the tables that ended since the last time, or a heartbeat if that is long ago."""
        fresh = {result.table: result for result in results if result.table in self.running}
        self.results.update(fresh)
        if fresh:
            return self._say([self._line(fresh[table]) for table in sorted(fresh)])
        if self.running and self.clock() - self._spoke >= self.heartbeat_seconds:
            return self._say([f"{sizes.shortened(self.running)}: running, {self.minutes} min"])
        return []

    def _line(self, result: TableResult) -> str:
        if not result.ok:
            return f"{result.table}: FAILED after {self.minutes} min: {result.reason}"
        counts = [_counted(result.items, "item") or _counted(result.files, "file")]
        counts += [sizes.words(result.bytes)] if result.bytes is not None else []
        return ", ".join([f"{result.table}: backed up", f"{self.minutes} min", *filter(None, counts)])

    def _say(self, lines: list[str]) -> list[str]:
        if lines:
            self._spoke = self.clock()
        return lines


def conclusion(progress: Progress, *, waited: bool) -> str:
    """The run in a sentence, or in one for what failed and one for what has not ended."""
    count, sentences = counted(progress.tables), []
    if progress.failed:
        failed = count if len(progress.tables) == 1 else f"{len(progress.failed)} of {count}"
        sentences.append(f"{failed} failed. {_causes(progress.failed)}")
    if progress.running and waited:
        sentences.append(
            f"Still running after {progress.minutes} min: {', '.join(progress.running)}. "
            "AWS goes on with them; the status playbook tells how they ended."
        )
    elif progress.running:
        sentences.append(f"{counted(progress.running)} started; the status playbook tells how it ended.")
    return " ".join(sentences) or f"{count} backed up."


def lacking(not_deployed: Collection[str]) -> list[str]:
    """A sentence on tables that the inventory lists and no stack backs up, if there are any."""
    if not not_deployed:
        return []
    listed = f"Listed in tablekeeper_tables and not deployed: {', '.join(not_deployed)}"
    return [f"{listed}; run the backup playbook, which says why if it cannot."]


def _causes(failed: Collection[TableResult]) -> str:
    """Each cause with what to do about it, as far as that is known, and what to do then."""
    groups = grouping.together((result.table, result.reason.rstrip(".")) for result in failed)
    known = [advice(group[0][1]) for group in groups]
    end = f"{'Then' if all(known) else 'Remove the cause, then'} run the run playbook again {_for(failed)}."
    if not any(known):
        return f"{'; '.join(map(_cause, groups))}. {end}"
    told = [_with_advice(group, to_do) for group, to_do in zip(groups, known, strict=True)]
    return " ".join([*told, end])


def _for(failed: Collection[TableResult]) -> str:
    """Which tables, as long as a line is worth copying."""
    if len(failed) > MOST_NAMED:
        return f"for the {len(failed)} tables that failed"
    return f"with -e tables={','.join(result.table for result in failed)}"


def _with_advice(group: list[tuple[str, str]], to_do: Iterable[str]) -> str:
    given = f"{group[0][1]}."  # what could not be started tells it
    return " ".join([f"{_cause(group)}.", *(each for each in to_do if each not in given)])


def _cause(group: list[tuple[str, str]]) -> str:
    """One cause and its tables; where its text names the first of them, the others follow it."""
    (first, reason), *others = group
    names = [table for table, _reason in others]
    if all(each == reason for _table, each in others):
        return f"{', '.join([first, *names])}: {reason}"
    return f"{first}: {reason} (the same for {', '.join(names)})"


def counted(tables: Collection[str]) -> str:
    """How many tables, in words."""
    return "1 table" if len(tables) == 1 else f"{len(tables)} tables"


def _counted(count: int | None, what: str) -> str:
    if count is None:
        return ""
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"
