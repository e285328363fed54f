# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The variables of the roles that are not the plan's: all cast and checked, every mistake told at once."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._base.checks import Check, flag, number, one_of, plain, read, span, text, whole
from .._base.durations import DAY
from .._base.mistakes import SET, Mistake, NotAllowedError, PlanError
from .._model.place import CHECKS as PLACE
from .._plan.selection import enabled_names, names
from .._plan.settings import CHECKS, DAY_SECONDS
from .._plan.variables import cut_off, unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

_YEAR = 365 * DAY
_AGE = span(1, 10 * _YEAR, '"30 hours"')


def _age(value: object) -> str:
    return f"{_AGE(value)} hours"


def _line(value: object) -> str:
    found = text(value)
    if found is None:
        raise NotAllowedError("it must be text")
    return found


def _entries(value: object) -> list[object]:
    """As they are: what is wrong with one is a reason of its own."""
    if not isinstance(value, list):
        raise NotAllowedError("it must be a list of table names, or of mappings with a name")
    return value


def _shared_by_all(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise NotAllowedError("it must be a mapping of what all tables share")
    return value


def _of_the_store(value: object) -> dict[str, object]:
    """As they are: the same again."""
    if not isinstance(value, dict):
        raise NotAllowedError("it must be a mapping of settings, named without tablekeeper_")
    return value


def _typed_again(value: object) -> str:
    if not isinstance(value, str):
        raise NotAllowedError("it must be the name typed again, and YAML has made something else of it")
    return value.strip()


def _file(value: object) -> str:
    if not isinstance(value, str) or value.rstrip().endswith("/"):
        raise NotAllowedError("it must be the path of a file")
    return _absolute(value)


def _directory(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise NotAllowedError("it must be the directory where the templates go: -e render_to=DIRECTORY")
    return _absolute(value)


def _absolute(path: str) -> str:
    """From where the user is: Ansible's own modules would begin at the playbook, within the collection."""
    try:
        return str(Path(path.strip()).expanduser().absolute())
    except RuntimeError as error:
        raise NotAllowedError("it begins with a home that this machine does not know") from error


_TARGET: dict[str, tuple[Check[Any], Any]] = {
    "region": (CHECKS["region"], None),
    "prefix": (CHECKS["prefix"], "tablekeeper"),
}
_ACCOUNT: dict[str, tuple[Check[Any], Any]] = {"account_id": (PLACE["account_id"], "")}
# What each role takes: how a value is checked, and what counts if none is given (None: it has to be given).
ROLES: dict[str, dict[str, tuple[Check[Any], Any]]] = {
    "run": {
        **_TARGET,
        **_ACCOUNT,
        "tables": (names, ()),
        "expected": (enabled_names, ()),
        "wait": (flag, True),
        "timeout": (number(0, 366 * DAY_SECONDS), 86400.0),
        "poll_seconds": (number(0, 3600), 15.0),
        "started_by": (_line, "ansible"),
    },
    "status": {
        **_TARGET,
        **_ACCOUNT,
        "tables": (names, ()),
        "expected": (_entries, ()),
        "defaults": (_shared_by_all, {}),
        "settings": (_of_the_store, {}),
        "max_age": (_age, ""),
        "verify": (one_of(("none", "manifest", "content")), "manifest"),
        "subscribers": (one_of(("all", "any")), "all"),
        "expires_soon": (_age, "168 hours"),
        "items_fell": (whole(1, 100), 90),
        "format": (one_of(("narrow", "wide")), "narrow"),
        "json_file": (_file, ""),
        "junit_file": (_file, ""),
        "prometheus_file": (_file, ""),
        "fail": (flag, True),
    },
    "teardown": {
        **_TARGET,
        **_ACCOUNT,
        "confirm": (_typed_again, ""),
        "store": (flag, False),
        "store_confirm": (_typed_again, ""),
        "keep_backups": (flag, False),
        "stop_running_pipelines": (flag, False),
        "stack_timeout": (whole(1, DAY_SECONDS), 1800),
    },
    "render": {"render_to": (_directory, None)},
}
# Where the variable is not the role's own, but one that users set for the whole collection.
_SHARED = {
    "region": "tablekeeper_region",
    "prefix": "tablekeeper_prefix",
    "account_id": "tablekeeper_account_id",
    "stop_running_pipelines": "tablekeeper_stop_running_pipelines",
    "tables": "tables",
    "expected": "tablekeeper_tables",
    "defaults": "tablekeeper_defaults",
    "stack_timeout": "tablekeeper_stack_timeout",
    "render_to": "render_to",
}


def cast(
    given: Mapping[str, object], role: str, variables: Iterable[str] = (), words: object = ""
) -> dict[str, Any]:
    """A role's inputs in their own types; one that is left out or empty has its default.

    `variables` names all that are set and begin as the role's do or with tablekeeper_: a misspelt one would
    be ignored. `words` is what Ansible cut off from an -e.
    """
    known = ROLES[role]
    # Of dates only the names of tables make anything: plain values have no types of Ansible's in them.
    values = {key: value if key == "tables" else plain(value) for key, value in given.items()}
    checks = {key: check for key, (check, _default) in known.items()}
    required = [key for key, (_check, default) in known.items() if default is None]
    found: list[Mistake] = []
    reading = read("", values, checks, found, required=required)
    told = [Mistake(variable(role, each.key), "", each.value, each.allowed) for each in found]
    lost = cut_off(words, f"{role}_tables" if "tables" in known else "NAME")
    if told := [*lost, *_misspelt(role, set(variables)), *told]:
        raise PlanError(told)
    return {**{key: default for key, (_check, default) in known.items()}, **reading.values}


def _misspelt(role: str, variables: Collection[str]) -> Iterator[Mistake]:
    """Names of ours that there are not, and those that are nearly one of the role's: others are anybody's."""
    yield from unknown(name for name in variables if name.startswith("tablekeeper_"))
    known = [f"{role}_{key}" for key in ROLES[role]]
    for name in sorted(set(variables) - set(known)):
        for near in difflib.get_close_matches(name, known, n=1, cutoff=0.8):
            yield Mistake(name, "", SET, f"there is no such variable: the nearest is {near}")


def variable(role: str, key: str) -> str:
    """The variable that users set for an input."""
    return _SHARED.get(key, f"{role}_{key}")
