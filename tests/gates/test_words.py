# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The words of CONTRIBUTING.md: the field's, where idioms of our own crept in before."""

from __future__ import annotations

import re

import pytest

from tests.gates.tools import ROOT, tracked

# What stood there, and what a reader who knows Ansible and AWS would look for.
WORDS = {
    r"\bdeaf\b": "unheard",
    r"\bhomeless\b": "without a pipeline",
    r"\b_?strangers\b": "retired tables",
    r"\b_House\b": "context",
    r"\bWish\b": "question",
    r"\bsick\b": "unhealthy",
    r"(?i)\b(?:make|makes|made) way\b": "clear what blocks",
    r"(?m)^\s*-? ?name: (?:[\w-]+ \| )*Want\b": "Require",
}
FILES = [
    str(path)
    for path in tracked("plugins", "roles", "playbooks", "extensions")
    if path.suffix in {".py", ".yml", ".j2"}
]


@pytest.mark.parametrize("path", FILES)
def test_it_is_said_in_the_field_s_words(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert {word: better for word, better in WORDS.items() if re.search(word, text)} == {}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("- name: awx | read | Want the organization", True),
        ("    name: Want a host", True),
        ("- name: Require a host", False),
        ("# Want a host", False),
    ],
)
def test_the_list_finds(said: str, *, found: bool) -> None:
    assert any(re.search(word, said) for word in WORDS) == found
