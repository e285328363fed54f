# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Imports what Ansible and modules always import, and forks a process for each client that asks.

It has one thread, so that a fork has all of it, and ends when its standard input does.
"""

from __future__ import annotations

import atexit
import builtins
import contextlib
import gc
import importlib
import marshal
import os
import selectors
import signal
import socket
import sys
import threading
import time
import types
import warnings
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any, NamedTuple

# What Ansible and its modules begin with, and reads no settings. The first of `ansible-playbook` tells the
# others that they are not in a module: they find out when they are imported.
ANSIBLE = {
    "ansible-playbook": (
        "ansible._internal", "ansible._internal._ssh._ssh_agent", "ansible._internal._worker._inventory_rpc",
        "ansible.parsing.splitter", "ansible.utils.collection_loader",
    ),
    "python": ("ansible.module_utils._internal._ansiballz._loader",),
}  # fmt: skip
# What `python -X importtime` shows of others' libraries; not all of them are installed at both ends.
LIBRARIES = {
    "ansible-playbook": (
        "argparse", "ast", "asyncio", "cmd", "concurrent.futures.thread", "configparser",
        "cryptography.hazmat.backends.openssl.backend", "cryptography.hazmat.primitives.asymmetric.dsa",
        "cryptography.hazmat.primitives.asymmetric.ed25519", "cryptography.hazmat.primitives.asymmetric.rsa",
        "cryptography.hazmat.primitives.ciphers.algorithms", "cryptography.hazmat.primitives.hmac",
        "cryptography.hazmat.primitives.kdf.pbkdf2", "cryptography.hazmat.primitives.padding",
        "cryptography.hazmat.primitives.serialization", "csv", "ctypes.util", "curses", "decimal",
        "difflib", "distro", "email.message", "email.parser", "encodings.idna", "encodings.unicode_escape",
        "getpass", "gzip", "html", "http.server", "importlib.metadata", "importlib.resources", "inspect",
        "jinja2.nativetypes", "jinja2.sandbox", "jmespath", "junitparser", "logging",
        "multiprocessing.managers", "multiprocessing.pool", "multiprocessing.popen_fork",
        "multiprocessing.queues", "multiprocessing.synchronize", "orjson", "packaging.specifiers",
        "packaging.utils", "pkgutil", "platform", "pprint", "prometheus_client", "pty", "resource", "runpy",
        "shlex", "syslog", "tarfile", "termios", "timeit", "tty", "typing_extensions", "urllib.parse",
        "urllib.request", "uuid", "xml.dom.minidom", "xml.etree.ElementTree", "yaml", "zipfile", "zoneinfo",
    ),
    "python": (
        "argparse", "boto3.s3.inject", "boto3.session", "botocore.session", "concurrent.futures.thread",
        "cryptography.x509", "ctypes", "dateutil.tz", "difflib", "distro", "email.mime.application",
        "email.parser", "encodings.cp437", "encodings.idna", "http.client", "http.cookiejar", "jmespath",
        "logging.handlers", "netrc", "packaging.version", "pkgutil", "platform", "runpy", "shlex", "syslog",
        "sysconfig", "tempfile", "typing_extensions", "urllib.request", "urllib3", "uuid",
        "xml.etree.ElementTree", "yaml", "zipfile", "zoneinfo",
    ),
}  # fmt: skip
# Services of which modules read the models again and again.
SERVICES = (
    "cloudformation", "cloudwatch", "dynamodb", "events", "iam", "kms", "logs", "s3", "scheduler", "sns",
    "sqs", "stepfunctions", "sts",
)  # fmt: skip
# Read by Python, or by libraries of C's, when they start.
AT_START = (b"LANG", b"LC_", b"LD_", b"MALLOC", b"OPENSSL_", b"PYTHON")
# But this can be done later as well: ansible-lint and Molecule set it.
WARNINGS = b"PYTHONWARNINGS"


class Request(NamedTuple):
    """What a client was given."""

    python: str
    arguments: list[str]
    env: dict[bytes, bytes]
    folder: str
    umask: int
    ignored: list[int]


def share_models() -> None:
    """Let all clients of botocore in this process read each model once."""
    loaders = importlib.import_module("botocore.loaders")
    read: dict[Any, Any] = {}
    begin = loaders.Loader.__init__

    def share(loader: Any, *arguments: Any, **options: Any) -> None:
        begin(loader, *arguments, **options)
        loader._cache = read

    loaders.Loader.__init__ = share


def prepare(program: str) -> None:
    """Import the libraries of a program, and read the models of services for modules."""
    gc.disable()
    for name in (*LIBRARIES[program], *ANSIBLE[program]):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    if program == "python":
        share_models()
        session = importlib.import_module("botocore.session").Session()
        for name in SERVICES:
            secrets = {"aws_access_key_id": "none", "aws_secret_access_key": "none"}
            client = session.create_client(name, "eu-west-1", **secrets)
            client.can_paginate(next(iter(client.meta.method_to_api_mapping)))  # reads a model of its own
    gc.collect()
    gc.freeze()
    gc.enable()


class Server:
    """Forks for the clients of a socket, and passes on what they send."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.selector = selectors.DefaultSelector()
        self.clients: dict[int, socket.socket] = {}  # by process
        self.reaper, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.closed_in_forks = (self.reaper, wake)
        for each in (sys.stdin.fileno(), self.reaper, listener):
            self.selector.register(each, selectors.EVENT_READ)

    def serve(self) -> Request:
        """Returns in each fork what is to run there."""
        while True:
            for key, _ in self.selector.select():
                if key.fd == sys.stdin.fileno():
                    for pid in self.clients:
                        os.kill(pid, signal.SIGKILL)
                    os._exit(0)
                elif key.fd == self.reaper:
                    self.reap()
                elif key.fileobj is not self.listener:
                    self.pass_on(key.fileobj, key.data)
                elif request := self.accept():
                    return request

    def accept(self) -> Request | None:
        """Fork for a client; nothing in the server itself."""
        connection, _ = self.listener.accept()
        request, streams = receive(connection)
        pid = os.fork() if request and begins_alike(request) else None
        if pid == 0:
            self.close()
            connection.close()
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
                os.close(stream)
            return request
        for stream in streams:
            os.close(stream)
        if pid:
            tell(connection, b"y")
            self.clients[pid] = connection
            self.selector.register(connection, selectors.EVENT_READ, pid)
        else:
            connection.close()
        return None

    def close(self) -> None:
        """Leave nothing of the server open in a fork."""
        for each in (*self.clients.values(), self.listener, self.selector):
            each.close()
        signal.set_wakeup_fd(-1)
        for number in self.closed_in_forks:
            os.close(number)

    def pass_on(self, connection: socket.socket, pid: int) -> None:
        """Send the process the signals that its client got; it does not outlive its client."""
        if pid not in self.clients:  # reaped a moment ago
            return
        numbers = b""
        with contextlib.suppress(ConnectionResetError):
            numbers = connection.recv(64)
        if not numbers:
            self.selector.unregister(connection)
        for number in numbers or [signal.SIGKILL]:
            os.kill(pid, number)

    def reap(self) -> None:
        """Tell the clients of processes that have ended how they did."""
        os.read(self.reaper, 4096)
        while self.clients:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            connection = self.clients.pop(pid)
            if connection in self.selector.get_map():
                self.selector.unregister(connection)
                tell(connection, os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True))
            connection.close()


