# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A restore, from its first write to its report: each phase is noted, so that it can go on."""

from __future__ import annotations

import contextlib
import time
import traceback
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .._aws import dynamodb
from .._aws.client import NoClockError
from .._base import at_work
from .._base.options import OPTION_PREFIX, PROGRESS
from .._compare import gather as comparing
from .._compare.compared import UncomparableError
from .._load import apply_convert
from .._load.apply import Options, load
from .._load.apply_batch import NotLoadedError
from .._load.apply_journal import Journal
from .._load.written import OtherLoadError
from .._model.lines import Lines, shower
from .._points.formats.source import UnreadableError
from . import asked as asking
from . import ending, gather_beginning, predicting, state
from .apply_ending import end
from .apply_making import NotMadeError, made_before, make, require_own, wait
from .apply_steps import Bringing, count
from .options import CONTENT, CONVERT, LOAD
from .report import is_whole
from .target import NotRestorableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .._aws.client import Aws
    from .gather_beginning import Beginning

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import BotoCoreError, ClientError

JOURNAL = "journal.json"  # in the folder of the restore
REFUSALS = (NotRestorableError, UnreadableError, NoClockError, state.StateError)


def restore(aws: Aws, region: str, params: Mapping[str, Any], *, check: bool) -> dict[str, Any]:
    """What the module returns; RestoreError says what became of a restore that did not come to its end."""
    try:
        return _restore(aws, region, params, check=check)
    except ending.RestoreError as error:
        raise error.named(params[OPTION_PREFIX]) from error


def _restore(aws: Aws, region: str, params: Mapping[str, Any], *, check: bool) -> dict[str, Any]:
    try:
        asked = asking.read(params)
        show = shower(params[PROGRESS], asked.option_prefix)
        lines = Lines(asked.to or asked.table, show, time.monotonic)
        beginning = gather_beginning.begin(aws, region, params, asked, lines)
    except REFUSALS as error:
        raise ending.nothing_made(str(error), str(params["to"])) from error
    for note in beginning.notes:
        lines.say(note)
    for reason in beginning.choice.reasons if beginning.choice else []:
        lines.say(f"way: {reason}")
    if beginning.gone and not check:
        lines.say(predicting.under_another_name(asked))
    if check:
        return predicting.predicted(beginning)
    if beginning.state.phase == state.FINISHED:
        return ending.as_it_was(beginning.state)
    with _told(aws, beginning):
        return _Restoring(aws, beginning, lines).run()


@contextmanager
def _told(aws: Aws, beginning: Beginning) -> Iterator[None]:
    """Says of whatever ends a restore too early what there is, how to go on, and how to remove it."""
    try:
        yield
    except (NotMadeError, NotLoadedError, UncomparableError, apply_convert.NotConvertedError) as error:
        final = isinstance(error, NotMadeError) and error.final
        raise ending.ended(str(error), _standing(aws, beginning, resumable=not final)) from error
    except OtherLoadError as error:
        why = f"{error} The journal is {_journal_location(beginning)}."
        raise ending.ended(why, _standing(aws, beginning, resumable=False)) from error
    except (*REFUSALS, ClientError, BotoCoreError) as error:
        raise ending.ended(str(error), _standing(aws, beginning)) from error
    except KeyboardInterrupt:
        told = ending.ended("It was ended from outside", _standing(aws, beginning))
        told.interrupted = True
        raise told from None
    except Exception as error:  # whatever it is, there may be a table of which nobody else knows
        told = ending.ended(f"An error that was not expected, {error!r}", _standing(aws, beginning))
        told.told["traceback"] = traceback.format_exc()
        raise told from error


def _journal_location(beginning: Beginning) -> str:
    return f"s3://{beginning.keeper.bucket}/{beginning.keeper.folder}{JOURNAL}"


def _standing(aws: Aws, beginning: Beginning, *, resumable: bool = True) -> ending.Standing:
    exists, protected = bool(beginning.state.table_id), False
    is_another = False
    with contextlib.suppress(ClientError, BotoCoreError):
        beginning.state.at_work = {}
        beginning.keeper.write(beginning.state)
        table = dynamodb.describe_table(aws("dynamodb"), beginning.target.name)
        exists, protected = table is not None, bool((table or {}).get("DeletionProtectionEnabled"))
        is_another = table is not None and made_before(aws, beginning.state, table) is None
    return ending.Standing(
        beginning.state, beginning.keeper.location, exists, resumable, protected, is_another
    )


