# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The process behind the program ``aws``: each who asks gets a fork of it, which is the AWS CLI."""

from __future__ import annotations

import contextlib
import io
import json
import os
import select
import signal
import socket
import sys
import traceback

from awscli.clidriver import CLIDriver, create_clidriver

# Commands without what they need: the CLI reads what it knows of them, and asks AWS nothing.
WARM = (
    ("application-autoscaling", "describe-scalable-targets"),
    ("application-autoscaling", "describe-scaling-policies"),
    ("cloudwatch", "describe-alarms"),
    ("dynamodb", "describe-table"),
    ("kms", "describe-key", "--nonsense"),
    ("lambda", "list-event-source-mappings", "--nonsense"),
    ("pipes", "list-pipes", "--nonsense"),
    ("s3", "cp"),
    ("s3", "ls", "--nonsense"),
    ("s3", "rm"),
    ("stepfunctions", "start-execution"),
)


def warm_up() -> CLIDriver:
    """A driver that has read what every start of the CLI would read anew."""
    driver = create_clidriver()
    with contextlib.redirect_stderr(io.StringIO()):
        for command in WARM:
            with contextlib.suppress(SystemExit):
                driver.main(list(command))
    for service in {command[0] for command in WARM}:
        # Nobody is asked, and by nobody: what stays is what botocore read to make the client.
        driver.session.create_client(
            service, region_name="eu-west-1", aws_access_key_id="none", aws_secret_access_key="none"
        )
    return driver


def serve(address: str, driver: CLIDriver) -> None:
    """Wait for those who ask, until standard input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(64)
        os.write(1, b"ready\n")
        while True:
            found = select.select([listener, sys.stdin], [], [])[0]
            if sys.stdin in found:
                return
            connection = listener.accept()[0]
            if os.fork() == 0:
                listener.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _answer(connection, driver)
            connection.close()


def _answer(connection: socket.socket, driver: CLIDriver) -> None:
    head, streams, _flags, _address = socket.recv_fds(connection, 4, 3)
    left, parts = int.from_bytes(head, "big"), []
    while left and (part := connection.recv(left)):
        parts.append(part)
        left -= len(part)
    arguments, directory, environment = json.loads(b"".join(parts))
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.chdir(directory)
    os.environ.clear()
    os.environ.update(environment)
    code = 1
    try:
        code = driver.main(arguments)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        connection.sendall(str(code).encode())
        os._exit(0)


if __name__ == "__main__":
    serve(sys.argv[1], warm_up())
