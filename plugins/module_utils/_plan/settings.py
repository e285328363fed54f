# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The settings of a target: everything the user writes that is not about one table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._base import regions
from .._base.checks import Check, Reading, flag, matching, number, one_of, plain, read, tags, whole
from .._base.mistakes import Mistake, NotAllowedError
from .._base.naming import PREFIX
from .._engines.planners import DEFAULT, PLANNERS
from .._model.keys import LONGEST_RETENTION
from . import arns
from .selection import names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DAY_SECONDS = 86_400

# What CloudWatch Logs accepts for RetentionInDays.
LOG_RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827),
    *(2192, 2557, 2922, 3288, 3653),
)

_MACHINERY = "|".join(name.replace("_", "-") for name in PLANNERS)
# No alarm may have the name of one of another prefix: a-missed-missed-orders, a-export-1-missed-starts.
_PREFIX = matching(
    rf"(?!.*-missed(-|$))(?!.*-({_MACHINERY})-\d+$)[a-z]([a-z0-9-]{{0,18}}[a-z0-9])?",
    "it must be 1 to 20 lower-case letters, digits or hyphens, with a letter first and no hyphen last, and"
    f" neither have -missed in it nor end like -{DEFAULT}-1, which names of another prefix's alarms may have",
)
_EMAIL = matching(r"[^@\s]+@[^@\s]+\.[^@\s.]+", "it must be an email address")


def _telephone(value: object) -> str:
    # YAML reads an unquoted +14155550123 as a number.
    written = f"+{value}" if isinstance(value, int) else value
    return matching(r"\+[1-9][0-9]{6,14}", "it must be a telephone number such as +14155550123")(written)


_ENDPOINTS: dict[str, Check[str]] = {
    "email": _EMAIL,
    "email-json": _EMAIL,
    "http": matching(r"http://[^\s/]+\S*", "it must be a URL that begins with http://"),
    "https": matching(r"https://[^\s/]+\S*", "it must be a URL that begins with https://"),
    **arns.ENDPOINTS,
    "sms": _telephone,
}
_ALERT_CHECKS: dict[str, Check[Any]] = {
    "protocol": one_of(_ENDPOINTS),
    "endpoint": matching(r".+", "it must be the address of a subscriber"),
}
# https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
_RAW_PROTOCOLS = ("http", "https", "sqs")
_LOCK_CHECKS: dict[str, Check[Any]] = {
    "mode": one_of(("GOVERNANCE", "COMPLIANCE")),
    "days": whole(1, LONGEST_RETENTION),
}


@dataclass(frozen=True)
class Alert:
    """One subscriber of the alerts topic."""

    protocol: str
    endpoint: str
    raw: bool = False  # gets the message alone, without what SNS puts around it


@dataclass(frozen=True)
class ObjectLock:
    """For how long nobody can delete a point."""

    mode: str
    days: int


@dataclass(frozen=True)
class Settings:
    """A target's settings, checked and in their own types."""

    region: str = ""
    prefix: str = PREFIX
    alerts: tuple[Alert, ...] = ()
    encryption: str = "AES256"
    kms_key_arn: str = ""
    alerts_kms_key_arn: str = ""
    table_key_arns: tuple[str, ...] = ()
    object_lock: ObjectLock | None = None
    tags: dict[str, str] = field(default_factory=dict)
    log_retention_days: int = 90
    bucket_name: str = ""
    expire_backups: bool = True
    enable_pitr: bool = False
    dashboard: bool = False
    stop_running_pipelines: bool = False
    stop_backups_of: tuple[str, ...] = ()
    expire_old_backups: bool = False
    previous_host: str = ""
    beside: tuple[str, ...] = ()
    stack_timeout: int = 1800
    alarm_timeout: int = 900
    alarm_poll_seconds: float = 10.0
    engines: Mapping[str, Any] = field(default_factory=dict)  # the own settings of each engine, by its name


def _list_of_alerts(value: object) -> list[object]:
    if not isinstance(value, list):
        raise NotAllowedError("it must be a list of mappings of protocol and endpoint")
    return value


