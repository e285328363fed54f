# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What changes for all backups of a target, in words: how they are kept, and who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._base.masking import masked
from .._model.prices import DASHBOARD_PRICE
from .state import mangled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Json = dict[str, Any]
NONE = "none"
SUBSCRIPTION = "AWS::SNS::Subscription"
# What is said of a change, beside from what to what.
_AFTER = {
    "encryption": "backups that are there stay as they are",
    "object lock": "backups that are there stay as they are",
}
_PRICE = f"CloudWatch asks {DASHBOARD_PRICE}"


def store_settings(template: Mapping[str, Any]) -> Json:
    """What a store's template says, in words; of another template, and of none, nothing."""
    resources = template.get("Resources", {})
    if "Bucket" not in resources or "AlertsTopic" not in resources:
        return {}
    bucket = resources["Bucket"].get("Properties", {})
    key = resources["AlertsTopic"].get("Properties", {}).get("KmsMasterKeyId", "")
    return {
        "encryption": _encryption(bucket),
        "object lock": _lock(bucket),
        "deletion of backups whose retention is over": _deletion(bucket),
        "key of the alerts": _key(key) or NONE,
        "dashboard": "on" if "Dashboard" in resources else "off",
        "alerts": {
            name: _subscriber(each["Properties"])
            for name, each in resources.items()
            if each["Type"] == SUBSCRIPTION
        },
    }


def store_lines(store: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """From what to what, a line for each setting; none for a store that is new."""
    if not before:
        return
    for name, new in after.items():
        old = before.get(name)
        if name != "alerts" and old is not None and old != new:
            more = _PRICE if (name, new) == ("dashboard", "on") else _AFTER.get(name)
            yield f"{store}: {name} {old} becomes {new}{f'; {more}' if more else ''}"
    old, new = before.get("alerts", {}), after["alerts"]
    if gone := [old[each] for each in old if each not in new]:
        yield f"{store}: alerts no longer go to {', '.join(gone)}"
    if added := [new[each] for each in new if each not in old]:
        yield f"{store}: alerts go to {', '.join(added)}, too"


def host_lines(store: str, before: str, now: str) -> Iterator[str]:
    """Whose the target is from now on, if that is another host; none for a store that is new."""
    if before and before != now:
        yield f"{store}: inventory host {before} becomes {now}, to which this target belongs from now on"


def _encryption(bucket: Mapping[str, Any]) -> str:
    rules = bucket.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration") or [{}]
    how = rules[0].get("ServerSideEncryptionByDefault", {})
    key = _key(how.get("KMSMasterKeyID", ""))
    return f"{how.get('SSEAlgorithm', NONE)} ({key})" if key else str(how.get("SSEAlgorithm", NONE))


def _key(key: Any) -> str:
    return key if isinstance(key, str) else "a key of the store's own"


def _lock(bucket: Mapping[str, Any]) -> str:
    rule = bucket.get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention", {})
    if not rule:
        return NONE
    days = int(rule["Days"])
    return f"{rule['Mode']} for {'1 day' if days == 1 else f'{days} days'}"


def _deletion(bucket: Mapping[str, Any]) -> str:
    rules = bucket.get("LifecycleConfiguration", {}).get("Rules", [])
    states = {each["Status"] for each in rules if str(each.get("Prefix", "")).startswith("retain-")}
    return "off" if "Disabled" in states else "on"


def _subscriber(properties: Mapping[str, Any]) -> str:
    return f"{mangled(masked(str(properties['Endpoint'])))} ({properties['Protocol']})"
