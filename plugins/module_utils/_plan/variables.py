# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The names of the user's variables: what is misspelt would be ignored."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .._base.checks import blank
from .._base.mistakes import SET, Mistake, nearest
from .._model import place
from . import entries, settings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_KNOWN = place.VARIABLES | {f"tablekeeper_{key}" for key in ("tables", "defaults", *settings.CHECKS)}
# In a play of the user's own, the credentials of a target lead nowhere unless the play hands them on.
HANDED_ON = "tablekeeper_credentials"
_CREDENTIALS = ("tablekeeper_profile", "tablekeeper_role_arn")
_UNUSED = (
    "this play does not use it: in a play of your own, set tablekeeper_credentials, environment and "
    "module_defaults as docs/accounts.md of the collection shows"
)
# What is for loading AWX.
_OTHERS = re.compile(r"tablekeeper_awx_\w+")
_OF_TABLES = frozenset(f"tablekeeper_{key}" for key in entries.CHECKS)
# What Ansible calls what stands in an -e after a blank, which no variable gets.
CUT_OFF = "_raw_params"


def cut_off(words: object, name: str = "NAME") -> Iterator[Mistake]:
    """A mistake if a value that was given by hand went on after a blank: what went on would be ignored."""
    if not blank(words):
        yield Mistake(
            "What follows a blank in -e",
            "",
            words,
            "Ansible ends a value there, and these words would be ignored: quote the value once more, "
            f"-e '{name}=\"a b\"', write commas without blanks, -e {name}=a,b, or give a mapping, "
            f'-e \'{{"{name}": ["a", "b"]}}\'',
        )


def unknown(names: Iterable[str]) -> Iterator[Mistake]:
    """A mistake for each name that is not known. Its value is not asked for: it may be anything."""
    found = set(names)
    yield from unused_credentials(found)
    for name in sorted(found - _KNOWN - {HANDED_ON}):
        if _OTHERS.fullmatch(name):
            continue
        if name in _OF_TABLES:
            allowed = "it is a key of tables: write it in tablekeeper_defaults, without tablekeeper_"
        else:
            allowed = nearest(name, _KNOWN, "variable")
        yield Mistake(name, "", SET, allowed)


def unused_credentials(names: Collection[str]) -> Iterator[Mistake]:
    """A mistake if a target has credentials of its own and the play would use others."""
    for name in _CREDENTIALS if HANDED_ON not in names else ():
        if name in names:
            yield Mistake(name, "", SET, _UNUSED)
