# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Stands for a process that `server.py` forks: passes on what it was given, and ends as it ends.

What cannot be handed over is run here, by Python itself: an option of Python's, what is no file, a variable
that Python or a library of C's reads when it starts, an open file besides the streams or a stream that is
none, a blocked signal. Whoever kills the client kills the process. It imports only what is quick, since this
is what remains of a start.
"""

from __future__ import annotations

import _signal
import _socket
import marshal
import os
import sys

STREAMS = (0, 1, 2)
SIGNALS = (_signal.SIGHUP, _signal.SIGINT, _signal.SIGQUIT, _signal.SIGTERM, _signal.SIGUSR1, _signal.SIGUSR2)


def main() -> None:
    folder, _, name = sys.argv[0].rpartition("/")
    arguments = sys.argv[1:]
    if name != "python":
        arguments.insert(0, f"{sys.executable.rpartition('/')[0]}/{name}")
    connection = None if unusual(arguments) else ask(f"{folder}/python", arguments)
    if connection is None:
        os.execv(sys.executable, [sys.executable, *arguments])
    end(connection.recv(4))


def unusual(arguments: list[str]) -> bool:
    """Whether this cannot be handed over."""
    return bool(
        (arguments and (arguments[0].startswith("-") or not os.path.isfile(arguments[0])))
        or len(os.listdir("/proc/self/fd")) != len(STREAMS) + 1  # one is the listing's own
        or _signal.pthread_sigmask(_signal.SIG_BLOCK, ())
    )


def ask(python: str, arguments: list[str]) -> _socket.socket | None:
    """Have it run; nothing if the server says that it began otherwise than this would."""
    connection = _socket.socket(_socket.AF_UNIX)
    connection.connect(sys.argv[0] + ".socket")
    _signal.pthread_sigmask(_signal.SIG_BLOCK, SIGNALS)  # until they can be passed on
    ignored = [number for number in SIGNALS if _signal.getsignal(number) is _signal.SIG_IGN]
    umask = os.umask(0)
    os.umask(umask)
    asked = marshal.dumps((python, arguments, dict(os.environb), os.getcwd(), umask, ignored))
    rights = b"".join(number.to_bytes(4, sys.byteorder) for number in STREAMS)
    head = len(asked).to_bytes(4, "big")
    connection.sendmsg([head], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)])
    connection.sendall(asked)
    answer = connection.recv(1)
    for number in SIGNALS if answer else ():
        if number not in ignored:
            _signal.signal(number, lambda number, _: connection.send(bytes([number])))
    _signal.pthread_sigmask(_signal.SIG_UNBLOCK, SIGNALS)
    return connection if answer else None


def end(status: bytes) -> None:
    """End as the process has ended."""
    if not status:
        sys.exit("tests/forking/server.py has ended before the process did.")
    code = int.from_bytes(status, "big", signed=True)
    if code < 0:
        if -code != _signal.SIGKILL:
            _signal.signal(-code, _signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


main()
