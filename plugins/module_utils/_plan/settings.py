# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The settings of a target: everything the user writes that is not about one table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._base.checks import Check, Reading, flag, matching, number, one_of, plain, read, span, tags, whole
from .._base.durations import WEEK, rounded_up, words
from .._base.mistakes import Mistake, NotAllowedError
from .._engines.data_pipeline import options
from .._engines.data_pipeline.options import DataPipeline
from . import arns
from .selection import names

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_RETENTION = 3650
DAY_SECONDS = 86_400

# What CloudWatch Logs accepts for RetentionInDays.
LOG_RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827),
    *(2192, 2557, 2922, 3288, 3653),
)

# An execution ends at 25,000 events of history; a fifth is left to everything that is not polling.
_EVENTS_FOR_POLLING = 20_000
_EVENTS_PER_POLL = 10
# What Step Functions takes for TimeoutSeconds.
_LONGEST_RUN = 99_999_999

# No alarm may have the name of one of another prefix: a-missed-missed-orders, a-export-1-missed-starts.
_PREFIX = matching(
    r"(?!.*-missed(-|$))(?!.*-(export|data-pipeline)-\d+$)[a-z]([a-z0-9-]{0,18}[a-z0-9])?",
    "it must be 1 to 20 lower-case letters, digits or hyphens, with a letter first and no hyphen last, and"
    " neither have -missed in it nor end like -export-1, which names of another prefix's alarms may have",
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
_LOCK_CHECKS: dict[str, Check[Any]] = {
    "mode": one_of(("GOVERNANCE", "COMPLIANCE")),
    "days": whole(1, LONGEST_RETENTION),
}


@dataclass(frozen=True)
class Alert:
    """One subscriber of the alerts topic."""

    protocol: str
    endpoint: str


@dataclass(frozen=True)
class ObjectLock:
    """For how long nobody can delete a point."""

    mode: str
    days: int


@dataclass(frozen=True)
class Settings:
    """A target's settings, checked and in their own types."""

    region: str = ""
    prefix: str = "tablekeeper"
    alerts: tuple[Alert, ...] = ()
    encryption: str = "AES256"
    kms_key_arn: str = ""
    alerts_kms_key_arn: str = ""
    table_key_arns: tuple[str, ...] = ()
    object_lock: ObjectLock | None = None
    tags: dict[str, str] = field(default_factory=dict)
    log_retention_days: int = 90
    bucket_name: str = ""
    max_concurrency: int = 100
    table_timeout_hours: int = 24
    poll_seconds: int = 60
    read_resource_policy: bool = True
    expire_backups: bool = True
    enable_pitr: bool = False
    stop_running_pipelines: bool = False
    stop_backups_of: tuple[str, ...] = ()
    expire_old_backups: bool = False
    previous_host: str = ""
    beside: tuple[str, ...] = ()
    data_pipeline: DataPipeline = field(default_factory=DataPipeline)
    stack_timeout: int = 1800
    alarm_timeout: int = 900
    alarm_poll_seconds: float = 10.0


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
        r"(?!us-iso|eu-iso|eusc-)[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}",
        "it must be an AWS region of the partitions aws, aws-cn or aws-us-gov, such as eu-west-1",
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
    "max_concurrency": whole(1, 300),
    "table_timeout": span(1, WEEK, '"24 hours"'),
    "poll_seconds": whole(1, 3600),
    "read_resource_policy": flag,
    "expire_backups": flag,
    "enable_pitr": flag,
    "stop_running_pipelines": flag,
    "stop_backups_of": _names_of_tables,
    "expire_old_backups": flag,
    "previous_host": matching(r".+", "it must be the name that the host had in the inventory"),
    "beside": _prefixes,
    "data_pipeline": options.mapping,
    "stack_timeout": whole(1, DAY_SECONDS),
    "alarm_timeout": whole(0, DAY_SECONDS),
    "alarm_poll_seconds": number(0, 3600),
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
    values = dict(reading.values)
    if "table_timeout" in values:
        values["table_timeout_hours"] = values.pop("table_timeout")
    values["alerts"] = _alerts(values.get("alerts", []), mistakes)
    values["object_lock"] = _object_lock(values.get("object_lock", {}), mistakes)
    values["data_pipeline"] = options.read_data_pipeline(
        values.get("data_pipeline", {}), values.get("region", ""), mistakes
    )
    return Settings(**values)


def _alerts(written: list[object], mistakes: list[Mistake]) -> tuple[Alert, ...]:
    alerts: list[Alert] = []
    for position, each in enumerate(written, 1):
        place = f"tablekeeper_alerts entry {position}"
        alert = _alert(place, each, mistakes)
        if alert in alerts:
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
    reading = read(place, written, checks, mistakes, required=checks)
    return Alert(**reading.values) if reading.values.keys() == checks.keys() else None


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
    seconds = settings.table_timeout_hours * 3600
    fewest = rounded_up(seconds * _EVENTS_PER_POLL, _EVENTS_FOR_POLLING)
    if settings.poll_seconds < fewest and not reading.bad & {"poll_seconds", "table_timeout"}:
        timeout = words(settings.table_timeout_hours)
        reason = f"polling for a tablekeeper_table_timeout of {timeout} outgrows an execution's history"
        yield Mistake(
            "tablekeeper_poll_seconds",
            "",
            settings.poll_seconds,
            f"it must be at least {fewest}, or {reason}",
        )


def run_seconds(settings: Settings, tables: int) -> int:
    """After how long a run of so many tables has surely ended.

    Its last wave of tables has then used up its time. A table may go over that by the wait it is in, and by
    what its calls need until they are given up.
    """
    waves = max(1, rounded_up(tables, settings.max_concurrency))
    return waves * (settings.table_timeout_hours * 3600 + settings.poll_seconds + 3600)


def overlong(settings: Settings, stack: str, tables: int) -> Iterator[Mistake]:
    """A run that may take longer than a state machine is allowed to."""
    if run_seconds(settings, tables) > _LONGEST_RUN:
        fewest = rounded_up(tables, _LONGEST_RUN // run_seconds(settings, 1))
        timeout = words(settings.table_timeout_hours)
        reason = f"each of the {tables} tables of {stack} may take a tablekeeper_table_timeout of {timeout}"
        limit = f"a run outlasts the {_LONGEST_RUN:,} seconds that AWS allows"
        yield Mistake(
            "tablekeeper_max_concurrency",
            "",
            settings.max_concurrency,
            f"it must be at least {fewest}, or {limit}: {reason}",
        )


def unlocked(settings: Settings, deployed: str) -> Iterator[Mistake]:
    """An object lock that the store has ("GOVERNANCE 30") and the user no longer wants."""
    if deployed and not settings.object_lock:
        mode, days = deployed.split()
        reason = f"the bucket has an object lock ({mode}, {days} days), which nobody can take off"
        advice = "put it back (days may be as few as 1), or set another tablekeeper_prefix for a new bucket"
        yield Mistake("tablekeeper_object_lock", "", "", f"{reason}: {advice}")
