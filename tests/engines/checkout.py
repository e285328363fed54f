# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A copy of this checkout that a test may change, with what is committed and what is about to be."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


class Checkout:
    """A copy with a directory of collections of its own, as `make setup` leaves it."""

    def __init__(self, folder: Path, *under: str) -> None:
        self.root = folder
        for name in self._listed(*under):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
        self.collections = folder / ".collections"
        here = self.collections / "ansible_collections" / "tablekeeper"
        here.mkdir(parents=True)
        (here / "dynamodb").symlink_to(folder)

    @staticmethod
    def _listed(*under: str) -> list[str]:
        command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *under]
        told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        return [name for name in told.stdout.splitlines() if (ROOT / name).is_file()]

    def has_unchanged(self, file: Path) -> bool:
        """Whether a file is still as it is in the original."""
        path = self.root / file
        return path.is_file() and path.read_bytes() == (ROOT / file).read_bytes()

    def insert(self, file: str, before: str, text: str) -> None:
        """Put text before the first place where other text stands."""
        path = self.root / file
        head, found, tail = path.read_text(encoding="utf-8").partition(before)
        assert found, f"{file} has no {before!r}"
        path.write_text(head + text + found + tail, encoding="utf-8")

    def remove(self, file: str, *lines: str) -> None:
        """Take lines out, each of which has to be there once."""
        path = self.root / file
        left = path.read_text(encoding="utf-8").splitlines(keepends=True)
        for line in lines:
            (found,) = [each for each in left if each.strip() == line.strip()]
            left.remove(found)
        path.write_text("".join(left), encoding="utf-8")

    def remove_row(self, file: str, name: str) -> None:
        """Take out what begins on the line before or at a name in quotes, up to where its brackets close."""
        path = self.root / file
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        (at,) = [number for number, line in enumerate(lines) if re.match(rf'\s*"{name}"[,:]', line)]
        start = at if lines[at].rstrip().endswith(("{", "[", "(")) else at - 1
        indent = re.match(r" *", lines[start])
        end = next(
            number
            for number, line in enumerate(lines[start + 1 :], start + 1)
            if indent and re.match(rf"{indent[0]}[)}}\]]", line)
        )
        path.write_text("".join([*lines[:start], *lines[end + 1 :]]), encoding="utf-8")

    def remove_function(self, file: str, name: str) -> None:
        """Take out a function at the beginning of a line, with its decorators."""
        path = self.root / file
        found = rf"(?m)(^@.*\n(?:^[ )].*\n)*)*^def {name}\((?:.*\n)(?:(?:[ )].*)?\n)*"
        text, count = re.subn(found, "", path.read_text(encoding="utf-8"))
        assert count == 1, f"{file} has {count} of {name}"
        path.write_text(text, encoding="utf-8")

    def remove_task(self, file: str, name: str) -> None:
        """Take out a task by its name."""
        path = self.root / file
        found = rf"(?m)^- name: {re.escape(name)}\n(?:(?: .*)?\n)*"
        text, count = re.subn(found, "", path.read_text(encoding="utf-8"))
        assert count == 1, f"{file} has {count} of {name}"
        path.write_text(text, encoding="utf-8")

    def delete(self, *paths: str) -> None:
        """Remove files and directories, each of which has to be there."""
        for path in paths:
            target = self.root / path
            if target.is_dir():
                shutil.rmtree(target)
            else:
                target.unlink()

    def run(self, program: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """A program of this environment, in the copy."""
        ours = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_"))
        }
        collections = {"ANSIBLE_COLLECTIONS_PATH": str(self.collections), "ANSIBLE_NOCOLOR": "1"}
        return subprocess.run(
            [str(BIN / program), *arguments],
            cwd=self.root, env={**ours, **collections, **env}, capture_output=True, text=True, check=False,
        )  # fmt: skip
