# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbooks against an AWS that throttles every ninth call, in AWS's own wire format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_aws.client import samples
from local_aws.client.faults import Faults, faults_before
from local_aws.server.environment import environment

from . import listeners, points, state
from .playbooks import Controller, host

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .playbooks import Target

pytestmark = pytest.mark.newest

# How each service says that a caller asks too often.
SAID_BY = {
    ("Throttling", 400): ("cloudformation", "cloudwatch", "sns", "sts"),
    ("ThrottlingException", 400): ("stepfunctions", "dynamodb", "logs"),
    ("SlowDown", 503): ("s3",),
}
EVERY_NINTH = [
    {"service": service, "error": {"code": code, "status": status}, "sequence": {"fail": 1, "pass": 8}}
    for (code, status), services in SAID_BY.items()
    for service in services
]


@pytest.fixture
def throttling(target: Target) -> Iterator[Faults]:
    """A proxy that throttles what goes to the embedded AWS."""
    with faults_before(target.account.aws.url) as faults:
        faults.set(*EVERY_NINTH)
        yield faults


def test_backup_run_and_status_get_through(target: Target, throttling: Faults, tmp_path: Path) -> None:
    account = target.account
    samples.create(account.client("dynamodb"), (samples.simple("orders"), samples.simple("sessions")))
    subscriber = listeners.Subscriber(account)
    inventory = host("orders", "sessions", alerts=[subscriber.alert])
    throttled = Controller(tmp_path, environment(throttling.url, account.id))

    for playbook in ("backup", "run", "status"):
        throttled.play(playbook, inventory)

    for table in ("orders", "sessions"):
        points.check(account, table)
    (execution,) = state.executions(account)
    assert execution["status"] == "SUCCEEDED"
    fired = {each["service"] for each in throttling.fired()}
    assert fired == {service for services in SAID_BY.values() for service in services}
