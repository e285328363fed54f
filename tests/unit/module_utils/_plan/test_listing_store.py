# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is listed for a store, beside stores that were deployed otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import Outputs
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.listing_store import (
    COMPARED,
    read_store_listing,
    unlike_store,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.template import DeployedStack
from tests.unit.support import rendering
from tests.unit.support.inventories import planned_from

STACK = "arn:aws:cloudformation:eu-west-1:123456789012:stack/tablekeeper-store/1"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
MAIL = {"protocol": "email", "endpoint": "ops@example.com"}
HOOK = {"protocol": "https", "endpoint": "https://hooks.example.com/secret"}
ALL: dict[str, Any] = {
    "alerts": [MAIL, HOOK],
    "encryption": "aws:kms",
    "kms_key_arn": KEY,
    "alerts_kms_key_arn": KEY,
    "object_lock": {"mode": "GOVERNANCE", "days": 7},
    "expire_backups": False,
    "log_retention_days": 30,
    "dashboard": True,
}


def store(**settings: Any) -> DeployedStack:
    """As it is deployed with these settings; its outputs are what CloudFormation makes of them."""
    variables = {f"tablekeeper_{key}": value for key, value in settings.items()}
    plan = planned_from(
        {"tablekeeper_region": "eu-west-1", "tablekeeper_tables": ["orders"], **variables},
        now=datetime(2026, 11, 23, tzinfo=UTC), armed=True,
    )  # fmt: skip
    template = rendering.store(plan)
    told = {key: each["Value"] for key, each in template["Outputs"].items() if isinstance(each["Value"], str)}
    return DeployedStack(STACK, "tablekeeper-store", template, Outputs.from_raw(told))


def unlike(deployed: dict[str, Any], **listed: Any) -> list[str]:
    return list(unlike_store(read_store_listing(listed, "eu-west-1"), store(**deployed)))


def test_what_is_deployed_as_listed_is_not_told() -> None:
    assert COMPARED.keys() | {"alerts"} == ALL.keys()
    assert unlike(ALL, **ALL) == []
    assert unlike({}, alerts=[], object_lock={}, expire_backups=True, encryption="AES256") == []


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("encryption", "encryption is listed as aws:kms and deployed as AES256"),
        ("kms_key_arn", f"kms_key_arn is listed as {KEY} and deployed as none"),
        ("alerts_kms_key_arn", f"alerts_kms_key_arn is listed as {KEY} and deployed as none"),
        ("object_lock", "object_lock is listed as GOVERNANCE 7 and deployed as none"),
        ("expire_backups", "expire_backups is listed as false and deployed as true"),
        ("log_retention_days", "log_retention_days is listed as 30 and deployed as 90"),
        ("dashboard", "dashboard is listed as true and deployed as false"),
    ],
)
def test_a_setting_that_was_not_deployed(key: str, told: str) -> None:
    listed = {key: ALL[key], **({"encryption": "aws:kms"} if key == "kms_key_arn" else {})}
    assert told in unlike({}, **listed)
    assert unlike(ALL) == []  # nobody says anything of it


def test_who_is_listed_and_was_not_deployed() -> None:
    assert unlike({"alerts": [MAIL]}, alerts=[MAIL, HOOK]) == [
        "https://hooks.example.com/*** (https) is listed in alerts and not deployed"
    ]
    assert unlike({"alerts": [MAIL, HOOK]}, alerts=[MAIL]) == [
        "https://hooks.example.com/*** (https) is deployed and not listed in alerts"
    ]
    assert len(unlike({"alerts": [MAIL, HOOK]}, alerts=[])) == 2


def test_who_is_listed_raw_and_was_deployed_otherwise() -> None:
    raw = {**HOOK, "raw": True}
    who = "https://hooks.example.com/*** (https) is"
    assert unlike({"alerts": [HOOK]}, alerts=[raw]) == [f"{who} listed raw in alerts and deployed not raw"]
    assert unlike({"alerts": [raw]}, alerts=[HOOK]) == [f"{who} listed not raw in alerts and deployed raw"]
    assert unlike({"alerts": [raw]}, alerts=[{**HOOK, "raw": "yes"}]) == []


def test_a_mistake_is_not_compared() -> None:
    listing = read_store_listing({"alerts": [{"protocol": "https", "endpoint": "secret"}]}, "eu-west-1")
    assert listing.mistaken
    assert list(unlike_store(listing, store(alerts=[MAIL]))) == []
