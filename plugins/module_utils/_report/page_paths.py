# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The way of an alert from the alarms of a target to people, as stations, each with its state."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Answer = Mapping[str, Any]

# States of a station; after one that is broken nothing comes through.
GOOD, BAD, WARNING, UNKNOWN, OFF = "good", "bad", "warning", "unknown", "off"

_BROKEN_ALARMS = {
    "alarm_missing": "missing",
    "alarm_altered": "changed by hand",
    "alarm_actions_disabled": "with disabled actions",
    "alarm_actions_missing": "without an action",
    "alarm_points_elsewhere": "that tell another topic",
    "alarm_muted": "muted",
}
_SUBSCRIBER = {
    "confirmed": (GOOD, "confirmed"),
    "pending": (WARNING, "has not confirmed"),
    "missing": (BAD, "is not subscribed"),
    "unreachable": (BAD, "cannot be reached"),
    "filtered": (BAD, "is kept from it by a filter"),
}


@dataclass(frozen=True)
class Station:
    """One thing that an alert passes."""

    what: str
    name: str
    state: str
    says: str


@dataclass(frozen=True)
class Path:
    """The stations of a target in their order, the subscribers last, who stand beside each other."""

    target: str
    sentence: str
    state: str
    stations: tuple[Station, ...]
    subscribers: tuple[Station, ...]


def path(target: str, answer: Answer) -> Path:
    """The way of a target, as it is."""
    if not answer.get("asked", True):
        return _unseen(target)
    told = answer["alert_path"]
    if not told.get("exists") and _is_new(answer):
        return _undeployed(target)
    watched = [table for table in answer["tables"] if table["enabled"]]
    stations = (_alarms(watched), _topic(told), _policy(told), *_key(told))
    subscribers = tuple(_subscribers(told))
    state, sentence = _judged(watched, stations, subscribers)
    return Path(target, sentence, state, stations, subscribers)


def _unseen(target: str) -> Path:
    """Of a target that was not asked."""
    stations = (
        Station("Alarms", "for missed backups", UNKNOWN, "are not known"),
        *(Station(what, "", UNKNOWN, "is not known") for what in ("Topic", "Policy")),
    )
    nobody = (Station("Subscribers", "", UNKNOWN, "are not known"),)
    told = "Whether an alert would arrive is not known: the target was not asked."
    return Path(target, told, WARNING, stations, nobody)


def _is_new(answer: Answer) -> bool:
    """Whether nothing was ever deployed there, so that nothing can be gone."""
    told = (*answer["reasons"], *(each for table in answer["tables"] for each in table["reasons"]))
    return any(each["code"] == "not_deployed" for each in told)


def _undeployed(target: str) -> Path:
    stations = (
        Station("Alarms", "for missed backups", OFF, "are not deployed"),
        Station("Topic", "", BAD, "is not deployed"),
    )
    nobody = (Station("Subscribers", "", OFF, "nobody is asked yet"),)
    return Path(target, "No alert would arrive: nothing is deployed yet.", BAD, stations, nobody)


def _judged(
    watched: Sequence[Answer], stations: Sequence[Station], subscribers: Sequence[Station]
) -> tuple[str, str]:
    """Whether an alert would arrive: what is certainly broken counts more than what is not known."""
    heard = sum(each.state == GOOD for each in subscribers)
    broken = next((each for each in stations[1:] if each.state == BAD), None)
    silent = sum(not _BROKEN_ALARMS.keys().isdisjoint(_codes(table)) for table in watched)
    if broken:
        return BAD, f"No alert would arrive: the {broken.what.lower()} {broken.says}."
    if not heard and all(each.state != UNKNOWN for each in subscribers):
        return BAD, "No alert would arrive: nobody would hear it."
    if silent:
        return BAD, f"No alert about {silent} of {len(watched)} tables would arrive: see their alarms."
    if not watched:
        return OFF, "There is nothing to tell: no table is backed up."
    if any(each.state == UNKNOWN for each in (*stations, *subscribers)):
        return WARNING, "Whether an alert would arrive is not known: not all of its way could be seen."
    late = len(subscribers) - heard
    others = f", and {late} more would not hear it" if late else ""
    return (
        WARNING if late else GOOD,
        f"An alert would reach {heard} {'subscriber' if heard == 1 else 'subscribers'}{others}.",
    )


def _codes(table: Answer) -> set[str]:
    return {each["code"] for each in table["reasons"]}


def _alarms(watched: Sequence[Answer]) -> Station:
    """The missed-run alarms of the tables that are backed up."""
    found = Counter(_alarm(table) for table in watched)  # each counts once: what is broken is not ready, too
    broken = [f"{found[code]} {words}" for code, words in _BROKEN_ALARMS.items() if found[code]]
    counted = {words: found[words] for words in ("firing", "without enough data", "not known", "ready")}
    said = ", ".join([*broken, *(f"{count} {words}" for words, count in counted.items() if count)])
    if not watched:
        state = OFF
    elif broken:
        state = BAD
    elif counted["not known"]:
        state = UNKNOWN
    else:
        state = GOOD if len(watched) == found["ready"] else WARNING
    return Station("Alarms", "for missed backups", state, said or "no table is backed up")


def _alarm(table: Answer) -> str:
    """How the alarm of a table is: the worst code of what is broken about it, else the word for its state."""
    codes = _codes(table)
    states = {"OK": "ready", "ALARM": "firing", "": "not known"}
    state = table["alarm"]["state"] if table["alarm"] else ""
    return next((code for code in _BROKEN_ALARMS if code in codes), states.get(state, "without enough data"))


def _topic(told: Answer) -> Station:
    topic, exists = told.get("topic"), told.get("exists")
    name = str(topic).rpartition(":")[2] if topic else ""
    if exists is None:
        return Station("Topic", name, UNKNOWN, "is not known")
    return Station("Topic", name, GOOD if exists else BAD, "exists" if exists else "is gone")


def _policy(told: Answer) -> Station:
    lets = told.get("policy_lets_cloudwatch_publish")
    if lets is None:
        return Station("Policy", "of the topic", UNKNOWN, "is not known")
    says = "lets CloudWatch publish" if lets else "does not let CloudWatch publish"
    return Station("Policy", "of the topic", GOOD if lets else BAD, says)


def _key(told: Answer) -> Iterator[Station]:
    """Only where the topic is encrypted."""
    if told.get("key"):
        lets = told.get("key_lets_cloudwatch_use_it")
        says = "is not known" if lets is None else f"{'lets' if lets else 'does not let'} CloudWatch use it"
        state = UNKNOWN if lets is None else GOOD if lets else BAD
        yield Station("Key", str(told["key"]).rpartition(":")[2], state, says)


def _subscribers(told: Answer) -> Iterator[Station]:
    if told.get("subscribers") is None:
        yield Station("Subscribers", "", UNKNOWN, "are not known")
    elif not told["subscribers"]:
        yield Station("Subscribers", "", BAD, "nobody is subscribed")
    for each in told.get("subscribers") or ():
        state, says = _SUBSCRIBER.get(each["state"], (UNKNOWN, str(each["state"])))
        if not each["listed"]:
            says = f"{says}, not listed"
        yield Station(str(each["protocol"]), str(each["endpoint"]), state, says)
