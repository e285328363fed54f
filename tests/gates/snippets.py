# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The fenced blocks of the guides."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from tests.gates.tools import ROOT, tracked

SHELL = {"bash", "console", "shell"}
FENCE = re.compile(r"^```(?P<language>.*?)$\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#]+)")


@dataclass(frozen=True)
class Snippet:
    """One block: where it is, what it says it is, and its text."""

    guide: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.guide}:{self.line}"

    def commands(self) -> list[list[str]]:
        """The commands of a shell block, as words; continued lines are one command."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return [words for words in (shlex.split(line, comments=True) for line in lines) if words]


def guides() -> list[str]:
    """What people read: the README and its neighbours, docs/ and each role's README."""
    return [
        str(path)
        for path in tracked(
            "README.md",
            "CODE_OF_CONDUCT.md",
            "CONTRIBUTING.md",
            "SECURITY.md",
            "docs/*.md",
            "extensions/*.md",
            "roles/*/README.md",
            "examples/*.md",
        )
    ]


def snippets(guide: str) -> list[Snippet]:
    text = (ROOT / guide).read_text(encoding="utf-8")
    return [
        Snippet(guide, text.count("\n", 0, found.start()) + 1, found["language"].strip(), found["text"])
        for found in FENCE.finditer(text)
    ]


def links(guide: str) -> list[str]:
    return LINK.findall((ROOT / guide).read_text(encoding="utf-8"))
