# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What somebody agreed to by its name, and there is nothing of that name.

A misspelt name looks like one that was agreed to in an earlier run and is carried out since: it is told, and
nothing is refused because of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._base.mistakes import meant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from .._model.survey import Survey
    from .plan import Plan


def idle(survey: Survey, plan: Plan, host: str, previous_host: str) -> Iterator[str]:
    """A sentence for each name that lets nothing happen."""
    place = f"account {survey.account} in {plan.region}"
    yield from _stopped(survey, plan, place)
    yield from _renamed(survey, host, previous_host, place)
    yield from _beside(survey, plan, place)


def _stopped(survey: Survey, plan: Plan, place: str) -> Iterator[str]:
    allowed = set(plan.settings.stop_backups_of)
    listed = {table.name for stack in plan.stacks for table in stack.tables} | set(survey.missing)
    asked = {name for name, there in survey.unlisted.items() if there} - allowed
    for name in sorted(allowed - survey.unlisted.keys()):
        if name in listed:
            why = "tablekeeper_tables lists it, which counts."
        else:
            why = f"no table of that name is backed up in {place}{_hint(name, asked)}"
        yield f"tablekeeper_stop_backups_of names {name}, but {why}"


def _renamed(survey: Survey, host: str, previous_host: str, place: str) -> Iterator[str]:
    hosts = {str(other["host"]) for other in survey.beside} | {survey.store.inventory_host or host}
    if previous_host and previous_host not in {host, *hosts}:
        why = f"no host of that name has stacks in {place}{_hint(previous_host, hosts - {host, ''})}"
        yield f"tablekeeper_previous_host is {previous_host}, but {why}"


def _beside(survey: Survey, plan: Plan, place: str) -> Iterator[str]:
    """Only before the first machinery stands is it known what there is beside."""
    prefixes = {str(other["prefix"]) for other in survey.beside}
    agreed = set(plan.settings.beside)
    for name in sorted(agreed - prefixes) if not survey.deployed else ():
        hint = _hint(name, prefixes - agreed)
        yield f"tablekeeper_beside names {name}, but nothing is backed up under that prefix in {place}{hint}"


def _hint(name: str, known: Collection[str]) -> str:
    near = meant(name, known)
    return f": is {near} meant?" if near else " (any more)."
