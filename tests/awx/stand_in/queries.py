# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which objects a list shows (ansible_base/rest_filters and awx/api/pagination.py).

A filter is a field, or a way over other objects to one of theirs, joined with __; __in takes several values,
cut at commas; of those that begin with or__ one must be so, of the others all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .resources import RESOURCES
from .store import Item, RefusedError, Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NO_FILTERS = {"page", "page_size", "order_by"}
# What leads from a job, or from an update, to what it is one of.
JOBS = {"project": "projects", "unified_job_template": "unified_job_templates"}


def chosen(
    store: Store, endpoint: str, items: Iterable[Item], query: Sequence[tuple[str, str]]
) -> list[Item]:
    """The items that the filters leave, in the order that is asked for."""
    found = [item for item in items if _matches(store, endpoint, item, query)]
    order = dict(query).get("order_by", "id")
    return sorted(found, key=lambda item: item[order.lstrip("-")], reverse=order.startswith("-"))


def page(found: list[Any], query: Sequence[tuple[str, str]]) -> Item:
    """One page of a list; more than one page is not imitated, unless the first is all that is asked for."""
    size, number = int(dict(query).get("page_size", 25)), int(dict(query).get("page", 1))
    if number > 1 or (len(found) > size and size > 1):
        raise RefusedError(400, {"detail": "A second page is not imitated: load less in this test."})
    return {"count": len(found), "next": None, "previous": None, "results": found[:size]}


def _matches(store: Store, endpoint: str, item: Item, query: Sequence[tuple[str, str]]) -> bool:
    alternatives = []
    for name, wanted in query:
        if name in NO_FILTERS:
            continue
        plain = name.removeprefix("or__").removesuffix("__in")
        values = wanted.split(",") if name.endswith("__in") else [wanted]
        is_so = str(_followed(store, endpoint, item, plain.split("__"))) in values
        if name.startswith("or__"):
            alternatives.append(is_so)
        elif not is_so:
            return False
    return any(alternatives) if alternatives else True


def _followed(store: Store, endpoint: str, item: Item, way: list[str]) -> Any:
    """The value at the end of a way over objects; None where it ends early."""
    field, *rest = way
    if field not in item and field != "id" and endpoint != "unified_job_templates":
        raise RefusedError(400, {"detail": f"{endpoint} have no field {field}."})
    value = item.get(field)
    if not rest or value is None:
        return value
    target = RESOURCES[endpoint].references[field] if endpoint in RESOURCES else JOBS[field]
    kind, other = store.get(target, value)
    return _followed(store, target if target == "unified_job_templates" else kind, other, rest)
