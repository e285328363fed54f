# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What options mean, and what may not change from one call to the next."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import asked
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore.options import RESTORE
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore.target import NotRestorableError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings.document import Key, Units


def read(**options: Any) -> asked.Asked:
    validated = ArgumentSpecValidator(RESTORE).validate({"table": "orders", **options})
    assert not validated.error_messages
    return asked.read(validated.validated_parameters)


def same(**options: Any) -> dict[str, Any]:
    return read(**options).same("eu-west-1")


def test_keys_are_in_the_order_in_which_they_are_given() -> None:
    assert read(keys={"z": "S", "a": "N"}).keys == (Key("z", "HASH", "S"), Key("a", "RANGE", "N"))


def test_overrides() -> None:
    found = read(overrides={"billing_mode": "PROVISIONED", "read_capacity": 5, "write_capacity": 6})
    assert (found.overrides.billing, found.overrides.throughput) == ("PROVISIONED", Units(5, 6))


@pytest.mark.parametrize("prefix", ["restores", "restores/", "/restores/"])
def test_the_prefix_of_the_state_is_a_folder(prefix: str) -> None:
    assert read(state_prefix=prefix).state_prefix == "restores/"


@pytest.mark.parametrize(
    "options",
    [{"to": "a b"}, {"keys": {"a": "S", "b": "S", "c": "S"}}, {"wait_sleep": -1}, {"load_up_to_mb": -1}],
)
def test_what_cannot_be_meant(options: dict[str, Any]) -> None:
    with pytest.raises(NotRestorableError):
        read(**options)


@pytest.mark.parametrize(
    "options",
    [
        {"skip": ["ttl"]},
        {"warm_throughput": True},
        {"overrides": {"billing_mode": "PAY_PER_REQUEST"}},
        {"keys": {"id": "S"}},
        {"from": {"bucket": "b"}},
    ],
)
def test_what_must_be_the_same_to_go_on(options: dict[str, Any]) -> None:
    assert len(asked.differences(same(), same(**options))) == 1
    assert asked.digest(same(), "p", "load") != asked.digest(same(**options), "p", "load")


@pytest.mark.parametrize(
    "options",
    [
        {"wait_sleep": 1},
        {"verify": "count"},
        {"started_by": "me"},
        {"max_write_units_per_second": 5},
        {"parameter": "/a"},
        {"load_up_to_mb": 1},
    ],
)
def test_what_may_change(options: dict[str, Any]) -> None:
    assert same() == same(**options)
