# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the status page shows, made of what the status_info module returned for each target of a play."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._model.prices import AS_OF
from . import page_days, page_paths, page_rows, page_troubles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Answer = Mapping[str, Any]
    # By target, in the order of the play; None for one of which nothing is known yet.
    Answers = Mapping[str, "Answer | None"]

NOT_YET = "This run has not come to it."
LEFT_OUT = "It is not part of this run."
VERDICTS = ("unhealthy", "waiting", "healthy", "disabled", "retired")


@dataclass(frozen=True)
class Target:
    """A target of the play, asked or not."""

    name: str
    place: str
    state: str  # good, bad, or unknown if it could not be asked
    says: str
    counts: Mapping[str, int]
    notes: tuple[str, ...]
    link: str = ""
    refused: bool = False  # it was tried
    listed: int = 0  # tables of which nothing is known since the target was not asked


@dataclass(frozen=True)
class Cost:
    """What a month of an engine costs, and what it would for all tables."""

    engine: str
    tables: int
    unpriced: int
    dollars: str
    all_dollars: str
    percent: int


@dataclass(frozen=True)
class Page:
    """All that is shown, in the order in which it is shown."""

    sentence: str
    state: str
    now: str
    counts: tuple[tuple[str, int], ...]
    targets: tuple[Target, ...]
    troubles: tuple[page_troubles.Trouble, ...]
    rows: tuple[page_rows.Row, ...]
    axis: tuple[str, str]
    legend: tuple[page_days.Drawing, ...]
    paths: tuple[page_paths.Path, ...]
    costs: tuple[Cost, ...]
    unpriced: int
    prices_as_of: str
    back: str  # where the page of all targets is, as in a link, if this is one of theirs

    @property
    def has_links(self) -> bool:
        """Whether tables are on pages of their own."""
        return any(target.link for target in self.targets)


def page(answers: Answers, links: Mapping[str, str] | None = None, back: str = "") -> Page:
    """The page of some targets. With links, their tables are on pages of their own."""
    known = {target: answer or unasked() for target, answer in answers.items()}
    asked = {target: answer for target, answer in known.items() if answer.get("asked", True)}
    targets = tuple(_target(name, answer, (links or {}).get(name, "")) for name, answer in known.items())
    # Of one that could not be asked it is the controller's, whose clock may be wrong.
    now = max((each["now"] for each in asked.values()), default="")
    now = now or max((each["now"] for each in known.values()), default="")
    counts = Counter[str]()
    for target in targets:
        counts.update(target.counts)
    found = [each for name, answer in known.items() for each in page_troubles.troubles(name, answer)]
    rows = () if links else _rows(known)
    costs = _costs(list(asked.values()))
    return Page(
        sentence=_sentence(counts, targets),
        state=_state(counts, targets),
        now=now,
        counts=_counted(counts, targets),
        targets=targets,
        troubles=tuple(sorted(found, key=page_troubles.urgency)),
        rows=rows,
        axis=page_days.axis(now) if now else ("", ""),
        legend=tuple(page_days.legend()),
        paths=tuple(page_paths.path(name, answer) for name, answer in known.items()),
        costs=costs,
        unpriced=sum(cost.unpriced for cost in costs),
        prices_as_of=AS_OF,
        back=back,
    )


def tables(answers: Answers) -> int:
    """How many tables there are to show."""
    return sum(len(answer["tables"]) + len(answer.get("listed", ())) for answer in answers.values() if answer)


def unasked(says: str = NOT_YET, listed: Sequence[str] = ()) -> Answer:
    """What is known of a target that was not asked: why, and its tables by the inventory."""
    return {
        "asked": False,
        "says": says,
        "listed": list(listed),
        "place": dict.fromkeys(("account", "region", "prefix"), ""),
        "reasons": [],
        "notes": [],
        "now": "",
        "tables": [],
    }


def _target(name: str, answer: Answer, link: str) -> Target:
    place = answer["place"]
    where = " · ".join(filter(None, (place["account"], place["region"], place["prefix"])))
    told = " ".join(each["message"] for each in answer["reasons"])
    if not answer.get("asked", True):
        says, listed = told or answer.get("says", "It could not be asked."), len(answer.get("listed", ()))
        return Target(name, where, "unknown", says, {}, (), link, bool(told), listed)
    counts = {verdict: answer["summary"][verdict] for verdict in VERDICTS}
    notes = (*(each["message"] for each in answer["notes"]), *page_troubles.shared_notes(answer))
    return Target(name, where, "good" if answer["healthy"] else "bad", told, counts, notes, link)


