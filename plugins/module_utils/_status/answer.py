# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Puts evidence and verdicts into the words that the status_info module returns."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .._base import times
from .._base.masking import masked
from .._model import drill
from .._model.evidence import (
    Alarm,
    AlertPath,
    Evidence,
    Point,
    Run,
    SourceTable,
    Starter,
    Subscriber,
    Target,
)
from .._model.refusal import Refusal
from .costs import costs
from .verdict import RETIRED, WORDS, Verdict, judge, judge_target

if TYPE_CHECKING:
    from datetime import datetime

    from .._model.days import Day
    from .reasons import Reason, Rules


def report(target: Target, now: datetime, rules: Rules, calls: int) -> dict[str, Any]:
    """Tables (the worst first), their summary, and the path that alerts take."""
    judged = [(each, judge(each, now, rules)) for each in target.evidence]
    judged.sort(key=lambda pair: (pair[1].severity, -(_age(pair[0].point(), now) or 0), pair[0].table))
    told = judge_target(target)
    words = Counter(verdict.word for _each, verdict in judged)
    unhealthy = [verdict for _each, verdict in judged if not verdict.healthy]
    judges = len(judged) > words[RETIRED] or target.elsewhere
    wrong = [each for each in told if not each.is_note]
    return {
        "healthy": bool(judges) and not unhealthy and not wrong,
        "reasons": [_reason(each) for each in wrong],
        "notes": [_reason(each) for each in told if each.is_note],
        "now": times.told(now),
        "tables": [_table(each, verdict, now, rules) for each, verdict in judged],
        "summary": {
            "tables": len(judged) - words[RETIRED],
            **{word: words[word] for word in WORDS},
            "worst": unhealthy[0].reasons[0].code if unhealthy else None,
            "calls": calls,
        },
        "stacks": [{"name": each.name, "status": each.status} for each in target.stacks],
        "alert_path": _path(target.path),
        "costs": costs(target.evidence),
    }


def _table(evidence: Evidence, verdict: Verdict, now: datetime, rules: Rules) -> dict[str, Any]:
    record, point = evidence.record, evidence.point()
    return {
        "table": evidence.table,
        "engine": record.engine if record else None,
        "enabled": record.enabled if record else None,
        "healthy": verdict.healthy,
        "verdict": verdict.word,
        "reasons": [_reason(reason) for reason in verdict.reasons],
        "run": _run(evidence.run()),
        "starter": _starter(evidence.starter),
        "last_success": {
            "finished": times.told(point.finished if point else None),
            "age_hours": _age(point, now),
            "max_age_hours": rules.max_age or (record.max_age if record else None),
        },
        "point": _point(point),
        "alarm": _alarm(evidence.alarm),
        "drill": _drill(evidence),
        "days": None if evidence.days is None else [_day(each) for each in evidence.days],
        "recovery_window": _window(evidence.source),
        "oldest_point": times.told(evidence.oldest),
    }


def _day(day: Day) -> dict[str, Any]:
    return {"day": day.day.isoformat(), "states": list(day.states), "bytes": day.bytes}


def _window(source: SourceTable | Refusal | None) -> dict[str, Any] | None:
    """Of point-in-time recovery; null if it is off, or nobody knows."""
    if not isinstance(source, SourceTable) or source.recovery != "ENABLED" or source.earliest is None:
        return None
    return {"earliest": times.told(source.earliest), "latest": times.told(source.latest)}


def _reason(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "message": reason.message, "note": reason.is_note}


def _age(point: Point | None, now: datetime) -> float | None:
    """In hours; never less than none, though the clock that ended it may be ahead of the one that asks."""
    return max(0.0, round((now - point.moment).total_seconds() / 3600, 1)) if point else None


def _run(run: Run | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {
        "id": run.id,
        "state": run.state,
        "scheduled": run.scheduled,
        "started": times.told(run.started),
        "finished": times.told(run.finished),
        "error": run.error,
        "cause": run.cause,
        "log": run.log,
    }


def _starter(starter: Starter | None) -> dict[str, Any] | None:
    if starter is None:
        return None
    return {"id": starter.id, "name": starter.name, "state": starter.state, "health": starter.health}


def _point(point: Point | None) -> dict[str, Any] | None:
    if point is None:
        return None
    shown = {**asdict(point), "manifest": point.manifest}
    shown |= {"expires": times.told(point.expires), "taken": times.told(point.moment)}
    del shown["finished"]
    return shown


def _drill(evidence: Evidence) -> dict[str, Any] | None:
    """Null: nobody could look, or the table is in no stack. What the last drill that passed has measured."""
    record, drills = evidence.record, evidence.drills
    if record is None or drills is None:
        return None
    passed, failed = drills.passed, drills.failed
    last = failed or passed
    return {
        "every_hours": record.drill_every or None,
        "allowed_hours": drill.allowed(record.drill_every) if record.drill_every else None,
        "last_passed": times.told(passed.when if passed else None),
        "last_failed": times.told(failed.when if failed else None),
        "why": list(failed.why) if failed else [],
        "record": last.place if last else None,
        "rto_seconds": passed.rto_seconds if passed else None,
        "rpo_seconds": passed.rpo_seconds if passed else None,
    }


def _alarm(alarm: Alarm | Refusal | None) -> dict[str, Any] | None:
    if not isinstance(alarm, Alarm):
        return None
    return {
        "name": alarm.name,
        "state": alarm.state,
        "since": times.told(alarm.since),
        "actions": list(alarm.actions),
        "actions_enabled": alarm.actions_enabled,
    }


def _path(path: AlertPath) -> dict[str, Any]:
    """Null stands for what is not known or does not apply."""
    subscribers = None if isinstance(path.subscribers, Refusal) else path.subscribers
    return {
        "topic": path.topic,
        "exists": None if isinstance(path.exists, Refusal) else path.exists,
        "policy_lets_cloudwatch_publish": path.policy_open,
        "key": path.key,
        "key_lets_cloudwatch_use_it": None if isinstance(path.key_open, Refusal) else path.key_open,
        "subscribers": None if subscribers is None else [_subscriber(each) for each in subscribers],
    }


def _subscriber(subscriber: Subscriber) -> dict[str, Any]:
    asked = "pending" if subscriber.exists else "missing"
    asked = "unreachable" if subscriber.endpoint_exists is False else asked
    asked = "filtered" if subscriber.kept_from else asked
    good = subscriber.confirmed and subscriber.endpoint_exists is not False and not subscriber.kept_from
    return {
        "protocol": subscriber.protocol,
        "endpoint": masked(subscriber.endpoint),
        "confirmed": subscriber.confirmed,
        "state": "confirmed" if good else asked,
        "listed": subscriber.listed,
    }
