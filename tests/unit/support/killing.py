# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Ends a restore as `kill -9` does, where a test wants it: nothing of it is told, or tidied up."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._drill import apply_one
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import apply, apply_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore.state import State


class KilledError(BaseException):
    """Nothing in the module catches it."""


@contextmanager
def killed_in(phase: str) -> Iterator[None]:
    """When it has noted that it is in a phase."""
    write = apply_state.Keeper.write

    def killing(keeper: Any, found: State) -> None:
        write(keeper, found)
        if found.phase == phase:
            raise KilledError

    yield from _killed(apply_state.Keeper, "write", killing)


@contextmanager
def killed_when_made() -> Iterator[None]:
    """When AWS has begun to make the table, before that was noted."""
    make = apply.make

    def killing(*arguments: Any) -> None:
        make(*arguments)
        raise KilledError

    yield from _killed(apply, "make", killing)


@contextmanager
def nothing_tidied_up() -> Iterator[None]:
    """A process that is killed removes no table of a drill at its end."""

    def killed(*_arguments: Any) -> None:
        raise KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apply_one, "_removed", killed)
        yield


def _killed(where: Any, name: str, killing: Any) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(where, name, killing)
        try:
            yield
        except KilledError:
            return
    pytest.fail("nothing was killed")
