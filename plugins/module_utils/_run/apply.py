# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module run does when it is asked for backups: start them, or tell which would be started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._aws import sts
from .._plan.selection import split_names
from .apply_runs import begin, share_out
from .progress import lacking

if TYPE_CHECKING:
    from .._aws.client import Aws
    from .apply_runs import Share


def predict(shares: list[Share], not_deployed: list[str]) -> dict[str, Any]:
    """What check mode tells."""
    names = sorted(name for share in shares for name in share.tables)
    would = f"Would back up {', '.join(names) or 'nothing'}."
    return {
        "changed": bool(names),
        "succeeded": not not_deployed,
        "msg": " ".join([would, *lacking(not_deployed)]),
        "runs": [],
        "tables": [{"table": name, "state": "planned"} for name in names],
        "failed_tables": [],
        "unfinished_tables": [],
    }


def start(aws: Aws, shares: list[Share], started_by: str) -> dict[str, Any]:
    """Start every share."""
    runs = [run for share in shares for run in begin(aws, share, started_by)]
    return {"changed": any(run["execution"] for run in runs), "runs": runs}


def ask(aws: Aws, region: str | None, params: dict[str, Any], *, check: bool) -> dict[str, Any]:
    """Start what is asked for, or tell what would be started."""
    client = aws("sts")
    account = sts.right_caller(client, params)[1] if params["account_id"] else sts.account(client)
    wanted = split_names(params["tables"])
    shares, selected = share_out(
        aws("cloudformation"), params["prefix"], region, wanted, params["listed"], params["others"]
    )
    done = predict(shares, selected.not_deployed) if check else start(aws, shares, params["started_by"])
    return {
        "account_id": account,
        **done,
        "not_deployed": selected.not_deployed,
        "elsewhere": selected.elsewhere,
    }