def tell(connection: socket.socket, words: bytes) -> None:
    """Tell a client, unless it has been killed meanwhile."""
    with contextlib.suppress(BrokenPipeError):
        connection.sendall(words)


def receive(connection: socket.socket) -> tuple[Request | None, list[int]]:
    """What a client asks for, unless it was killed meanwhile, and its streams."""
    head, streams, _, _ = socket.recv_fds(connection, 4, 3)
    size, asked = int.from_bytes(head, "big"), b""
    while part := connection.recv(size - len(asked)):
        asked += part
    return Request(*marshal.loads(asked)) if asked and len(asked) == size else None, streams


def begins_alike(request: Request) -> bool:
    """Whether a Python of this client's would have started as this one did."""
    mine, theirs = (
        {name: value for name, value in env.items() if name.startswith(AT_START) and name != WARNINGS}
        for env in (os.environb, request.env)
    )
    return mine == theirs and WARNINGS not in os.environb


def take_over(request: Request) -> None:
    """Make this fork what the client would be."""
    os.setsid()
    os.chdir(request.folder)
    os.umask(request.umask)
    os.environb.clear()
    os.environb.update(request.env)
    time.tzset()
    if options := request.env.get(WARNINGS):
        sys.warnoptions[:] = os.fsdecode(options).split(",")
        warnings._processoptions(sys.warnoptions)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number in request.ignored:
        signal.signal(number, signal.SIG_IGN)
    for stream in (sys.stdin, sys.stdout):
        if stream.isatty():  # which those of the server are not
            stream.reconfigure(line_buffering=True)
    sys.orig_argv = [sys.executable, *request.arguments]
    sys.executable = request.python
    sys.argv = request.arguments or [""]
    importlib.invalidate_caches()


def run(script: str) -> None:
    """Run a script as Python does, or the standard input."""
    name = script or "<stdin>"
    main = types.ModuleType("__main__")
    vars(main).update(__annotations__={}, __builtins__=builtins, __cached__=None, __file__=name)
    if script:
        sys.path[0] = str(Path(script).resolve().parent)
        vars(main)["__loader__"] = SourceFileLoader("__main__", script)
    else:
        sys.path[0] = ""
    source = Path(script).read_bytes() if script else sys.stdin.buffer.read()
    sys.modules["__main__"] = main
    exec(compile(source, name, "exec", dont_inherit=True), vars(main))


def end(error: BaseException | None) -> None:
    """End as Python does, but for taking down what will be gone anyway."""
    code = 0
    if isinstance(error, SystemExit):
        code = error.code if isinstance(error.code, int) else int(error.code is not None)
        if error.code is not None and not isinstance(error.code, int):
            sys.stderr.write(f"{error.code}\n")
    elif error:
        code = 1
        trace = error.__traceback__
        while trace and trace.tb_frame.f_code.co_filename == __file__:
            trace = trace.tb_next
        sys.excepthook(type(error), error.with_traceback(trace), trace)
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(ValueError):  # closed
            stream.flush()
    if isinstance(error, KeyboardInterrupt):
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    os._exit(code & 0xFF)


if __name__ == "__main__":
    prepare(sys.argv[1])
    request = Server(socket.socket(fileno=int(sys.argv[2]))).serve()
    take_over(request)
    try:
        run(sys.argv[0])
    except BaseException as error:
        end(error)
    end(None)
