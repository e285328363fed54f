# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A comparison from its options to what the module returns."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol

from .._base.options import named
from .._exports.apply import NotExportedError, exported
from .._exports.request import KMS
from .._exports.windows import WindowError
from .._model.lines import Lines, shower
from .._points.choose_point import PointError
from .._points.formats.source import UnreadableError
from .._points.gather_store import NoStoreError
from .._settings.document import SettingsError
from . import lines as file_of
from .asked import OPTION_PREFIX, PROGRESS, read
from .compared import KINDS, Sample, UncomparableError
from .gather_beginning import begin
from .gather_differences import Wanted, compared
from .rights import needed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager

    from .._aws.client import Aws
    from .compared import Tally
    from .differing import Differing
    from .gather_beginning import Beginning
    from .gather_differences import Outcome

REFUSALS = (
    UncomparableError, PointError, UnreadableError, NoStoreError, SettingsError, NotExportedError,
    WindowError,
)  # fmt: skip


class Work(Protocol):
    """Where two sides are laid side by side: on this machine, or on many."""

    def prepare(self, aws: Aws, beginning: Beginning, lines: Lines) -> None:
        """Have ready what it takes, before anything is exported that is paid for."""

    def look(
        self, aws: Aws, beginning: Beginning, wanted: Wanted, lines: Lines
    ) -> AbstractContextManager[Outcome]:
        """What differs, for as long as it is open."""


class OnThisMachine:
    """Reads both sides here."""

    def prepare(self, aws: Aws, beginning: Beginning, lines: Lines) -> None:
        """Nothing is needed."""

    def look(
        self, aws: Aws, beginning: Beginning, wanted: Wanted, lines: Lines
    ) -> AbstractContextManager[Outcome]:
        """What differs, for as long as it is open."""
        expected, found = beginning.sides(aws)
        what = beginning.found.table.name if beginning.found.table else "the second point"
        return compared(expected, found, wanted, lines.progress, beginning.expiry, what)


HERE = OnThisMachine()


def compare(
    aws: Aws, region: str, params: Mapping[str, Any], *, check: bool, work: Work = HERE
) -> dict[str, Any]:
    """What the module returns; UncomparableError says why nothing was compared, by names that users know."""
    prefix = params[OPTION_PREFIX]
    try:
        return _compare(aws, region, params, work, check=check)
    except REFUSALS as error:
        why = str(error)
        raise UncomparableError(named(f"Nothing was compared: {why}", prefix)) from error


def _compare(aws: Aws, region: str, params: Mapping[str, Any], work: Work, *, check: bool) -> dict[str, Any]:
    asked = read(params)
    if asked.file:
        file_of.require_writable(asked.file)
    lines = Lines(asked.table, shower(params[PROGRESS], params[OPTION_PREFIX]), time.monotonic)
    beginning = begin(aws, region, params, asked)
    for note in beginning.notes:
        lines.say(note)
    if check:
        return {**_told(beginning), **_predicted(beginning)}
    done = _done(aws, beginning, lines, work)
    return {**_told(beginning), **done}


def _told(beginning: Beginning) -> dict[str, Any]:
    """What is told before and after."""
    encrypted = beginning.place is not None and beginning.place.encryption == KMS
    return {
        "changed": False,
        "place": {"account": beginning.account, "region": beginning.region},
        "bucket": beginning.bucket,
        "table": beginning.asked.table,
        "expected": beginning.expected.to_json(),
        "found": beginning.found.to_json(),
        "table_keys": dict(beginning.keys),
        "ttl_attribute": beginning.expiry.attribute,
        "notes": beginning.notes,
        "plan": {
            **beginning.estimate.to_json(),
            "rights": needed(beginning.asked, encrypted=encrypted),
        },
    }


def _predicted(beginning: Beginning) -> dict[str, Any]:
    told = beginning.estimate
    calls = ", ".join(_call(name, number) for name, number in told.calls.items())
    return {
        "equal": None,
        "compared": {},
        "file": "",
        "seconds": 0.0,
        "msg": (
            f"Would compare {beginning.expected.text} with {beginning.found.text}."
            f" Calls: {calls or 'none'}. Time: {told.time}. Price: {told.price}."
        ),
    }


def _call(name: str, number: int) -> str:
    if name == "BatchGetItem":
        return f"up to {number:,} {name}, if everything differs"
    if name == "GetObject":
        return f"{number:,} {name}, up to twice as many if items differ"
    return f"{number:,} {name}"


def _done(aws: Aws, beginning: Beginning, lines: Lines, work: Work) -> dict[str, Any]:
    """Compare them, after an export of now if that was asked for."""
    asked, began = beginning.asked, time.monotonic()
    lines.say(f"compares {beginning.expected.text} with {beginning.found.text}")
    lines.say(f"time: {beginning.estimate.time}; price: {beginning.estimate.price}")
    work.prepare(aws, beginning, lines)
    if beginning.request and beginning.place:
        requests = [beginning.request]
        (export,) = exported(aws, requests, beginning.place, lines, seconds=asked.wait_sleep)
        beginning.exported(export)
    wanted = Wanted(asked.samples, all=bool(asked.file))
    with work.look(aws, beginning, wanted, lines) as outcome:
        tally, differing = outcome.tally, outcome.differing()
        if asked.file:
            differing = file_of.write(asked.file, _head(beginning, tally), differing)
        samples = _samples(differing, asked.samples, beginning.keys)
    lines.say(tally.sentence)
    told = f" All of it is in {asked.file}." if asked.file and not tally.equal else ""
    return {
        "equal": tally.equal,
        "compared": {**tally.to_json(), "samples": samples},
        "file": asked.file,
        "seconds": round(time.monotonic() - began, 1),
        "msg": f"{_begins(beginning)}: {tally.sentence}{told}",
    }


def _begins(beginning: Beginning) -> str:
    text = beginning.found.text
    return f"{text[0].upper()}{text[1:]} against {beginning.expected.text}"


def _head(beginning: Beginning, tally: Tally) -> dict[str, Any]:
    """The first line of the file."""
    told = _told(beginning)
    return {
        **{name: told[name] for name in ("table", "place", "expected", "found", "ttl_attribute")},
        "keys": told["table_keys"],
        "compared": tally.to_json(),
    }


def _samples(differing: Iterable[Differing], most: int, keys: Iterable[str]) -> list[dict[str, Any]]:
    """The first ones of each kind; all are looked at, since a file may be written of them."""
    counts: Counter[str] = Counter()
    found = []
    for each in differing:
        counts[each.kind] += 1
        if counts[each.kind] <= most:
            key = {name: each.key[name] for name in keys}
            found.append(Sample(each.kind, key, each.file, each.line, each.attributes))
    found.sort(key=lambda each: (KINDS.index(each.kind), each.text))
    return [each.to_json() for each in found]
