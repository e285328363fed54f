# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where AWS Data Pipeline is, who may use it, and how often.

https://docs.aws.amazon.com/general/latest/gr/datapipeline.html (five regions)
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-limits.html (call rates)
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/what-is-datapipeline.html (no new customers)

``POST /_local_aws/datapipeline`` takes ``account`` with ``customer`` (false: every call is refused with
``code`` and ``message``; what AWS says to such an account is not documented), ``components_tell`` (false: see
objects.py), ``slow`` (seconds a step on a table takes, by table), and ``real_seconds`` (how long
each piece of work takes when the clock is left alone).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id, get_region

from local_aws.server import control, gateway
from local_aws.server.answers import RefusedError

from . import objects, pace

if TYPE_CHECKING:
    from local_aws.server.wire import Call

NAME = "datapipeline"
REGIONS = frozenset({"us-east-1", "us-west-2", "ap-southeast-2", "ap-northeast-1", "eu-west-1"})
# Calls per second; of the other operations one.
RATES = {"DescribeObjects": 2.0, "QueryObjects": 2.0}
BURST = 100
Json = dict[str, Any]

_outsiders: dict[str, RefusedError] = {}
# Calls left and when that was, by account, region and operation.
_left: dict[tuple[str, str, str], tuple[float, float]] = {}


def install() -> None:
    control.route("POST", NAME, _control)
    gateway.break_off(_has_no_endpoint)


def _control(arguments: Json) -> Json:
    known = {"account", "customer", "code", "message", "components_tell", "slow", "real_seconds"}
    if unknown := set(arguments) - known:
        raise ValueError(f"Data Pipeline knows {', '.join(sorted(known))}, not {', '.join(sorted(unknown))}.")
    if "real_seconds" in arguments:
        pace.real_seconds = float(arguments["real_seconds"])
    account = str(arguments.get("account", ""))
    if not account and arguments.keys() - {"real_seconds"}:
        raise ValueError("Name the account that is meant.")
    if "customer" in arguments:
        _set_customer(account, arguments)
    if "components_tell" in arguments:
        silent = objects.silent_components
        (silent.discard if arguments["components_tell"] else silent.add)(account)
    if "slow" in arguments:
        pace.slow[account] = {table: float(seconds) for table, seconds in arguments["slow"].items()}
    return {}


def _set_customer(account: str, arguments: Json) -> None:
    _outsiders.pop(account, None)
    if not arguments["customer"]:
        message = "AWS Data Pipeline is not available to this account."
        _outsiders[account] = RefusedError(
            arguments.get("code", "InvalidRequestException"), arguments.get("message", message)
        )


def _has_no_endpoint(call: Call) -> bool:
    """Whether a call goes to where AWS has no name for it to resolve."""
    return call.service == NAME and call.region not in REGIONS


def check_customer() -> None:
    if refusal := _outsiders.get(get_account_id()):
        raise refusal


def throttle(operation: str) -> None:
    """A bucket of 100 calls that fills with the documented rate, for each operation."""
    key, now, rate = (get_account_id(), get_region(), operation), time.time(), RATES.get(operation, 1.0)
    left, then = _left.get(key, (BURST, now))
    left = min(BURST, left + max(0.0, now - then) * rate)
    if left < 1:
        raise RefusedError("ThrottlingException", "Rate exceeded")
    _left[key] = (left - 1, now)
