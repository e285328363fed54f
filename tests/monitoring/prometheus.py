# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A Prometheus that knows what files of metrics said at some times, and promtool."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SECONDS = 30


def program(name: str) -> str:
    """`promtool` or `prometheus`: that of `make setup`, or one that is installed."""
    ours = Path(sys.prefix) / "prometheus" / "bin" / name
    found = str(ours) if ours.exists() else shutil.which(name)
    assert found, f"There is no {name}: run `make setup`."
    return found


def promtool(*words: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """What promtool says of files, or of what it is given."""
    command = [program("promtool"), *map(str, words)]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False)


@dataclass(frozen=True)
class Prometheus:
    """One that runs, to be asked by its API."""

    url: str

    def at(self, expression: str, moment: float) -> list[dict[str, Any]]:
        """The series of an expression at a time, with their values."""
        found: list[dict[str, Any]] = self.asked("query", query=expression, time=moment)["result"]
        return found

    def between(
        self, expression: str, begin: float, end: float, step: float = 3600.0
    ) -> list[dict[str, Any]]:
        """The series of an expression between two times."""
        question = {"query": expression, "start": begin, "end": end, "step": step}
        found: list[dict[str, Any]] = self.asked("query_range", **question)["result"]
        return found

    def asked(self, what: str, **question: object) -> dict[str, Any]:
        """The data of any of its answers."""
        with urlopen(f"{self.url}/api/v1/{what}?{urlencode(question)}", timeout=SECONDS) as answer:
            found: dict[str, Any] = json.load(answer)["data"]
            return found


@contextmanager
def serving(texts: Mapping[float, str], rules: Path | None = None) -> Iterator[Prometheus]:
    """A Prometheus that has read each text at its time; it has no other data, and ends with the block."""
    settings = {"global": {"evaluation_interval": "5s"}, "rule_files": [str(rules)] if rules else []}
    with tempfile.TemporaryDirectory(prefix="prometheus-") as name:
        folder = Path(name)
        (folder / "read.txt").write_text(with_times(texts), encoding="utf-8")
        (folder / "prometheus.yml").write_text(json.dumps(settings), encoding="utf-8")
        blocks = promtool("tsdb", "create-blocks-from", "openmetrics", folder / "read.txt", folder / "data")
        assert blocks.returncode == 0, blocks.stderr
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        command = [
            program("prometheus"),
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            "--storage.tsdb.retention.time=100y",
            f"--web.listen-address={address}",
            "--log.level=error",
        ]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                _wait_for(f"http://{address}/-/ready", process)
                yield Prometheus(f"http://{address}")
            finally:
                process.terminate()


def with_times(texts: Mapping[float, str]) -> str:
    """Texts of metrics as one in OpenMetrics' format, each sample with the time it was read at."""
    helped: dict[str, str] = {}
    samples: dict[str, list[str]] = {}
    for moment, text in sorted(texts.items()):
        for family in text_string_to_metric_families(text):
            helped[family.name] = family.documentation
            for sample in family.samples:
                labels = ",".join(f"{key}={json.dumps(each)}" for key, each in sample.labels.items())
                line = f"{sample.name}{{{labels}}} {sample.value} {moment}"
                samples.setdefault(family.name, []).append(line)
    lines = [
        line
        for name, told in helped.items()
        if name in samples
        for line in (f"# TYPE {name} gauge", f"# HELP {name} {told}", *samples[name])
    ]
    return "\n".join([*lines, "# EOF", ""])


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    gives_up = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < gives_up:
        try:
            with urlopen(url, timeout=SECONDS):
                return
        except (URLError, ConnectionError):
            time.sleep(0.05)
    raise AssertionError("Prometheus did not start.")
