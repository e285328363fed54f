# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Checks of inputs that only roles have: each returns the value in its own type, or says what is allowed."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._base.checks import matching, moment, plain, read, span, text
from .._base.durations import DAY
from .._base.mistakes import NotAllowedError
from .._plan.selection import split_names

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from .._base.checks import Check
    from .._base.mistakes import Mistake

_YEAR = 365 * DAY
_AGE = span(1, 10 * _YEAR, '"30 hours"')


def age(value: object) -> str:
    """A duration, as a number of hours in words."""
    return f"{_AGE(value)} hours"


def line(value: object) -> str:
    """Text."""
    found = text(value)
    if found is None:
        raise NotAllowedError("it must be text")
    return found


# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
new_table = matching(
    r"[A-Za-z0-9_.-]{3,255}",
    "it must be the name of a table: 3 to 255 letters, digits, dots, hyphens and underscores",
)


def one_table(variable: str) -> Check[str]:
    """The name of a table, which has to be given in this variable."""

    def check(value: object) -> str:
        if value is None or not text(value):
            raise NotAllowedError(f"name the table, as in -e {variable}=orders")
        return new_table(value)

    return check


def mapping(value: object) -> dict[str, Any]:
    """A mapping, or JSON that is one, as -e and surveys deliver it."""
    found = _of_json(value)
    if not isinstance(found, dict):
        raise NotAllowedError('it must be a mapping, as -e \'{"name": {"key": "value"}}\' gives one')
    return {str(name): plain(each) for name, each in found.items()}


def mappings(value: object) -> list[dict[str, Any]]:
    """A list of mappings, or JSON that is one; a single mapping is a list of one."""
    found = _of_json(value)
    listed = [found] if isinstance(found, dict) else found
    if not isinstance(listed, list) or not all(isinstance(each, dict) and each for each in listed):
        raise NotAllowedError('it must be a list of mappings, as -e \'{"name": [{"id": "17"}]}\' gives one')
    return [mapping(each) for each in listed]


def _of_json(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def some_of(choices: Collection[str]) -> Check[list[str]]:
    """Any of a few words: a list, or text cut at commas and white space."""

    def check(value: object) -> list[str]:
        found = split_names(value)
        if not set(found) <= set(choices):
            raise NotAllowedError(f"it must be some of {', '.join(choices)}")
        return found

    return check


def instant(value: object) -> str:
    """A point in time, as text in UTC."""
    return moment(value).astimezone(UTC).isoformat().replace("+00:00", "Z")


def settings_of(checks: Mapping[str, Check[Any]], required: Collection[str] = ()) -> Check[dict[str, Any]]:
    """A mapping of known keys, each with a check of its own. Some are required, unless it is empty."""

    def check(value: object) -> dict[str, Any]:
        found: list[Mistake] = []
        given = mapping(value)
        reading = read("", given, checks, found, required if given else ())
        if found:
            raise NotAllowedError("; ".join(f"{each.key}: {each.allowed}" for each in found))
        return reading.values

    return check


def entries(value: object) -> list[object]:
    """Table entries as they are: what is wrong with one is a reason of its own."""
    if not isinstance(value, list):
        raise NotAllowedError("it must be a list of table names, or of mappings with a name")
    return value


def shared_by_all(value: object) -> dict[str, object]:
    """What entries share, as it is."""
    if not isinstance(value, dict):
        raise NotAllowedError("it must be a mapping of what all tables share")
    return value


def of_the_store(value: object) -> dict[str, object]:
    """Settings of a target, as they are."""
    if not isinstance(value, dict):
        raise NotAllowedError("it must be a mapping of settings, named without tablekeeper_")
    return value


def typed_again(value: object) -> str:
    """A name as a confirmation."""
    if not isinstance(value, str):
        raise NotAllowedError("it must be the name typed again, and YAML has made something else of it")
    return value.strip()


def file(value: object) -> str:
    """The absolute path of a file."""
    if not isinstance(value, str) or value.rstrip().endswith("/"):
        raise NotAllowedError("it must be the path of a file")
    return _absolute(value)


def page(value: object) -> str:
    """The absolute path of a page: in a directory, that of its index."""
    if not isinstance(value, str):
        raise NotAllowedError("it must be the path of a file, or of a directory")
    path = _absolute(value)
    return str(Path(path) / "index.html") if value.rstrip().endswith("/") or Path(path).is_dir() else path


def directory(value: object) -> str:
    """The absolute path of a directory for templates."""
    if not isinstance(value, str) or not value.strip():
        raise NotAllowedError("it must be the directory where the templates go: -e render_to=DIRECTORY")
    return _absolute(value)


def _absolute(path: str) -> str:
    """From where the user is: Ansible's own modules would begin at the playbook, within the collection."""
    try:
        whole = Path(path.strip()).expanduser().absolute()
        # Targets share a page by its path. A link stays, since it is what will be written to.
        return str(whole.parent.resolve() / whole.name if ".." in whole.parts else whole)
    except RuntimeError as error:
        raise NotAllowedError("it begins with a home that this machine does not know") from error
