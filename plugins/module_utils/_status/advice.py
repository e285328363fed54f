# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The advice to back a table up now, which works only once what keeps it from being backed up is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._model.evidence import SourceTable
from .._model.restored import under_its_name
from .standing import source_reasons, stack_reasons, standing_reasons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .._model.evidence import Evidence, Run
    from .._model.refusal import Refusal

_DEPLOY = "run the backup playbook"
_RECOVERY = "switch point-in-time recovery on (tablekeeper_enable_pitr: true and the backup playbook)"
_KEY = "see to its key, as is told of it"
# What comes first, by the code of what is in the way.
_FIRST = {
    "table_missing": "run the restore playbook with {back}",
    "table_key_unusable": _KEY,
    "recovery_off": _RECOVERY,
    "bucket_missing": _DEPLOY,
    "stack_empty": _DEPLOY,
    "machine_missing": _DEPLOY,
    "role_missing": _DEPLOY,
    "heartbeat_missing": _DEPLOY,
    "key_missing": _KEY,
    "key_unusable": _KEY,
}


def again(evidence: Evidence, otherwise: str = "") -> str:
    """What to do before a table is backed up, then that; `otherwise` comes first if no cause is known."""
    found = {code for code in _codes(evidence) if code in _FIRST}
    back = under_its_name(evidence.table)
    first = dict.fromkeys(what.format(back=back) for code, what in _FIRST.items() if code in found)
    steps = [*(first or filter(None, [otherwise])), f"run the run playbook with -e tables={evidence.table}"]
    return ", then ".join(steps)


def mended(evidence: Evidence, told: Run | None = None) -> str:
    """What to do about why the last run failed; empty if it is gone. `told` is a run whose cause is told."""
    ended = evidence.ended_run()
    if ended and _is_gone(ended, evidence.source):
        return ""
    if told and "playbook" in told.cause:
        return "do that, unless it is done"
    return "mend the cause, unless it is gone"


def _is_gone(run: Run, source: SourceTable | Refusal | None) -> bool:
    """As far as the table itself tells."""
    if not isinstance(source, SourceTable):
        return False
    if "PointInTimeRecoveryUnavailable" in run.error:
        return source.recovery == "ENABLED"
    missed = "TableNotFound" in run.error or "Requested resource not found: Table" in run.cause
    return source.exists and missed


def _codes(evidence: Evidence) -> Iterator[str]:
    yield from (each.code for each in source_reasons(evidence))
    yield from (each.code for each in standing_reasons(evidence))
    for stack in evidence.stacks:
        yield from (each.code for each in stack_reasons(evidence.table, stack))
