# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A cluster on which the shell scripts run, with an AWS CLI that says what old and new ones say.

https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-returncodes.html
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# Answers by the call's name; keeps what is copied from a file; notes every call.
CLI = """#!/bin/sh
echo "$*" >>"$HOME/calls"
name=$2
if [ "$1 $2" = "s3 cp" ]; then
  for word in "$@"; do [ -f "$word" ] && cp "$word" "$HOME/saved"; done
fi
[ -f "$HOME/error.$name" ] && cat "$HOME/error.$name" >&2
[ -f "$HOME/answer.$name" ] && cat "$HOME/answer.$name"
[ -f "$HOME/code.$name" ] && exit "$(cat "$HOME/code.$name")"
exit 0
"""


@dataclass
class Cluster:
    """A home with a command line interface in it."""

    home: Path
    answers: dict[str, Any] = field(default_factory=dict)

    def says(self, call: str, code: int, error: str) -> None:
        self.answers.pop(call, None)
        (self.home / f"code.{call}").write_text(str(code))
        (self.home / f"error.{call}").write_text(error)

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        programs = self.home / "bin"
        programs.mkdir()
        (programs / "aws").write_text(CLI)
        (programs / "aws").chmod(0o755)
        for call, answer in self.answers.items():
            text = answer if call == "ls" else json.dumps(answer, indent=4)
            (self.home / f"answer.{call}").write_text(text)
        env = {"HOME": str(self.home), "PATH": f"{programs}:/usr/bin:/bin", "TMPDIR": str(self.home)}
        return subprocess.run(
            ["/bin/sh", "-c", command], env=env, capture_output=True, text=True, check=False
        )

    def holds(self, code: int) -> None:
        """How the CLI ends when it is asked for a backup that was checked: with 1 if there is none."""
        (self.home / "code.ls").write_text(str(code))

    def calls(self) -> list[str]:
        return (self.home / "calls").read_text().splitlines()
