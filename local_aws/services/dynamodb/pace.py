# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long DynamoDB takes, by the clock of the embedded AWS: hardly any time, unless an account is told.

AWS promises no times. Its tables are made in seconds to minutes, and so are imports; a restore takes minutes
to hours. Here restores and imports take half a second, so that nobody can forget to wait for them.
``tables`` (POST account, and seconds for any of ``SECONDS``) makes it longer for an account.
"""

from __future__ import annotations

from typing import Any

from ministack.core.responses import get_account_id

from local_aws.server import control

SECONDS = {
    "create": 0.0,  # CREATING after CreateTable
    "appear": 0.0,  # until DescribeTable knows a table that CreateTable made
    "update": 0.0,  # UPDATING after UpdateTable
    "index": 0.0,  # backfilling of an index that UpdateTable made
    "restore": 0.5,  # CREATING after a restore
    "reserve": 0.2,  # until the table of an import is there
    "import": 0.3,  # CREATING while an import fills it
    "finish": 0.0,  # between the table of an import being ACTIVE and the import being over
    "system_backup": 0.0,  # until the backup of a deleted table is there
    "expire": 2 * 86400,  # until an item that has expired is deleted
}
_paces: dict[str, dict[str, float]] = {}


def install() -> None:
    control.route("POST", "tables", _set)


def seconds(what: str) -> float:
    """How long this takes in the account of the call."""
    return _paces.get(get_account_id(), SECONDS)[what]


def _set(arguments: dict[str, Any]) -> dict[str, float]:
    account = str(arguments.pop("account"))
    if unknown := set(arguments) - set(SECONDS):
        raise ValueError(f"Tables know {', '.join(SECONDS)}, not {', '.join(sorted(unknown))}.")
    asked = {what: float(value) for what, value in arguments.items()}
    _paces[account] = _paces.get(account, SECONDS) | asked
    return _paces[account]
