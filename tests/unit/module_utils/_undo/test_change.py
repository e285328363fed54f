# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import itertools
import json

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.change import (
    Change,
    Planned,
    digest_of,
    of_planned_line,
    planned_line,
)

KEY = {"id": {"S": "a"}}
IMAGES = (None, KEY | {"n": {"N": "1"}}, KEY | {"n": {"N": "2"}}, KEY | {"b": {"B": "AAE="}})


def test_a_line_tells_a_planned_change_whole():
    for before, incident, now in itertools.product(IMAGES, repeat=3):
        planned = Planned(Change(KEY, before, incident), "put", now)
        assert of_planned_line(planned_line(planned)) == planned


def test_a_line_has_the_members_of_an_incremental_export():
    line = json.loads(planned_line(Planned(Change(KEY, IMAGES[1], IMAGES[2]), "put", IMAGES[2])))
    assert (line["Keys"], line["OldImage"]) == (KEY, IMAGES[1])
    assert line["NewImage"] == IMAGES[2]
    assert "Now" not in line  # it is the image of the incident, as its digest tells
    assert line["Digests"]["Now"] == line["Digests"]["Incident"] == digest_of(IMAGES[2]).hex()


def test_the_image_that_somebody_else_wrote_stands_in_a_conflict():
    line = json.loads(planned_line(Planned(Change(KEY, IMAGES[1], IMAGES[2]), "conflict", IMAGES[3])))
    assert line["Now"] == IMAGES[3]


def test_a_conflict_tells_why_where_its_images_do_not():
    planned = Planned(Change(KEY, IMAGES[1], IMAGES[2]), "conflict", IMAGES[2], "it has too many attributes")
    assert json.loads(planned_line(planned))["Why"] == "it has too many attributes"
    assert of_planned_line(planned_line(planned)) == planned