class _Restoring:
    """The phases, in their order."""

    def __init__(self, aws: Aws, beginning: Beginning, lines: Lines) -> None:
        self.aws, self.beginning, self.lines = aws, beginning, lines
        self.state, self.plan, self.asked = beginning.state, beginning.plan, beginning.asked
        self.bringing = Bringing(aws, self.state, self.save, lines, self.asked.wait_sleep)
        self.refused: dict[str, str] = {}
        lines.note = self.note

    def run(self) -> dict[str, Any]:
        """Do what is left to do."""
        first = self.state.phase
        if first == state.CHECK:
            self.save()
            self.lines.say(f"begun; its state is {self.beginning.keeper.location}")
        else:
            self.lines.say(f"going on with what was begun {self.state.begun}: {first}")
            self.advise()
        phases = (
            *([(state.CONVERT, self.convert)] if self.state.way == CONVERT else []),
            (state.MAKE, self.make),
            (state.WAIT, self.wait),
            (state.FILL, self.fill),
            (state.COMPARE, self.compare),
            (state.SETTINGS, self.settings),
        )
        for phase, do in phases:
            if not self.state.has_passed(phase):
                with self.phase(phase):
                    if phase in (state.FILL, state.COMPARE):
                        name = self.beginning.target.name
                        require_own(self.state, dynamodb.describe_table(self.aws("dynamodb"), name))
                    do()
        with self.phase(state.DIFF):
            return end(self.aws, self.beginning, self.refused, self.lines)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Note the phase before it begins, and how long it took."""
        self.state.phase = name
        self.save()
        began = time.monotonic()
        try:
            yield
        finally:
            before = self.state.seconds.get(name, 0.0)
            self.state.seconds[name] = round(before + time.monotonic() - began, 1)

    def save(self) -> None:
        """Keep the state, with who is at work."""
        self.state.at_work = at_work.mark(self.aws.time())
        self.beginning.keeper.write(self.state)

    def note(self) -> None:
        """Keep that this process is still at work. If that fails once, nothing is lost."""
        with contextlib.suppress(ClientError, BotoCoreError):
            self.save()

    def convert(self) -> None:
        """Write what ImportTable cannot read as what it can."""
        self.lines.say("convert: writing the items as DynamoDB JSON")
        keeper = self.beginning.keeper
        done = apply_convert.convert(
            self.aws, self._reading(), keeper.bucket, f"{keeper.folder}converted", self.lines.progress
        )
        if not done.files:
            raise NotRestorableError("It has no items, so that there is nothing to import: use the way load")
        self.state.items = done.items
        self.state.imports = {
            "bucket": keeper.bucket,
            "prefix": done.prefix,
            "format": "DYNAMODB_JSON",
            "compression": "GZIP",
            "owner": gather_beginning.store_owner(self.beginning.saved, self.beginning.target),
        }

    def make(self) -> None:
        """Have AWS begin to make the table, if it has not."""
        if self.state.table_id or self.state.import_arn:
            return
        if not self.state.token:
            self.state.token = uuid.uuid4().hex
            self.save()
        region = self.beginning.target.region
        self.lines.say(f"make: the table {self.beginning.target.name} in {region}, by {self.state.way}")
        made = make(self.aws, self.state, self.plan.making)
        self.state.table_id, self.state.import_arn = made.table_id, made.import_arn
        self.state.made = self.aws.time().isoformat()
        self.save()
        self.advise()

    def advise(self) -> None:
        """Say what to do if this is ended from outside: then nothing is said any more."""
        for sentence, command in ending.advice(self.state, self.beginning.keeper.location):
            self.lines.say(f"if this ends too early: {sentence}", command)

    def wait(self) -> None:
        """Until AWS has made it."""
        totals = (self.state.point["items"], self.state.point["bytes"])
        wait(self.aws, self.state, self.lines, self.asked.wait_sleep, totals)
        self.lines.say(f"wait: the table is there, {self.state.seconds.get(state.WAIT, 0):.0f} s")

    def fill(self) -> None:
        """Write the items, where no call has brought them."""
        if self.state.way != LOAD:
            # Early, since they say whose the table is.
            self.refused |= self.bringing.all(each for each in self.plan.steps if each.setting == "tags")
            return
        keeper = self.beginning.keeper
        options = Options(
            units_per_second=self.asked.units_per_second or None, total_items=self.state.point["items"]
        )
        journal = Journal(self.aws, keeper.bucket, f"{keeper.folder}{JOURNAL}")
        self.lines.say("load: writing the items")
        done = load(
            self.aws, self.beginning.target.name, self._reading(), options, journal, self.lines.progress
        )
        self.state.items = done.items
        self.lines.say(f"load: {done.items:,} items in {done.seconds:.0f} s, {done.units:,.0f} write units")

    def compare(self) -> None:
        """Count and compare, while nothing can change the items."""
        verify, name = self.asked.verify, self.beginning.target.name
        found, reading = self.beginning.found, None
        if found:
            reading = found.reading
        if reading is None:
            number = count(self.aws, name)
            self.state.found = {"verify": "count", "expected": self.state.point["items"], "found": number}
        else:
            options = comparing.Options(content=verify == CONTENT)
            keys = {each.name: each.type for each in self.beginning.saved.keys}
            compared = comparing.compare(self.aws, name, keys, reading, self.lines.progress, options)
            self.state.found = {"verify": verify, **compared.to_json()}
            self.lines.say(f"compare: {compared.sentence}")
        self.state.items = self.state.found["found"]

    def settings(self) -> None:
        """Bring the settings back, unless the items differ: nothing may delete them then, or tell of them."""
        if not is_whole(self.state.found):
            self.lines.say("settings: none is brought back, since the items differ")
            return
        self.refused |= self.bringing.all(self.plan.steps)

    def _reading(self) -> Any:
        found = self.beginning.found
        if found is None or found.reading is None:
            raise NotRestorableError("There are no files to read from")
        return found.reading
