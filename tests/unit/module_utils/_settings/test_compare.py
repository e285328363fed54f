# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two sets of settings, side by side."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings.compare import (
    OWN,
    Difference,
    differences,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings.document import (
    Encryption,
    Key,
    Settings,
    Units,
    Unknown,
)
from tests.unit.support.settings import OPTIONAL, any_settings, everything


@given(any_settings())
def test_settings_do_not_differ_from_themselves(settings: Settings) -> None:
    assert differences(settings, settings) == []


@given(any_settings(), any_settings())
def test_differences_are_what_json_can_say(one: Settings, other: Settings) -> None:
    json.dumps([asdict(each) for each in differences(one, other)])


@given(any_settings(), any_settings())
def test_what_does_not_differ_is_equal(one: Settings, other: Settings) -> None:
    same = {name: getattr(one, name) for name in OWN}
    assert bool(differences(one, other)) == (one != replace(other, **same))


@pytest.mark.parametrize("name", sorted(OPTIONAL.keys() - {"witnesses"}))
def test_each_setting_counts(name: str) -> None:
    found = differences(everything(), everything(**{name: OPTIONAL[name]}))
    assert found
    assert all(each.path.partition("[")[0].partition(".")[0] == name for each in found)


DIFFERENT: dict[str, tuple[dict[str, Any], Difference]] = {
    "a member of a list": (
        {"alarms": ("orders-throttled", "more")},
        Difference("alarms[more]", None, "more"),
    ),
    "a figure of an index": (
        {
            "global_indexes": (
                replace(everything().global_indexes[0], warm=Units(13000, 1)),
                everything().global_indexes[1],
            )
        },
        Difference("global_indexes[by-customer].warm.write", 5000, 1),
    ),
    "another key": (
        {"keys": (Key("id", "HASH", "S"),)},
        Difference(
            "keys",
            [{"name": "id", "role": "HASH", "type": "S"}, {"name": "at", "role": "RANGE", "type": "N"}],
            [{"name": "id", "role": "HASH", "type": "S"}],
        ),
    ),
    "a tag": ({"tags": {**everything().tags, "team": "x"}}, Difference("tags[team]", "shop", "x")),
    "no key of one's own": (
        {"encryption": None},
        Difference("encryption", {"key_arn": everything().encryption.key_arn, "manager": "CUSTOMER"}, None),  # type: ignore[union-attr]
    ),
    "what nobody knows": (
        {"policy": Unknown("AccessDeniedException")},
        Difference(
            "policy", None, {"unknown": "AccessDeniedException"}, "it is not known: AccessDeniedException"
        ),
    ),
}


@pytest.mark.parametrize("case", sorted(DIFFERENT))
def test_a_difference_says_where_and_what(case: str) -> None:
    changes, expected = DIFFERENT[case]
    base = everything(policy="") if "policy" in changes else everything()
    assert differences(base, replace(base, **changes)) == [expected]


def test_how_a_policy_is_written_means_nothing() -> None:
    one, other = everything(policy='{"a": 1, "b": 2}'), everything(policy='{ "b":2,"a":1 }')
    assert differences(one, other) == []


def test_the_label_of_the_stream_means_nothing() -> None:
    new = f"{everything().arn}/stream/2030-01-01T00:00:00.000"
    text = str(everything().stream_policy).replace(everything().stream_arn, new)
    assert differences(everything(), everything(stream_arn=new, stream_policy=text)) == []


def test_the_nearest_reason_counts() -> None:
    one = everything(tags={"a": "1", "b": "2"}, encryption=Encryption("k"))
    other = everything(tags={}, encryption=Encryption("other"))
    found = differences(one, other, {"tags": "all of them", "tags[b]": "this one", "encrypt": "no path"})
    assert {each.path: each.why for each in found} == {
        "tags[a]": "all of them",
        "tags[b]": "this one",
        "encryption.key_arn": "",
    }
