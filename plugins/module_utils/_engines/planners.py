# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The engines as they are planned, in the order in which they are tried; the first is the default.

Pure, as registry.py is not. Ansible sends along with a module only what it can see imported here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .data_pipeline import planner as data_pipeline
from .export import planner as export

if TYPE_CHECKING:
    from .planning import EntryKey, Planner

PLANNERS: dict[str, Planner] = {
    each.NAME: each
    for each in (
        export,
        data_pipeline,
    )
}
DEFAULT = next(iter(PLANNERS))


def keys() -> dict[str, tuple[str, EntryKey]]:
    """The keys of table entries that only one engine has, each with the name of that engine."""
    return {key: (name, own) for name, planner in PLANNERS.items() for key, own in planner.KEYS.items()}
