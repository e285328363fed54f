# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An end to all that goes on by itself in an account, so that time costs nothing there any more.

A test's account stays when the test has ended: what its schedules, pipelines and alarms do each time that
another test moves the clock takes minutes in the end. AWS has nothing like it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.core.responses import request_scope

from . import control

if TYPE_CHECKING:
    from collections.abc import Callable

_stores: list[tuple[Any, Callable[[str], object]]] = []


def install() -> None:
    control.route("POST", "silence", _silence)


def ends(store: Any, end: Callable[[str], object] | None = None) -> None:
    """What is in this store goes on by itself; ``end`` ends what is under a key, or it is forgotten."""
    _stores.append((store, end or (lambda key: store.pop(key, None))))


def _silence(arguments: dict[str, Any]) -> dict[str, str]:
    account = str(arguments["account"])
    for store, end in _stores:
        for owner, region, key in list(store.to_dict()):
            if owner == account:
                with request_scope(account, region):
                    end(key)
    return {"account": account}