def _rows(known: Mapping[str, Answer]) -> tuple[page_rows.Row, ...]:
    """The worst first, of all targets."""
    found = [
        page_rows.row(name, table, answer["now"])
        for name, answer in known.items()
        for table in answer["tables"]
    ]
    found += [
        page_rows.unseen(name, table) for name, answer in known.items() for table in answer.get("listed", ())
    ]
    return tuple(sorted(found, key=lambda each: each.verdict_key))


def _counted(counts: Mapping[str, int], targets: Sequence[Target]) -> tuple[tuple[str, int], ...]:
    """What is unhealthy and healthy always, the rest if there is any."""
    unknown = sum(target.state == "unknown" for target in targets)
    shown = [(word, counts[word]) for word in VERDICTS if counts[word] or word in {"unhealthy", "healthy"}]
    return (*shown, *([("not asked", unknown)] if unknown else []))


def _state(counts: Mapping[str, int], targets: Sequence[Target]) -> str:
    if any(target.state != "good" for target in targets) or not targets or counts["unhealthy"]:
        return "bad"
    return "warning" if counts["waiting"] else "good"


def _sentence(counts: Mapping[str, int], targets: Sequence[Target]) -> str:
    """The fleet in one sentence."""
    count = sum(counts[word] for word in VERDICTS if word != "retired")
    known = [target for target in targets if target.state != "unknown"]
    unhealthy, waiting = counts["unhealthy"], counts["waiting"]
    where = f" in {len(known)} targets" if len(known) > 1 else ""
    if not known:
        told = "Nothing is known"
    elif unhealthy:
        told = (
            f"{unhealthy} of {_many(count, 'table')}{where} {'is' if unhealthy == 1 else 'are'} not healthy"
        )
    elif not count:
        told = f"There is no table to judge{where}"
    elif waiting:
        verb = "waits" if waiting == 1 else "wait"
        told = f"No table is unhealthy{where}, and {waiting} of {count} {verb} for a first backup"
    elif counts["healthy"] < count:
        told = f"None of {_many(count, 'table')}{where} is unhealthy"
    else:
        told = f"{'The table' if count == 1 else f'Each of {count:,} tables'}{where} is healthy"
    wrong = [target for target in known if target.state == "bad" and target.says]
    more = [f"something is wrong with {_many(len(wrong), 'target')} as a whole"] if wrong and count else []
    refused = sum(target.refused for target in targets)
    more += [f"{_many(refused, 'target')} could not be asked"] if refused else []
    missing = len(targets) - len(known) - refused
    more += [f"{_many(missing, 'target')} {'was' if missing == 1 else 'were'} not asked"] if missing else []
    return f"{'; '.join([told, *more])}."


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _costs(asked: Sequence[Answer]) -> tuple[Cost, ...]:
    """By engine, over all targets."""
    sums: dict[str, Counter[str]] = {}
    for answer in asked:
        for each in answer.get("costs", ()):
            known = {name: value or 0 for name, value in each.items() if name != "engine"}
            sums.setdefault(each["engine"], Counter()).update(known)
    listed = sum(found["tables"] for found in sums.values())
    priced = listed - sum(found["unpriced"] for found in sums.values())
    most = max((found["all_tables_dollars_per_month"] for found in sums.values()), default=0) or 1
    return tuple(
        Cost(
            engine,
            found["tables"],
            found["unpriced"],
            _price(found["dollars_per_month"], found["tables"] - found["unpriced"], found["tables"]),
            _price(found["all_tables_dollars_per_month"], priced, listed),
            round(100 * found["all_tables_dollars_per_month"] / most),
        )
        for engine, found in sums.items()
    )


def _price(dollars: float, priced: int, tables: int) -> str:
    """Of so many tables of which some could be priced; what nobody knows does not cost nothing."""
    return "not known" if tables and not priced else f"${dollars:,.2f}"
