# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a row of the table of inputs says. `make inputs` writes it where Ansible, AWX and people read it.

Each playbook has a file of its name here, with its rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .._base.checks import Check

# What each type of a default is called. Ansible is told `raw`: it would refuse a value in words of its own,
# before every mistake can be told at once.
_KINDS: dict[type, str] = {
    bool: "True or false",
    dict: "A mapping",
    float: "A number",
    int: "A whole number",
    list: "A list",
    str: "Text",
}


@dataclass(frozen=True)
class Question:
    """How a survey of AWX asks for an input. Its type and choices follow from the input.

    `least` and `most` are the limits of a number, or of a text's length.
    """

    name: str
    says: str
    least: int = 0
    most: int = 0
    # AWX wants an answer.
    required: bool = False
    # What AWX fills in, if it is not the default of the role.
    default: str = ""


@dataclass(frozen=True)
class Input:
    """One input of a playbook: the variable `<role>_<key>`.

    `says` is sentences in Markdown: what it is, and what to know before setting it.
    """

    key: str
    says: str
    # How a value is checked, and what it becomes.
    check: Check[Any]
    # What counts if none is given, as a user would write it. None: it has to be given.
    default: Any = None
    # The collection-wide variable that the role's default passes on.
    shared: str = ""
    # The variable that the playbook passes on to the role.
    playbook: str = ""
    # What the default of the role is instead, if Ansible has to work it out.
    expression: Any = None
    # What guides show for the default, if it is not the value itself.
    shown: str = ""
    choices: tuple[str, ...] = ()
    # What it is, if its default does not tell: "A number", "A path".
    kind: str = ""
    # What a number counts, such as seconds.
    unit: str = ""
    # Lines that defaults/main.yml shows.
    examples: tuple[str, ...] = ()
    # Holds what must not be shown in the output of a job. No survey asks for it.
    secret: bool = False
    question: Question | None = None

    def variable(self, role: str) -> str:
        """The variable that users set."""
        return self.playbook or self.shared or f"{role}_{self.key}"

    @property
    def fallback(self) -> Any:
        """The default in its own type; None if there is none."""
        return self.check(self.default) if self.default not in (None, "", [], {}) else self.default

    @property
    def type(self) -> str:
        """What to write, in words: a list, a whole number in seconds."""
        kind = self.kind or _KINDS[type("" if self.default is None else self.default)]
        return f"{kind}, in {self.unit}" if self.unit else kind


@dataclass(frozen=True)
class Verb:
    """A playbook that works on targets, the role that does it, and what it can be told."""

    title: str
    says: str
    inputs: tuple[Input, ...]
    # Whose entry point it is, if it has no role of its own.
    role: str = ""
    # The name of its survey in AWX, and what that is for.
    survey: tuple[str, str] = ("", "")
    # The plan reads its inputs, and checks them with what else is planned.
    planned: bool = False

    @property
    def by_key(self) -> dict[str, Input]:
        """The rows, by their names without the role's."""
        return {each.key: each for each in self.inputs}
