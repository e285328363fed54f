# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What AWX 24.6.1 wants of a survey and of the answers to it.

The survey when it is posted (github.com/ansible/awx, awx/api/views/__init__.py, JobTemplateSurveySpec), and
the answers when something is launched or scheduled (awx/main/models/mixins.py, SurveyJobTemplateMixin).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TEXTS = ("text", "textarea", "password")
CHOICES = ("multiplechoice", "multiselect")
# The Python type that the default of a question must have.
DEFAULTS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys((*TEXTS, *CHOICES), (str,)),
    "integer": (int,),
    "float": (int, float),
}
NEEDED = {"type": str, "question_name": str, "variable": str, "required": bool}


def spec_errors(spec: Any) -> list[str]:
    """Why AWX would refuse the survey."""
    if not isinstance(spec, dict):
        return ["a survey is a mapping of name, description and spec"]
    errors = [
        f"the survey's {name} must be a {kind.__name__}"
        for name, kind in {"name": str, "description": str, "spec": list}.items()
        if not isinstance(spec.get(name), kind)
    ]
    if errors:
        return errors
    if not spec["spec"]:
        return ["the survey asks nothing"]
    variables = [str(question.get("variable")) for question in spec["spec"] if isinstance(question, dict)]
    errors = [f"{name} is asked twice" for name in sorted({v for v in variables if variables.count(v) > 1})]
    return errors + [error for question in spec["spec"] for error in question_errors(question)]


def question_errors(question: Any) -> Iterator[str]:
    """Why AWX would refuse one question."""
    if not isinstance(question, dict):
        yield f"{question!r} is no question"
        return
    name = str(question.get("variable", question.get("question_name", "a question")))
    wrong = [key for key, kind in NEEDED.items() if not isinstance(question.get(key), kind)]
    if wrong:
        yield from (f"{name}: {key} must be a {NEEDED[key].__name__}" for key in wrong)
        return
    if question["type"] not in DEFAULTS:
        yield f"{name}: {question['type']} is none of the types {', '.join(DEFAULTS)}"
        return
    for limit in ("min", "max"):
        value = question.get(limit)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            yield f"{name}: {limit} must be a whole number"
    yield from _default_errors(name, question)


def _default_errors(name: str, question: Mapping[str, Any]) -> Iterator[str]:
    default = question.get("default", "")
    kinds = DEFAULTS[question["type"]]
    if default != "" and (not isinstance(default, kinds) or isinstance(default, bool)):
        yield f"{name}: the default {default!r} must be a {kinds[-1].__name__}"
        return
    if question["type"] not in CHOICES:
        return
    if not question.get("choices"):
        yield f"{name}: a {question['type']} needs choices"
        return
    chosen = str(default).splitlines()
    if question["type"] == "multiplechoice" and len(chosen) > 1:
        yield f"{name}: a multiplechoice has one default"
    yield from (f"{name}: the default {one!r} is no choice" for one in chosen if one not in choices(question))


def choices(question: Mapping[str, Any]) -> list[Any]:
    """The choices, which may come as lines of one text."""
    given = question.get("choices", [])
    return [line for line in given.splitlines() if line.strip()] if isinstance(given, str) else list(given)


def answer_errors(spec: Mapping[str, Any], answers: Mapping[str, Any], *, complete: bool) -> list[str]:
    """Why AWX would refuse the answers; those of a workflow's node need not be complete."""
    errors = []
    for question in spec.get("spec", []):
        name = question["variable"]
        if name in answers:
            errors += list(_answer_errors(question, answers[name]))
        elif question["required"] and complete:
            errors.append(f"'{name}' value missing")
    return errors


def _answer_errors(question: Mapping[str, Any], answer: Any) -> Iterator[str]:
    name, kind = question["variable"], question["type"]
    if kind == "multiselect":
        if not isinstance(answer, list):
            yield f"'{name}' must be a list"
            return
        yield from (f"'{name}': {one!r} is no choice" for one in answer if one not in choices(question))
    elif kind == "multiplechoice":
        if answer not in choices(question):
            yield f"'{name}': {answer!r} is none of {choices(question)}"
    elif type(answer) not in DEFAULTS[kind]:
        yield f"'{name}': {answer!r} must be a {DEFAULTS[kind][-1].__name__}"
    else:
        size = len(answer) if kind in TEXTS else answer
        if question.get("min") not in (None, "") and size < question["min"]:
            yield f"'{name}': {answer!r} is below {question['min']}"
        if question.get("max") not in (None, "") and size > question["max"]:
            yield f"'{name}': {answer!r} is above {question['max']}"


def defaults(spec: Mapping[str, Any]) -> dict[str, Any]:
    """What a launch without answers gets: a default that is itself no valid answer is dropped silently."""
    return {
        question["variable"]: question["default"]
        for question in spec.get("spec", [])
        if question.get("default") is not None and not list(_answer_errors(question, question["default"]))
    }
