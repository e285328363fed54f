# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What runs really saved of tables in the embedded AWS, held to what the tables have."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._restore import gather_settings, plan
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings import read
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._settings.document import (
    EventSource,
    Pipe,
    Settings,
    Unknown,
)
from tests.integration import points
from tests.unit.support import furnished
from tests.unit.support.restoring import NOW
from tests.unit.support.settings import invalid

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

# What DescribeTable leaves out where there is none, and what an older SDK leaves out.
TRULY = {"vector_indexes"}


def document(account: Account, table: str) -> dict[str, Any]:
    """What lies beside the newest point of a table; it meets the schema."""
    key = points.runs(account, table)[-1] + "/settings.json"
    body = account.client("s3").get_object(Bucket=points.bucket_of(account), Key=key)["Body"].read()
    found: dict[str, Any] = json.loads(body)
    assert invalid(found) == []
    return found


def unknown(settings: Settings) -> dict[str, str]:
    """Why nobody knows, by the setting."""
    found = {each.name: getattr(settings, each.name) for each in fields(Settings)}
    return {name: value.why for name, value in found.items() if isinstance(value, Unknown)}


def is_as_furnished(account: Account, found: dict[str, Any]) -> None:
    """The document has every setting that the furnished table has, and what hangs on it."""
    settings = read.of(found)
    assert unknown(settings).keys() == TRULY
    now = gather_settings.of_table(Aws(account.client), furnished.TABLE)
    assert now
    region = f"{account.region}:{account.id}"
    assert settings.encryption
    assert (settings.encryption.manager, settings.alarms) == ("AWS", (furnished.ALARM,))
    assert isinstance(settings.event_sources, tuple)
    (mapping,) = settings.event_sources
    assert mapping == EventSource(mapping.id, f"arn:aws:lambda:{region}:function:reader", "Disabled")
    assert len(mapping.id) == 36
    assert settings.pipes == (Pipe("orders-pipe", f"arn:aws:sns:{region}:changes"),)
    assert isinstance(settings.replica_scaling, tuple)
    assert [each["RegionName"] for each in settings.replica_scaling] == ["eu-central-1"]
    # All else is what AWS tells now.
    asked = ("alarms", "event_sources", "pipes", "replica_scaling", "vector_indexes", "saved_at", "execution")
    assert replace(settings, **{name: getattr(now, name) for name in asked}) == now
    for name in ("policy", "stream_policy", "kinesis", "insights", "scalable_targets", "scaling_policies",
                 "scheduled_actions", "replicas", "ttl", "stream", "deletion_protection"):  # fmt: skip
        assert getattr(settings, name), name


def not_known_at_a_restore(found: dict[str, Any]) -> dict[str, str]:
    """What a restore of such a point says is not known, and so may have been there."""
    settings = read.of(found)
    target = plan.Target("restored", settings.arn.split(":")[3], settings.arn.split(":")[4])
    made = plan.make(settings, target, "create", plan.Wishes(), NOW)
    return {each.path: each.why for each in made.left if each.why.startswith("it is not known: ")}