def _lock(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise NotAllowedError("it must be a mapping of mode and days, or {}")
    return value


def _log_retention(value: object) -> int:
    days = whole(1, LOG_RETENTION_DAYS[-1])(value)
    if days not in LOG_RETENTION_DAYS:
        raise NotAllowedError(f"CloudWatch Logs allows only {', '.join(map(str, LOG_RETENTION_DAYS))}")
    return days


def _names_of_tables(value: object) -> tuple[str, ...]:
    return tuple(names(value))


def _prefixes(value: object) -> tuple[str, ...]:
    return tuple(_PREFIX(each) for each in names(value))


def _stack_tags(value: object) -> dict[str, str]:
    found = tags(value)
    if empty := [key for key, each in found.items() if not each]:
        raise NotAllowedError(f"CloudFormation takes no tag with an empty value: give {', '.join(empty)} one")
    return found


CHECKS: dict[str, Check[Any]] = {
    "region": matching(
        regions.REGION.pattern,
        f"it must be an AWS region of the partitions {regions.named()}, such as eu-west-1",
    ),
    "prefix": _PREFIX,
    "alerts": _list_of_alerts,
    "encryption": one_of(("AES256", "aws:kms")),
    "kms_key_arn": arns.KEY,
    "alerts_kms_key_arn": arns.KEY,
    "table_key_arns": arns.keys,
    "object_lock": _lock,
    "tags": _stack_tags,
    "log_retention_days": _log_retention,
    "bucket_name": matching(
        r"(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9][a-z0-9-]{1,61}[a-z0-9](?<!-s3alias)(?<!--ols-s3)(?<!--x-s3)",
        "it must be a bucket name: 3 to 63 lower-case letters, digits or hyphens, no hyphen at either end",
    ),
    "expire_backups": flag,
    "enable_pitr": flag,
    "dashboard": flag,
    "stop_running_pipelines": flag,
    "stop_backups_of": _names_of_tables,
    "expire_old_backups": flag,
    "previous_host": matching(r".+", "it must be the name that the host had in the inventory"),
    "beside": _prefixes,
    "stack_timeout": whole(1, DAY_SECONDS),
    "alarm_timeout": whole(0, DAY_SECONDS),
    "alarm_poll_seconds": number(0, 3600),
    **{key: check for planner in PLANNERS.values() for key, check in planner.SETTINGS.items()},
}


def read_settings(given: object, mistakes: list[Mistake]) -> Settings:
    """Check the tablekeeper_* variables of a target, named without that prefix."""
    found: list[Mistake] = []
    values = plain({} if given is None else given)
    if not isinstance(values, dict):
        mistakes.append(Mistake("tablekeeper settings", "", values, "they must be a mapping"))
        return Settings()
    reading = read("", values, CHECKS, found, required=("region",))
    found = [Mistake(f"tablekeeper_{each.key}", "", each.value, each.allowed) for each in found]
    settings = _settings(reading, found)
    mistakes.extend([*found, *_contradictions(settings, reading)])
    return settings


def _settings(reading: Reading, mistakes: list[Mistake]) -> Settings:
    own = {key for planner in PLANNERS.values() for key in planner.SETTINGS}
    values = {key: value for key, value in reading.values.items() if key not in own}
    values["alerts"] = _alerts(values.get("alerts", []), mistakes)
    values["object_lock"] = _object_lock(values.get("object_lock", {}), mistakes)
    values["engines"] = {
        name: planner.read_settings(reading.only(planner.SETTINGS), values.get("region", ""), mistakes)
        for name, planner in PLANNERS.items()
    }
    return Settings(**values)


def _alerts(written: list[object], mistakes: list[Mistake]) -> tuple[Alert, ...]:
    alerts: list[Alert] = []
    for position, each in enumerate(written, 1):
        place = f"tablekeeper_alerts entry {position}"
        alert = _alert(place, each, mistakes)
        if alert and any((one.protocol, one.endpoint) == (alert.protocol, alert.endpoint) for one in alerts):
            mistakes.append(Mistake(place, "", each, "it stands in the list already: keep one of them"))
        elif alert:
            alerts.append(alert)
    return tuple(alerts)


def _alert(place: str, written: object, mistakes: list[Mistake]) -> Alert | None:
    if not isinstance(written, dict):
        mistakes.append(Mistake(place, "", written, "it must be a mapping of protocol and endpoint"))
        return None
    protocol = read("", {"protocol": written.get("protocol")}, _ALERT_CHECKS, []).values.get("protocol")
    checks = _ALERT_CHECKS | ({"endpoint": _ENDPOINTS[protocol]} if protocol else {})
    reading = read(place, written, {**checks, "raw": flag}, mistakes, required=checks)
    if reading.values.keys() - {"raw"} != checks.keys():
        return None
    alert = Alert(**reading.values)
    if alert.raw and protocol not in _RAW_PROTOCOLS:
        allowed = f"only {', '.join(_RAW_PROTOCOLS)} get messages raw: leave it out"
        mistakes.append(Mistake(place, "raw", alert.raw, allowed))
    return alert


def _object_lock(written: dict[str, object], mistakes: list[Mistake]) -> ObjectLock | None:
    if not written:
        return None
    reading = read("tablekeeper_object_lock", written, _LOCK_CHECKS, mistakes, required=_LOCK_CHECKS)
    return ObjectLock(**reading.values) if reading.values.keys() == _LOCK_CHECKS.keys() else None


def _contradictions(settings: Settings, reading: Reading) -> Iterator[Mistake]:
    key = settings.kms_key_arn
    if key and settings.encryption != "aws:kms" and "encryption" not in reading.bad:
        yield Mistake(
            "tablekeeper_encryption",
            "",
            settings.encryption,
            "it must be aws:kms for tablekeeper_kms_key_arn to be used",
        )
    yield from arns.misplaced(settings)


def unlocked(settings: Settings, deployed: str) -> Iterator[Mistake]:
    """An object lock that the store has ("GOVERNANCE 30") and the user no longer wants."""
    if deployed and not settings.object_lock:
        mode, days = deployed.split()
        reason = f"the bucket has an object lock ({mode}, {days} days), which nobody can take off"
        advice = "put it back (days may be as few as 1), or set another tablekeeper_prefix for a new bucket"
        yield Mistake("tablekeeper_object_lock", "", "", f"{reason}: {advice}")
