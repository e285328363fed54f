# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Starts the embedded AWS beside a test, a demo or a benchmark, and reaches it."""

from __future__ import annotations

import json
import os
import select
import shlex
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from local_aws.server.environment import ACCOUNT, REGION, environment

if TYPE_CHECKING:
    from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS, STOP_SECONDS = 60, 30
# One advance may run through many schedules.
CONTROL_SECONDS = 600


class LocalAws:
    """The embedded AWS in a process of its own: ``with LocalAws() as aws: aws.client("s3")``."""

    def __init__(self, *, account: str = ACCOUNT, region: str = REGION) -> None:
        self.account = account
        self.region = region
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> LocalAws:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "local_aws", "--with-parent", str(os.getpid())],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        answered = select.select([self._process.stdout], [], [], START_SECONDS)[0]
        line = self._process.stdout.readline() if answered else ""
        if not line:
            self.stop()
            raise RuntimeError(
                "The embedded AWS did not start: see its messages above and .cache/local_aws.log."
            )
        self.url = dict(word.split("=", 1) for word in shlex.split(line)[1:])["AWS_URL"]
        return self

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            try:
                self._process.communicate(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:  # a million items take their time to be forgotten
                self._process.kill()
                self._process.communicate()
            self._process = None

    def __enter__(self) -> LocalAws:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def env(self, account: str | None = None, region: str | None = None) -> dict[str, str]:
        """The environment variables that make any AWS client use this one."""
        return environment(self.url, account or self.account, region or self.region)

    def client(
        self, service: str, region: str | None = None, account: str | None = None, **options: Any
    ) -> Any:
        """A boto3 client that does not retry, so that what AWS answers is what a test sees."""
        options.setdefault("config", Config(retries={"total_max_attempts": 1}))
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=region or self.region,
            aws_access_key_id=account or self.account,
            aws_secret_access_key="local",
            **options,
        )

    def now(self) -> datetime:
        """The virtual time."""
        return datetime.fromisoformat(self.control("GET", "clock")["now"])

    def advance(self, *, leap: bool = False, **duration: float) -> datetime:
        """Move the clock: ``advance(hours=3)``, ``advance(days=1, minutes=5)``; returns the new time.

        Services act every half an hour of it. A leap goes by the day: what would have happened may be late.
        """
        sizes = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
        seconds = sum(sizes[unit] * amount for unit, amount in duration.items())
        step = {"step_seconds": sizes["days"]} if leap else {}
        return datetime.fromisoformat(self.control("POST", "clock", advance_seconds=seconds, **step)["now"])

    def set_wait_scale(self, scale: float) -> None:
        """How much of its real length a short wait inside AWS takes (0.02 of it by default)."""
        self.control("POST", "clock", wait_scale=scale)

    def calls(self, account: str | None = None) -> list[dict[str, Any]]:
        """The API calls that clients of an account have made: service, operation, time, status."""
        calls: list[dict[str, Any]] = self.control("GET", "calls", account=account or self.account)["calls"]
        return calls

    def forget_calls(self, account: str | None = None) -> None:
        self.control("DELETE", "calls", account=account or self.account)

    def control(self, method: str, name: str, **arguments: Any) -> Any:
        """Call one of the embedded AWS's own endpoints."""
        url, data = f"{self.url}/_local_aws/{name}", None
        if method == "POST":
            data = json.dumps(arguments).encode()
        elif arguments:
            url += "?" + urllib.parse.urlencode(arguments)
        request = urllib.request.Request(
            url, data=data, method=method, headers={"content-type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=CONTROL_SECONDS) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error)["error"]) from error
