# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The playbooks against an AWS that throttles every ninth call, in AWS's own wire format."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.local_aws import samples
from tests.local_aws.environment import environment

from . import points, state
from .playbooks import Controller, host

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .playbooks import Target

pytestmark = pytest.mark.newest

MICROBURST = Path(sys.executable).with_name("microburst")
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
START_SECONDS = 30


def ask(url: str, method: str = "GET", body: Any = None) -> Any:
    """Talk to the proxy's own endpoints."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    with urllib.request.urlopen(
        urllib.request.Request(url, data, headers, method=method), timeout=10
    ) as answer:
        return json.load(answer)


@pytest.fixture
def throttling(target: Target) -> Iterator[str]:
    """The URL of a proxy that throttles what goes to the embedded AWS."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    url = f"http://127.0.0.1:{port}"
    command = [MICROBURST, "--upstream", target.account.aws.url, "--host", "127.0.0.1", "--port", port]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as proxy:
        try:
            throttle(url)
            yield url
        finally:
            proxy.terminate()


def throttle(url: str) -> None:
    """Tell the proxy its rules, as soon as it listens."""
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            ask(f"{url}/_microburst/rules", "PATCH", EVERY_NINTH)
            return
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def test_backup_run_and_status_get_through(target: Target, throttling: str, tmp_path: Path) -> None:
    account = target.account
    samples.create(account.client("dynamodb"), (samples.simple("orders"), samples.simple("sessions")))
    subscriber = state.Subscriber(account)
    inventory = host("orders", "sessions", alerts=[subscriber.alert])
    throttled = Controller(tmp_path, environment(throttling, account.id))

    for playbook in ("backup", "run", "status"):
        throttled.play(playbook, inventory)

    for table in ("orders", "sessions"):
        points.check(account, table)
    (execution,) = state.executions(account)
    assert execution["status"] == "SUCCEEDED"
    fired = {each["service"] for each in ask(f"{throttling}/_microburst/fired")}
    assert fired == {service for services in SAID_BY.values() for service in services}
