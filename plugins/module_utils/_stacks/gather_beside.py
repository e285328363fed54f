# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Machinery that stands in the same account and region under other prefixes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._aws import cloudformation
from .._base import naming
from .._engines.planners import PLANNERS
from . import gather, state

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_beside(client: Any, prefix: str) -> list[dict[str, Any]]:
    """Each other prefix with machinery, and the host of an inventory that deployed it.

    A store without machinery, as a teardown leaves it, costs no more than its backups.
    """
    listed = cloudformation.list_stacks(client, but={"DELETE_COMPLETE", *state.SHELLS})
    return list(_deployed(client, listed, prefix))


def _deployed(client: Any, listed: list[str], prefix: str) -> Iterator[dict[str, Any]]:
    for other, machinery in naming.prefixes(listed, PLANNERS).items():
        store = gather.read_stack(client, naming.store(other)) if other != prefix else None
        if store and store.ours:
            yield {"prefix": other, "host": store.outputs.inventory_host, "stacks": machinery}
