# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module put_back returns of a plan that is not written, or not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import plan_document
from .refusals import to_acknowledge
from .rule import CONFLICT, DELETE, EXPIRED, PUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .asked import Asked
    from .plan_document import Plan

PLANNED = "planned"


def planned(
    plan: Plan,
    asked: Asked,
    bucket: str,
    shown: Sequence[Mapping[str, Any]],
    *,
    refusals: Iterable[str] = (),
) -> dict[str, Any]:
    """A plan as it lies in the bucket. `shown` are some of its items (samples.py).

    `refusals` are why it could not be written now, beside that nobody has confirmed it.
    """
    return {
        "changed": False,
        "succeeded": True,
        "phase": PLANNED,
        "msg": sentence(plan, f"Plan {plan.id}"),
        "plan": plan_document.document(plan),
        "location": f"s3://{bucket}/{plan.folder}",
        "samples": list(shown),
        "confirm": asked.confirmation(plan.table.account),
        "acknowledge": to_acknowledge(plan.effects),
        "refusals": list(refusals),
    }


def sentence(plan: Plan, what: str) -> str:
    """What would be written, and what would be left alone."""
    counts, table = plan.counts, plan.table.name
    if not counts[PUT] + counts[DELETE]:
        told = [f"{what}: there is nothing to write to {table}."]
    else:
        told = [
            f"{what}: would put back {_items(counts[PUT])} of {table} and delete {_items(counts[DELETE])}."
        ]
    if counts[CONFLICT]:
        told.append(f"{_items(counts[CONFLICT])} changed since the incident would be left alone.")
    if counts[EXPIRED]:
        told.append(f"{_items(counts[EXPIRED])} would expire at once, and would be left alone.")
    return " ".join([*told, "Nothing was written to the table."])


def _items(count: int) -> str:
    return f"{count:,} {'item' if count == 1 else 'items'}"
