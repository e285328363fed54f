# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What tells if the tables of a stack are not drilled as often as they ask for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .._base import naming
from .._base.durations import DAY
from .._model import drill
from .._model.plan import DrillWatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .._model.outputs import TableRecord
    from .._model.plan import TablePlan


def watch(
    prefix: str, stack: str, tables: Sequence[TablePlan], deployed: Iterable[TableRecord], *, always: bool
) -> DrillWatch | None:
    """The topic and the alarm of a stack; None if none of its tables asks for drills.

    The alarm counts if it did already, and the same is asked of the same tables: else a heartbeat that is
    kept alive may reach too far, or not far enough, and its clock is started anew.
    """
    asking = drill.asking(tables)
    if not asking:
        return None
    before = {(each.name, each.drill_every) for each in drill.asking(deployed) if each.drill_armed}
    return DrillWatch(
        name=f"drills of {stack}",
        topic=naming.drills_topic(prefix, stack),
        alarm=naming.drills_alarm(stack),
        window=DAY,
        echo=min(drill.allowed(each.drill_every) for each in asking) - DAY,
        armed=always or before == {(each.name, each.drill_every) for each in asking},
    )


def marked(tables: Iterable[TablePlan], watched: DrillWatch | None) -> list[TablePlan]:
    """The tables of a stack, as it remembers them."""
    return [
        replace(each, drill_armed=watched is not None and watched.armed and bool(drill.asking([each])))
        for each in tables
    ]
