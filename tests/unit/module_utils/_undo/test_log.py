# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
import random
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import incremental
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo import log
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.rule import (
    CONFLICT,
    DELETE,
    PUT,
    SAME,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.steps import Outcome, Step
from tests.unit.support import foreign
from tests.unit.support.undo_plans import ID, plan
from tests.unit.support.undoing import KEYS, incident, item, planned

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.log import Batch

FOLDER = f"undo/orders/{ID}/"
PLAN = incident(1200, random.Random(2))
TIMES = ("2026-11-29T14:10:00+00:00", "2026-11-29T14:11:00+00:00")


def outcomes() -> list[Outcome]:
    return [Outcome(each, each.action, each.change.incident) for each in PLAN]


def written_log(found: list[Outcome]) -> tuple[list[Batch], dict[str, bytes], str]:
    """All objects of a log, by keys from the undo's folder on."""
    done: list[Batch] = []
    contents: dict[str, bytes] = {}
    for number, start in enumerate(range(0, len(found), log.MOST_ITEMS)):
        batch, files = log.ended(number, start, found[start : start + log.MOST_ITEMS], 7.5, 17)
        done.append(batch)
        contents |= files
    export, files = log.manifests(done, plan().table, ID, ("store", FOLDER), TIMES)
    return done, contents | files, export


def test_the_log_is_an_incremental_export():
    """Whoever reads those reads what was replaced, and what was written."""
    done, contents, export = written_log(outcomes())
    source = foreign.source({name.removeprefix(log.LOG): content for name, content in contents.items()})
    assert incremental.exports(source) == [export.removeprefix(log.LOG)]
    found = incremental.with_manifest(source, export.removeprefix(log.LOG))
    assert found.notes == ()
    assert (found.table_arn, found.table_id) == (plan().table.arn, plan().table.id)
    assert (found.begin.isoformat(), found.end.isoformat()) == TIMES
    assert [(each.keys, each.old, each.new, each.micros) for each in found.entries()] == [
        (each.change.key, each.change.incident, each.change.before, 17) for each in PLAN
    ]
    assert sum(batch.items for batch in done) == found.items == len(PLAN)


def test_its_keys_are_those_of_the_bucket():
    _done, contents, export = written_log(outcomes())
    for line in contents[f"{export}/manifest-files.json"].splitlines():
        key = json.loads(line)["dataFileS3Key"]
        assert key.startswith(f"{FOLDER}log/AWSDynamoDB/data/")
        assert key.removeprefix(FOLDER) in contents
    summary = json.loads(contents[f"{export}/manifest-summary.json"])
    assert PurePosixPath(summary["manifestFilesS3Key"]) == PurePosixPath(
        FOLDER, export, "manifest-files.json"
    )


def test_what_was_not_written_is_not_among_it():
    one, other, third, last = PLAN[:4]
    found = [
        Outcome(one, one.action, one.change.incident),
        Outcome(other, SAME, other.change.before),
        Outcome(third, CONFLICT, item(3, other={"N": "1"})),
        Outcome(last, CONFLICT, last.change.incident, "DynamoDB refuses it", refused=True, replaced=item(4)),
    ]
    batch, contents = log.ended(0, 0, found, 3, 17)
    assert (batch.counts, batch.refused) == ({one.action: 1, SAME: 1, CONFLICT: 2}, 1)
    (data,) = batch.data
    assert list(log.written(contents[data.key])) == [(one.change.key, one.change.before)]
    (conflicts,) = batch.conflicts
    listed = list(log.conflicts(contents[conflicts.key]))
    assert [each.change for each in listed] == [third.change, last.change]
    assert [each.now for each in listed] == [item(3, other={"N": "1"}), last.change.incident]
    assert [each.why for each in listed] == ["", "DynamoDB refuses it"]


def test_nothing_was_written():
    done, contents, export = written_log([Outcome(each, SAME, each.change.before) for each in PLAN])
    source = foreign.source({name.removeprefix(log.LOG): content for name, content in contents.items()})
    found = incremental.with_manifest(source, export.removeprefix(log.LOG))
    assert (found.items, list(found.entries())) == (0, [])
    assert log.total(done) == {SAME: len(PLAN)}


def test_a_batch_is_read_as_it_was_written():
    for batch in written_log(outcomes())[0]:
        assert log.of_json(log.to_json(batch)) == batch
    with pytest.raises(log.LogError, match="it is no part of a log"):
        log.of_json(b"{}")
    with pytest.raises(log.LogError, match="its MD5 is another"):
        log.checked(batch.data[0], b"other")


def test_intents_tell_which_items_were_about_to_be_written():
    steps = [Step(each, each.now) for each in PLAN[:50]]
    found = log.intended(log.intents(steps), KEYS)
    assert len(found) == 50
    assert found == log.intended(log.intents(reversed(steps)), KEYS)
    with pytest.raises(log.LogError, match="it cannot be read"):
        log.intended(log.intents(steps)[:-9], KEYS)


def test_batches_are_the_same_whenever_they_are_made():
    large = [planned(item(number, s={"S": "x" * 300_000}), None) for number in range(100)]
    for lines in (PLAN, large, PLAN[:1], []):
        made = list(log.batches(iter(lines)))
        assert [each for batch in made for each in batch] == lines
        assert made == list(log.batches(lines))
        assert all(0 < len(batch) <= log.MOST_ITEMS for batch in made)
    assert [len(batch) for batch in log.batches(PLAN)] == [500, 500, 200]
    assert max(len(batch) for batch in log.batches(large)) == log.MOST_BYTES // 300_050


def test_actions_are_those_that_a_plan_writes():
    assert {each.action for each in PLAN} == {PUT, DELETE}
