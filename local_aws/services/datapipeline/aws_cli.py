# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The AWS CLI for commands on clusters, without the half second that it takes to start.

A process that has loaded the CLI waits at a socket. The program ``aws`` hands it arguments, directory,
environment, and standard input and output; a fork of the process is then the AWS CLI.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """\
#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    asked = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(server, [len(asked).to_bytes(4, "big")], [0, 1, 2])
    server.sendall(asked)
    sys.exit(int(server.recv(16) or b"1"))
"""
_lock = threading.Lock()
_started: list[str] = []
_processes: list[subprocess.Popen[bytes]] = []  # kept, so that their standard input stays open


def program() -> str:
    """The source of a program ``aws``; the process behind it lives as long as this one."""
    with _lock:
        if not _started:
            _started.append(_start())
    return PROGRAM.format(python=sys.executable, address=_started[0])


def _start() -> str:
    address = str(Path(tempfile.mkdtemp(prefix="aws-cli-")) / "socket")
    # It ends when its standard input does, which is when nobody can ask any more.
    process = subprocess.Popen(
        [sys.executable, "-m", "local_aws.services.datapipeline.aws_cli_server", address],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    if process.stdout.readline() != b"ready\n":
        raise RuntimeError(f"The AWS CLI of {sys.executable} does not start: is awscli installed there?")
    _processes.append(process)
    return address
