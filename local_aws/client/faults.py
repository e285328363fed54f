# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A proxy before the embedded AWS that answers some calls with errors, in AWS's own wire format."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MICROBURST = Path(sys.executable).with_name("microburst")
START_SECONDS = 30
# Of the proxy itself: a busy machine keeps it waiting.
ANSWER_SECONDS = 60


@dataclass(frozen=True)
class Faults:
    """The proxy, and its rules: mappings as microburst's README tells."""

    url: str

    def set(self, *rules: dict[str, Any]) -> None:
        """These rules, and no others; what others have done is forgotten."""
        self._ask("fired", "DELETE")
        self._ask("rules", "POST", list(rules))

    def fired(self) -> list[dict[str, Any]]:
        """The errors that were given in place of answers."""
        found: list[dict[str, Any]] = self._ask("fired")
        return found

    def _ask(self, name: str, method: str = "GET", body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(f"{self.url}/_microburst/{name}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            return json.load(answer)


@contextmanager
def faults_before(upstream: str) -> Iterator[Faults]:
    """A proxy in a process of its own, without rules as yet."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    faults = Faults(f"http://127.0.0.1:{port}")
    command = [str(MICROBURST), "--upstream", upstream, "--host", "127.0.0.1", "--port", port]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as proxy:
        try:
            _wait_for(faults)
            yield faults
        finally:
            proxy.terminate()


def _wait_for(faults: Faults) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            return faults.set()
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
