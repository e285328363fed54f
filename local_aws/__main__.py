# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""``python -m local_aws``: run the embedded AWS until it is told to end."""

from __future__ import annotations

import argparse
import os
import shlex
from pathlib import Path

from local_aws.server.environment import environment
from local_aws.server.serving import serve

LOG_FILE = Path(__file__).resolve().parents[1] / ".cache" / "local_aws.log"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local_aws", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 (the default) takes a free one")
    parser.add_argument(
        "--ready-file", type=Path, help="also write the line of exports to this file once it serves"
    )
    parser.add_argument("--log-file", type=Path, default=LOG_FILE, help="where warnings go")
    parser.add_argument(
        "--with-parent",
        type=int,
        nargs="?",
        const=os.getppid(),
        metavar="PID",
        help="end when the parent process ends",
    )
    options = parser.parse_args()

    def ready(url: str) -> None:
        line = "export " + " ".join(
            f"{name}={shlex.quote(value)}" for name, value in environment(url).items()
        )
        print(line, flush=True)
        if options.ready_file:
            part = options.ready_file.with_name(options.ready_file.name + ".part")
            part.write_text(line + "\n", encoding="utf-8")
            part.replace(options.ready_file)

    serve(options.port, options.log_file, ready, options.with_parent)


if __name__ == "__main__":
    main()
