# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""ARNs that users write: what they must look like, and where what they name must be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from .._base.checks import Check, matching
from .._base.mistakes import Mistake, NotAllowedError
from .._base.regions import partition

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ARN = r"arn:aws[a-z-]*"

KEY = matching(
    _ARN + r":kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+",
    "it must be the ARN of a key (not of an alias), such as arn:aws:kms:eu-west-1:123456789012:key/...",
)
ENDPOINTS: dict[str, Check[str]] = {
    "sqs": matching(
        _ARN + r":sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,80}",
        "it must be the ARN of a standard queue, such as arn:aws:sqs:eu-west-1:123456789012:alerts",
    ),
    "lambda": matching(
        _ARN + r":lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]{1,128})?",
        "it must be the ARN of a function, such as arn:aws:lambda:eu-west-1:123456789012:function:alerts",
    ),
}


def keys(value: object) -> tuple[str, ...]:
    """A list of keys."""
    if not isinstance(value, list):
        raise NotAllowedError("it must be a list of the ARNs of keys")
    return tuple(KEY(each) for each in value)


class Named(Protocol):
    """What the settings of a target name."""

    @property
    def region(self) -> str: ...
    @property
    def kms_key_arn(self) -> str: ...
    @property
    def alerts_kms_key_arn(self) -> str: ...
    @property
    def table_key_arns(self) -> tuple[str, ...]: ...
    @property
    def alerts(self) -> Sequence[Alert]: ...


class Alert(Protocol):
    """A subscriber of the alerts."""

    @property
    def protocol(self) -> str: ...
    @property
    def endpoint(self) -> str: ...


def misplaced(settings: Named) -> Iterator[Mistake]:
    """What is named and cannot be used from the target's region."""
    region = settings.region
    if not region:
        return
    for name, what, arns in (
        ("kms_key_arn", "the bucket", [settings.kms_key_arn]),
        ("alerts_kms_key_arn", "the alerts topic", [settings.alerts_kms_key_arn]),
        ("table_key_arns", "the tables", settings.table_key_arns),
    ):
        for arn in filter(None, arns):
            if arn.split(":")[1:4:2] != [partition(region), region]:
                place = f"the region of {what}, {region} ({partition(region)})"
                yield Mistake(f"tablekeeper_{name}", "", arn, f"the key must be in {place}")
    for number, alert in enumerate(settings.alerts, 1):
        if alert.protocol in ENDPOINTS and alert.endpoint.split(":")[1] != partition(region):
            place = f"tablekeeper_alerts entry {number}"
            wanted = f"a topic in {region} sends only within the partition {partition(region)}"
            yield Mistake(place, "endpoint", alert.endpoint, wanted)
