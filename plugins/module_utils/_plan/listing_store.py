# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an inventory says of the store, beside the template with which the store was deployed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._base import naming
from .._base.checks import blank, plain
from .._base.masking import masked
from .settings import CHECKS, Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .._base.mistakes import Mistake
    from .._stacks.template import DeployedStack

SUBSCRIPTION = "AWS::SNS::Subscription"
NONE = "none"


@dataclass(frozen=True)
class StoreListing:
    """The settings of a target that are written down; of the others nobody says anything here."""

    settings: Settings = field(default_factory=Settings)
    given: frozenset[str] = frozenset()
    mistaken: bool = False


def read_store_listing(settings: object, region: str) -> StoreListing:
    """The tablekeeper_* variables, without that prefix, of which the store is made."""
    values = plain(settings) if settings else {}
    given = {key for key in values if key in CHECKS and not blank(values[key])}
    mistakes: list[Mistake] = []
    read = read_settings({**{key: values[key] for key in given}, "region": region}, mistakes)
    return StoreListing() if not given else StoreListing(read, frozenset(given), bool(mistakes))


def unlike_store(listing: StoreListing, store: DeployedStack) -> Iterator[str]:
    """How the store differs from what is listed, in words."""
    if listing.mistaken:
        return
    if "alerts" in listing.given:
        yield from _alerts(listing.settings, store)
    for key, (listed, deployed) in COMPARED.items():
        wanted, found = listed(listing.settings), deployed(store)
        if key in listing.given and wanted != found:
            yield f"{key} is listed as {wanted} and deployed as {found}"


def _alerts(settings: Settings, store: DeployedStack) -> Iterator[str]:
    deployed = {each.logical_id: each.properties for each in store.resources if each.type == SUBSCRIPTION}
    listed = {naming.subscription(each.protocol, each.endpoint): each for each in settings.alerts}
    for name, alert in listed.items():
        if name not in deployed:
            yield f"{masked(alert.endpoint)} ({alert.protocol}) is listed in alerts and not deployed"
        elif alert.raw != (str(deployed[name].get("RawMessageDelivery", "")).lower() == "true"):
            ways = ("raw", "not raw") if alert.raw else ("not raw", "raw")
            who = f"{masked(alert.endpoint)} ({alert.protocol})"
            yield f"{who} is listed {ways[0]} in alerts and deployed {ways[1]}"
    for name, told in deployed.items():
        if name not in listed:
            yield f"{masked(str(told['Endpoint']))} ({told['Protocol']}) is deployed and not listed in alerts"


def _property(store: DeployedStack, logical_id: str, key: str) -> Any:
    found = [each.properties for each in store.resources if each.logical_id == logical_id]
    return found[0].get(key) if found else None


def _encryption(store: DeployedStack) -> str:
    encryption = _property(store, "Bucket", "BucketEncryption") or {}
    rules = encryption.get("ServerSideEncryptionConfiguration") or [{}]
    return str(rules[0].get("ServerSideEncryptionByDefault", {}).get("SSEAlgorithm"))


def _expires(store: DeployedStack) -> str:
    rules = (_property(store, "Bucket", "LifecycleConfiguration") or {}).get("Rules", [])
    states = {each["Status"] for each in rules if str(each["Id"]).startswith("retain-")}
    return _flag(on="Disabled" not in states)


def _flag(*, on: bool) -> str:
    return "true" if on else "false"


def _dashboard(store: DeployedStack) -> str:
    return _flag(on=any(each.type == "AWS::CloudWatch::Dashboard" for each in store.resources))


def _lock(settings: Settings) -> str:
    lock = settings.object_lock
    return f"{lock.mode} {lock.days}" if lock else NONE


# What of the settings is in the template or the outputs of the store, as it is listed and as it is deployed.
COMPARED: Mapping[str, tuple[Callable[[Settings], str], Callable[[DeployedStack], str]]] = {
    "encryption": (lambda settings: settings.encryption, _encryption),
    "kms_key_arn": (
        lambda settings: settings.kms_key_arn or NONE,
        lambda store: store.outputs.kms_key_arn or NONE,
    ),
    "alerts_kms_key_arn": (
        lambda settings: settings.alerts_kms_key_arn or NONE,
        lambda store: _property(store, "AlertsTopic", "KmsMasterKeyId") or NONE,
    ),
    "object_lock": (_lock, lambda store: store.outputs.object_lock or NONE),
    "expire_backups": (lambda settings: _flag(on=settings.expire_backups), _expires),
    "dashboard": (lambda settings: _flag(on=settings.dashboard), _dashboard),
    "log_retention_days": (
        lambda settings: str(settings.log_retention_days),
        lambda store: str(_property(store, "LogGroup", "RetentionInDays")),
    ),
}
