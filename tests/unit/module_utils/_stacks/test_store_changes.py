# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is said of a store's settings that change, from what to what."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.prices import DASHBOARD_PRICE
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.store_changes import (
    store_lines,
    store_settings,
)
from tests.unit.support import rendering
from tests.unit.support.inventories import planned_from

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
KMS: dict[str, Any] = {"encryption": "aws:kms"}
OPS = {"protocol": "email", "endpoint": "ops@example.com"}
HOOK = {"protocol": "https", "endpoint": "https://hooks.example.com/secret"}
LOCK = {"mode": "GOVERNANCE", "days": 7}
STAY = "; backups that are there stay as they are"
EXPIRY = "deletion of backups whose retention is over"


def settings(**given: Any) -> dict[str, Any]:
    variables = {f"tablekeeper_{name}": value for name, value in given.items()}
    return store_settings(
        rendering.store(
            planned_from({"tablekeeper_region": "eu-west-1", "tablekeeper_tables": ["orders"], **variables})
        )
    )


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (KMS, {}, [f"encryption aws:kms (a key of the store's own) becomes AES256{STAY}"]),
        ({**KMS, "kms_key_arn": KEY}, {}, [f"encryption aws:kms ({KEY}) becomes AES256{STAY}"]),
        ({}, {"object_lock": LOCK}, [f"object lock none becomes GOVERNANCE for 7 days{STAY}"]),
        ({}, {"expire_backups": False}, [f"{EXPIRY} on becomes off"]),
        ({"expire_backups": False}, {}, [f"{EXPIRY} off becomes on"]),
        ({}, {"alerts_kms_key_arn": KEY}, [f"key of the alerts none becomes {KEY}"]),
        (
            {"alerts": [OPS]},
            {"alerts": [HOOK]},
            [
                "alerts no longer go to ops@example.com (email)",
                "alerts go to https://hooks.example.com/*** (https), too",
            ],
        ),
        ({}, {"dashboard": True}, [f"dashboard off becomes on; CloudWatch asks {DASHBOARD_PRICE}"]),
        ({"dashboard": True}, {}, ["dashboard on becomes off"]),
        (KMS, KMS, []),
    ],
)
def test_each_is_told_from_what_to_what(
    before: dict[str, Any], after: dict[str, Any], told: list[str]
) -> None:
    lines = list(store_lines("tablekeeper-store", settings(**before), settings(**after)))
    assert lines == [f"tablekeeper-store: {line}" for line in told]


def test_nothing_is_said_of_a_store_that_is_new_or_is_but_a_shell() -> None:
    assert store_settings({}) == {}
    assert list(store_lines("tablekeeper-store", {}, settings(**KMS))) == []
