# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What targets find, for status pages: real verdicts on many tables, with 35 days of history each."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import (
    DrillRecord,
    Drills,
    Subscriber,
    Target,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report import page_files
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.answer import report
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.reasons import CODES, NOTES, Rules
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.pages import rendered
from tests.unit.support.evidence import NOW, PATH, RECORD, deviation, evidence, point, run
from tests.unit.support.verdict_cases import CASES

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import Evidence

Answer = dict[str, Any]

GIB = 1024**3
HOSTILE = "<img src=https://evil.example/a.png onerror=document.title='owned'>&\"'{{ 7 * 7 }}</script>"
WORDS = (
    "orders",
    "customers",
    "sessions",
    "ledger",
    "catalog",
    "events",
    "carts",
    "prices",
    "stock",
    "users",
)
SUBSCRIBERS = (
    Subscriber("email", "ops@example.com", confirmed=True, listed=True),
    Subscriber("sqs", "arn:aws:sqs:eu-west-1:123456789012:alerts", confirmed=True, listed=True),
    Subscriber("email", "new@example.com", confirmed=False, listed=True),
)


def named(name: str, **changes: Any) -> Evidence:
    found = evidence(**changes)
    return replace(found, table=name, record=replace(found.record, name=name) if found.record else None)


def well(name: str, size: int = GIB, **changes: Any) -> Evidence:
    """A table that is in good order, drilled a while ago."""
    passed = DrillRecord(
        NOW - timedelta(days=9), "s3://backups/drills/it.json", rto_seconds=247.0, rpo_seconds=3600.0
    )
    newest = point(9.7, items=size // 500, bytes=size)
    return named(name, **{"runs": (run(10, point=newest),), "drills": Drills(passed=passed), **changes})


def answer(*tables: Evidence, region: str = "eu-west-1", seed: int = 0, **changes: Any) -> Answer:
    """What a target found, with days."""
    target = Target("tablekeeper", changes.pop("path", PATH), tables, **changes)
    told = report(target, NOW, Rules(), 9)
    chance = random.Random(seed)
    for table in told["tables"]:
        table.update(history(table, chance))
    place = {"account": "123456789012", "region": region, "prefix": "tablekeeper"}
    return {"place": place, **told, "costs": costs(len(tables))}


def history(table: Answer, chance: random.Random) -> Answer:
    """The days of a table, as its verdict would have them."""
    if not table["engine"]:
        return {"days": None, "recovery_window": None, "oldest_point": None}
    size = (table["point"] or {}).get("bytes") or GIB
    days = []
    for back in range(34, -1, -1):
        states = _states(table, back, chance)
        grown = round(size * (1 - back * 0.008) * chance.uniform(0.97, 1.03))
        known = "backed_up" in states
        day = (NOW - timedelta(days=back)).date().isoformat()
        days.append({"day": day, "states": sorted(states), "bytes": grown if known else None})
    oldest = next((day["day"] for day in days if "backed_up" in day["states"]), None)
    window = {"earliest": "2026-10-19T12:00:00Z", "latest": "2026-11-23T11:55:00Z"}
    return {
        "days": days,
        "recovery_window": None
        if any(each["code"] == "recovery_off" for each in table["reasons"])
        else window,
        "oldest_point": f"{oldest}T02:00:09Z" if oldest and table["point"] else None,
    }


def _states(table: Answer, back: int, chance: random.Random) -> set[str]:
    bad = table["verdict"] == "unhealthy"
    if table["verdict"] in {"waiting", "disabled", "retired"}:
        return set()
    if bad and back < 2:
        return {"failed"} if chance.random() < 0.7 else {"missed"}
    found = {"backed_up"}
    luck = chance.random()
    if luck < 0.02:
        return {"missed"}
    if luck < 0.05:
        found = {"failed"} if luck < 0.035 else {"failed", "backed_up"}
    if back in {9, 30}:
        found.add("drilled" if chance.random() < 0.95 else "drill_failed")
    if back % 7 == 1:
        found.add("verified")
    return found


def costs(tables: int) -> list[Answer]:
    return [
        {"engine": "export", "tables": tables, "unpriced": 1, "dollars_per_month": 3.42 * tables,
         "all_tables_dollars_per_month": 3.42 * tables},
        {"engine": "data_pipeline", "tables": 0, "unpriced": 0, "dollars_per_month": 0.0,
         "all_tables_dollars_per_month": 11.07 * tables},
    ]  # fmt: skip


def refused(why: str = "AWS cannot be asked about the backups: the security token is expired.") -> Answer:
    """What is known of a target that could not be asked, as the role writes it."""
    return {
        "healthy": False, "asked": False,
        "place": {"account": "", "region": "us-east-1", "prefix": "tablekeeper"},
        "reasons": [{"code": "not_answered", "message": why, "note": False}], "notes": [],
        "now": "2026-11-23T12:00:00Z", "tables": [], "stacks": [], "alert_path": {},
        "summary": dict.fromkeys(("tables", "healthy", "unhealthy", "waiting", "disabled", "retired"), 0),
    }  # fmt: skip


def every_code() -> dict[str, Answer | None]:
    """200 tables in three targets with every reason, an empty target, and one that was not asked."""
    cases = [changes for _codes, changes in CASES]
    sick = [named(f"{WORDS[place % 10]}-{place}", **changes) for place, changes in enumerate(cases)]
    fine = [well(f"{WORDS[place % 10]}-{place}", GIB * (1 + place % 7)) for place in range(len(cases), 200)]
    tables = [*sick, *fine]
    missing = set(CODES) - {code for codes, _changes in CASES for code in codes}
    of_target = [
        {"code": code, "message": f"Of the whole target: {code}.", "note": code in NOTES}
        for code in sorted(missing)
    ]
    told = {
        "reasons": [each for each in of_target if not each["note"]],
        "notes": [each for each in of_target if each["note"]],
    }
    return {
        "shop-eu": answer(*tables[0::3], seed=1) | told,
        "shop-us": answer(*tables[1::3], region="us-east-1", seed=2, path=replace(PATH, policy_open=False)),
        "shop-ap": answer(
            *tables[2::3], region="ap-southeast-2", seed=3, path=replace(PATH, subscribers=SUBSCRIBERS)
        ),
        "new": answer(region="eu-north-1"),
        "lost": refused(),
    }


def fleet() -> dict[str, Answer | None]:
    """A few tables in two targets, as a fleet often is."""
    key = {"key": "arn:aws:kms:eu-west-1:123456789012:key/0b1e", "key_open": True}
    failing = run(2, "FAILED", error="PointInTimeRecoveryUnavailable", cause="PITR is off")
    eu = [well(name, GIB * (place + 1) // 2) for place, name in enumerate(WORDS[:6])]
    eu[2] = well(
        "sessions", runs=(run(34), failing), deviations=(deviation("S3::Bucket", "Bucket", "altered"),)
    )
    eu[4] = named("catalog", runs=(), alarm=replace(evidence().alarm, configured=NOW))
    us = [well(name, GIB * (place + 3)) for place, name in enumerate(WORDS[5:])]
    us.append(named("archive", record=replace(RECORD, enabled=False), runs=(), alarm=None))
    return {
        "shop-eu": answer(*eu, path=replace(PATH, subscribers=SUBSCRIBERS, **key), seed=5),
        "shop-us": answer(*us, region="us-east-1", seed=6),
    }


def trouble() -> dict[str, Answer | None]:
    """Whatever looks different when it is not in good order."""
    gone = (replace(SUBSCRIBERS[0], kept_from="a filter"), replace(SUBSCRIBERS[2], exists=False))
    broken = [
        well("late", runs=(run(28, point=point(28)),)),
        well("unarmed", alarm=None),
        well("undrilled", drills=Drills(failed=DrillRecord(NOW, "s3://b/d.json", ("It differs.",)))),
        named("retired", record=None, retired=True),
        named("missing", record=None),
    ]
    noted = [{"code": "not_looked_at", "message": "It is not known whether alarms are muted.", "note": True}]
    return {
        "shop-eu": answer(*broken, path=replace(PATH, policy_open=False)),
        "shop-us": {**answer(well("orders"), path=replace(PATH, subscribers=gone)), "notes": noted},
        "shop-ap": answer(well("orders"), path=replace(PATH, policy_open=None, key="alias/x", key_owner="2")),
        "lost": refused(),
        "later": None,
    }


def html(answers: dict[str, Answer | None], path: str = "/srv/status.html") -> str:
    """The page of them."""
    return rendered(page_files.page_of(path, path, answers))
