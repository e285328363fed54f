# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes what is made of tables in the code: YAML that people read, and parts of files."""

from __future__ import annotations

import re
from typing import Any

import yaml

WIDTH = 120
# The YAML library breaks a line at the first blank after so many characters.
_BREAKS_AFTER = 100


class _Dumper(yaml.SafeDumper):
    """Lists stand further in than what they belong to; quotes are double, long text is folded."""

    def increase_indent(self, flow: bool = False, *_more: object, **_named: object) -> None:
        super().increase_indent(flow, indentless=False)

    def generate_anchor(self, _node: yaml.Node) -> str:
        self.last_anchor_id += 1
        return "options" if self.last_anchor_id == 1 else f"options{self.last_anchor_id}"

    def text(self, value: str) -> yaml.ScalarNode:
        plain = yaml.safe_dump(value, width=_BREAKS_AFTER, allow_unicode=True).startswith(("'", '"'))
        style = None if not plain else ">" if len(value) > WIDTH - 30 else '"'
        return self.represent_scalar("tag:yaml.org,2002:str", value, style=style)


class OneLine(list[str]):
    """A short list, which stands in brackets."""


_Dumper.add_representer(str, _Dumper.text)
_Dumper.add_representer(
    OneLine, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)
)


def written(source: str, content: Any, *notes: str) -> str:
    """A YAML file that says where it comes from, and what else its readers may ask."""
    return f"---\n{head(source, *notes)}{dumped(content)}"


def head(source: str, *notes: str) -> str:
    """The comment that a made file begins with."""
    return "".join(f"# {line}\n" for line in (f"Made of {source}: edit it there.", *notes))


def dumped(content: Any) -> str:
    """YAML as a person would write it."""
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, width=_BREAKS_AFTER, allow_unicode=True)


def replaced(text: str, mark: str, part: str, end: str) -> str:
    """A text in which a part stands between two lines in place of what stood there."""
    between = rf"(?ms)(?<=^{re.escape(mark)}\n).*?(?=^{re.escape(end)}$)"
    found, number = re.subn(between, lambda _found: part, text)
    if number != 1:
        raise ValueError(f"a file needs one line {mark} with a line {end} below it, and has {number}")
    return found
