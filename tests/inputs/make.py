# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Writes the table of inputs where Ansible, AWX and people read it: `make inputs`.

The table is in plugins/module_utils/_inputs, a file for each playbook.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

from plugins.module_utils._inputs.roles import VERBS
from plugins.module_utils._plan.settings import CHECKS
from tests.gates.tools import ROOT
from tests.inputs.writing import WIDTH, OneLine, dumped, head, replaced, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plugins.module_utils._inputs.table import Input, Question, Verb

TABLE = "plugins/module_utils/_inputs"
MADE = f"{TABLE}/{{}}.py by `make inputs`"
RAW = "Every value is raw: the role casts and checks it, and tells all mistakes at once."
Json = dict[str, Any]


def files() -> dict[str, str]:
    """Each file that the table is written to, by its path, with what it has to say."""
    return {path: text for name in VERBS for path, text in _files(name)}


def _files(name: str) -> Iterator[tuple[str, str]]:
    verb, source = VERBS[name], MADE.format(name)
    if not verb.role:
        yield from _of_role(name, source)
    if verb.survey[0]:
        yield f"playbooks/awx/template_surveys/{name}.yml", written(source, survey(name, verb))


def _of_role(role: str, source: str) -> Iterator[tuple[str, str]]:
    rows, folder = inputs_of(role), f"roles/{role}"
    yield f"{folder}/meta/argument_specs.yml", written(source, specs(role, rows), RAW)
    yield f"{folder}/defaults/main.yml", f"---\n{head(source)}{defaults(role, rows)}"
    yield _part(f"{folder}/vars/main.yml", "---\n", f"# Made of {source}.", given(role, rows), "# End.")
    begins = f"# {role}\n\n## Inputs\n\n"
    yield _part(
        f"{folder}/README.md", begins, f"<!-- made of {source} -->", guide(role, rows), "<!-- end -->"
    )


def _part(path: str, begins: str, mark: str, part: str, end: str) -> tuple[str, str]:
    """A file with the part between its marks made anew; of a new role, its beginning."""
    file = ROOT / path
    text = file.read_text(encoding="utf-8") if file.exists() else f"{begins}{mark}\n{end}\n"
    return path, replaced(text, mark, part, end)


def inputs_of(role: str) -> list[Input]:
    """The inputs of a role: of the playbook of its name, and of those that are entry points of it."""
    return [row for name, verb in VERBS.items() if role in (name, verb.role) for row in verb.inputs]


def specs(role: str, rows: list[Input]) -> Json:
    """What Ansible validates, and ansible-doc shows. Each entry point has the same options."""
    options = {f"{role}_{row.key}": option(row) for row in rows}
    entries = {"main": VERBS[role], **{name: verb for name, verb in VERBS.items() if verb.role == role}}
    return {
        "argument_specs": {
            entry: {
                "short_description": verb.title,
                "description": marked(verb.says),
                "author": "Tablekeeper contributors (@tablekeeper)",
                "options": options,
            }
            for entry, verb in entries.items()
        }
    }


def option(row: Input) -> Json:
    """The first line says what to write, since Ansible is told that anything is right: answers of surveys
    come in other types than were meant."""
    return {
        "description": [f"{row.type}.", marked(row.says)],
        "type": "raw",
        "default": default(row),
    }


def default(row: Input) -> Any:
    """What defaults/main.yml says: the collection-wide variable, if there is one."""
    if row.expression is not None:
        return row.expression
    value = "" if row.default is None else row.default
    if not row.shared:
        return value
    return f"{{{{ {row.shared} | default({_in_jinja(value)}) }}}}"


def _in_jinja(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


def defaults(role: str, rows: list[Input]) -> str:
    """Every input with what it means, and examples that are commented out."""
    return "".join(
        f"\n{_comment(textwrap.wrap(plain(sentence(row)), WIDTH - 2, break_on_hyphens=False))}"
        f"{_comment(row.examples)}{dumped({f'{role}_{row.key}': default(row)})}"
        for row in rows
    )


def _comment(lines: Iterable[str]) -> str:
    return "".join(f"# {line}\n" for line in lines)


def sentence(row: Input) -> str:
    """What an input means, with the unit of a number."""
    return f"{row.says} {row.type}." if row.unit else row.says


def given(role: str, rows: list[Input]) -> str:
    """The mapping that the role hands to the check of its inputs, or to the plan."""
    name, keys = f"__{role}_given", [row.key for row in rows]
    if VERBS[role].planned:
        name, keys = f"__{role}_settings", [key for key in keys if key in CHECKS]
    return dumped({name: {key: f"{{{{ {role}_{key} }}}}" for key in keys}})


def guide(role: str, rows: list[Input]) -> str:
    """The table of a role's README."""
    lines = [f"| `{row.shared or f'{role}_{row.key}'}` | {shown(row)} | {meaning(row)} |" for row in rows]
    return "\n".join(["", "| variable | default | meaning |", "|---|---|---|", *lines, "", ""])


def shown(row: Input) -> str:
    """A default as people read it."""
    if row.shown or row.default is None:
        return row.shown or "required"
    return (
        f"`{row.default}`" if row.default and isinstance(row.default, str) else f"`{_in_yaml(row.default)}`"
    )


def _in_yaml(value: Any) -> str:
    return '""' if value == "" else dumped(value).splitlines()[0]


def meaning(row: Input) -> str:
    """What an input means, and how a playbook calls it, if otherwise."""
    return f"{sentence(row)} The playbook takes it as `{row.playbook}`." if row.playbook else sentence(row)


def survey(name: str, verb: Verb) -> Json:
    """What AWX asks for when somebody launches the job template."""
    title, says = verb.survey
    asked = [question(name, row, row.question) for row in verb.inputs if row.question]
    return {"name": title, "description": says, "spec": asked}


def question(role: str, row: Input, asks: Question) -> Json:
    """One question. Its choices are text, and begin with the default where that is true or false."""
    default_answer = asks.default or ("" if row.default is None else row.default)
    about = {
        "question_name": asks.name,
        "question_description": asks.says,
        "variable": row.variable(role),
        "required": asks.required,
    }
    if isinstance(default_answer, bool):
        choices = OneLine(["true", "false"] if default_answer else ["false", "true"])
        return {"type": "multiplechoice", **about, "choices": choices, "default": choices[0]}
    if row.choices:
        return {"type": "multiplechoice", **about, "choices": OneLine(row.choices), "default": default_answer}
    limits = {"min": asks.least, "max": asks.most}
    if isinstance(default_answer, int):
        return {"type": "integer", **about, "default": default_answer, **limits}
    text = default_answer if isinstance(default_answer, str) else ""
    return {"type": "text", **about, "default": text, **limits}


def marked(text: str) -> str:
    """Markdown as ansible-doc wants it."""
    return re.sub(r"`([^`]+)`", r"C(\1)", re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", text))


def plain(text: str) -> str:
    """Markdown without its marks."""
    return re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", text).replace("`", "")


def main() -> None:
    for path, text in files().items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
