# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._failure import LONGEST, failure
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._mistakes import Mistake
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._webhooks import (
    masked,
    masked_all,
    webhooks,
)

HOOK = "https://hooks.example.com/services/key"
SHOWN = "https://hooks.example.com/***"


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ({"msg": "It broke."}, "It broke."),
        ({"msg": ["One.", "Two."]}, "One.\nTwo."),
        ({"censored": "hidden"}, "A task failed without saying why: its output tells more."),
        (
            {"msg": "1 of 2 items failed", "results": [{"msg": "fine"}, {"failed": True, "msg": "Broken."}]},
            "Broken.",
        ),
        (
            {"msg": "Task failed: args: The filter plugin 'a.b.plan' failed: 1 mistake:\n- x"},
            "1 mistake:\n- x",
        ),
        ({"msg": f"Invalid {HOOK}: {HOOK}/too"}, f"Invalid {SHOWN}: {SHOWN}"),
        ({"msg": "x" * 3000}, "x" * LONGEST + "..."),
    ],
)
def test_the_reason_is_told_without_webhooks(result: dict[str, Any], told: str) -> None:
    assert failure(result, [HOOK, f"{HOOK}/too"]) == told


def test_webhooks_are_found_in_any_list_of_alerts() -> None:
    email = {"protocol": "email", "endpoint": "ops@example.com"}
    assert webhooks([email, {"protocol": "https", "endpoint": HOOK}, {"endpoint": 7}, HOOK]) == [HOOK, HOOK]
    assert webhooks({"protocol": "https", "endpoint": HOOK}) == [HOOK]
    assert webhooks(None) == []


@pytest.mark.parametrize(
    ("endpoint", "shown"),
    [
        (HOOK, SHOWN),
        ("http://user:word@alerts.example.com", "http://alerts.example.com/***"),
        ("ops@example.com", "ops@example.com"),
    ],
)
def test_of_a_web_address_the_host_is_shown(endpoint: str, shown: str) -> None:
    assert masked(endpoint) == shown


def test_a_template_is_shown_without_its_webhooks() -> None:
    made = {"Resources": {"S": {"Properties": {"Endpoint": HOOK, "Other": ["a"]}}}}
    assert masked_all(made) == {"Resources": {"S": {"Properties": {"Endpoint": SHOWN, "Other": ["a"]}}}}


def test_a_mistake_is_told_without_webhooks() -> None:
    told = str(Mistake("tablekeeper_alerts entry 1", "", {"endpoint": HOOK}, "it is wrong"))
    assert told == f'tablekeeper_alerts entry 1 is {{"endpoint": "{SHOWN}"}}, but it is wrong.'
