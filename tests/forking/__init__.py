# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A Python that has imported much of what a short process of Ansible's imports.

`server.py` imports it and waits. `client.py`, started in place of Python, has it fork a process that runs
the script with the client's arguments, environment, folder and streams. What is tested is imported there as
ever, and so is whatever of Ansible reads settings when it is imported.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def program(name: str, python: str = sys.executable) -> str:
    """The path of a program that runs in a fork: `ansible-playbook`, or the `python` that modules run in.

    That is of this Python, or of another one.
    """
    return _program(name, python)


@functools.cache
def _program(name: str, python: str) -> str:
    if sys.platform != "linux":  # elsewhere libraries may not survive a fork
        return str(Path(python).with_name(name))
    if name != "python":
        _program("python", python)  # what Ansible is told to be its own
    path = _folder(python) / name
    source = (HERE / "client.py").read_text(encoding="utf-8")
    path.write_text(f"#!{python} -IS\n{source}", encoding="utf-8")
    path.chmod(0o700)
    _start(python, path)
    return str(path)


@functools.cache
def _folder(_of: str) -> Path:
    """Where a Python's programs and the sockets of their servers are; it ends with this process."""
    folder = tempfile.mkdtemp(prefix="forking-")
    atexit.register(shutil.rmtree, folder)
    return Path(folder)


def _start(python: str, path: Path) -> None:
    """Start the server of a program. Clients may ask at once: they wait until it has imported all."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{path}.socket")
        listener.listen(64)
        server = subprocess.Popen(
            [python, str(HERE / "server.py"), path.name, str(listener.fileno())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[listener.fileno()],
            start_new_session=True,
        )
    atexit.register(server.communicate)
