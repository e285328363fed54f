# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the module drill returns: what was drilled and what came of it, or in check mode what would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._model.drill import PASSED, asking

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from .gather_planned import Planned
    from .gather_remains import Remains

# What it takes to tell the alarm of missed drills.
WATCHED = {"cloudwatch:DescribeAlarms", "states:StartExecution"}


def over_budget(params: Mapping[str, Any], seconds: float, spent: float, planned: Planned) -> str:
    """Why another drill is not begun; empty if it may be. One that fails before it begins costs nothing."""
    if planned.trouble:
        return ""
    dollars = planned.dollars
    allowed, minutes = params["budget_dollars"], params["budget_minutes"]
    if allowed and dollars is None:
        return f"nobody knows what it costs, and ${allowed:,.2f} are allowed for all drills"
    if allowed and spent + (dollars or 0) > allowed:
        return f"it costs about ${dollars or 0:,.2f}, and ${allowed:,.2f} are allowed for all drills"
    if minutes and seconds > minutes * 60:
        return f"the drills before it took {seconds / 60:.0f} minutes, and {minutes} are allowed"
    return ""


def predicted(planned: Sequence[Planned], found: Remains, params: Mapping[str, Any]) -> dict[str, Any]:
    """What would be drilled, in check mode."""
    told, spent = [], 0.0
    rights: set[str] = set()
    for each in planned:
        why = each.trouble or over_budget(params, 0, spent, each)
        spent += 0 if why else each.dollars or 0
        plan = each.plan.get("plan", {})
        rights |= set(plan.get("rights", ())) | (WATCHED if asking([each.record]) else set())
        told.append(
            {
                "table": each.table,
                "point": each.point.id if each.point else "",
                "target_table": each.target,
                "way": each.plan.get("way", ""),
                "steps": plan.get("steps", []),
                "time": plan.get("time", ""),
                "price": plan.get("price", ""),
                "dollars": each.dollars,
                "not_drilled": why,
            }
        )
    would = [each for each in told if not each["not_drilled"]]
    msg = f"Would drill {', '.join(each['table'] for each in would) or 'nothing'} for about ${spent:,.2f}."
    fails = [each for each in planned if each.trouble]
    sentences = [
        *(f"Would remove {name} first." for name in found.ours),
        *(f"{each.table} would fail. {each.trouble}" for each in fails),
        *(
            f"{each['table']} would not be drilled, since {each['not_drilled']}."
            for each, drill in zip(told, planned, strict=True)
            if each["not_drilled"] and not drill.trouble
        ),
        *found.trouble,
    ]
    return {
        "changed": bool(would or found.ours or fails),
        "succeeded": len(would) == len(planned) and not found.trouble,
        "msg": " ".join([msg, *sentences]),
        "drills": [],
        "planned": told,
        "swept": found.ours,
        "left_alone": found.others,
        "rights": sorted(rights | {"dynamodb:DeleteTable", "dynamodb:ListTables", "sns:Publish"}),
        "dollars": round(spent, 4),
    }


def nothing_to_do(tables: Sequence[str], *, check: bool) -> dict[str, Any]:
    """That another target of the play drills the named tables, or that none was asked for."""
    left = f"Nothing to do here: {', '.join(tables)} left to another target."
    return {
        "changed": False,
        "succeeded": True,
        "msg": left if tables else "No drill was asked for, as count is 0.",
        "drills": [],
        "not_drilled": [],
        "swept": [],
        "left_alone": [],
        "failed_tables": [],
        "dollars": 0.0,
        **({"planned": [], "rights": []} if check else {}),
    }


def done(
    drills: Sequence[Mapping[str, Any]],
    passed_over: Sequence[Mapping[str, str]],
    swept: list[str],
    found: Remains,
    trouble: list[str],
    spent: float,
) -> dict[str, Any]:
    """What was drilled. Without a single drill nothing has passed."""
    failed = [each["table"] for each in drills if each["verdict"] != PASSED]
    return {
        "changed": bool(drills or swept),
        "succeeded": bool(drills) and not failed and not trouble and not passed_over,
        "msg": " ".join(_sentences(drills, failed, passed_over, trouble)),
        "drills": list(drills),
        "not_drilled": list(passed_over),
        "swept": swept,
        "left_alone": found.others,
        "failed_tables": failed,
        "dollars": round(spent, 4),
    }


def _sentences(
    drills: Sequence[Mapping[str, Any]],
    failed: Sequence[str],
    passed_over: Sequence[Mapping[str, str]],
    trouble: Sequence[str],
) -> Iterator[str]:
    if not drills:
        yield "Nothing was drilled."
    elif failed:
        yield f"{len(failed)} of {len(drills)} drills failed."
        yield from (str(each["msg"]) for each in drills if each["verdict"] != PASSED)
    else:
        number = "1 drill" if len(drills) == 1 else f"{len(drills)} drills"
        yield f"{number} passed: {', '.join(str(each['table']) for each in drills)}."
    yield from (f"{each['table']} was not drilled, since {each['why']}." for each in passed_over)
    yield from trouble
    yield from (str(each["alert"]) for each in drills if each.get("alert"))
