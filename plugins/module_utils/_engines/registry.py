# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The engines at work, in the order of planners.py.

Ansible sends along with a module only what it can see imported here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .data_pipeline import engine as data_pipeline
from .export import engine as export

if TYPE_CHECKING:
    from .interface import Engine

ENGINES: dict[str, Engine] = {
    each.NAME: each
    for each in (
        export,
        data_pipeline,
    )
}


def engine_of(folder: str) -> Engine:
    """The engine that has made a folder of the bucket."""
    return next(engine for engine in reversed(ENGINES.values()) if engine.holds(folder))
