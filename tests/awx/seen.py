# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What an organization has in the stand-in, by names, to compare: ids say only when something was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .stand_in.resources import RESOURCES

if TYPE_CHECKING:
    from .stand_in.api import Api

Item = dict[str, Any]
# What belongs to an organization through something else.
PARENTS = ("unified_job_template", "workflow_job_template", "inventory")


def seen(api: Api, organization: str) -> dict[tuple[str, str], Item]:
    """Every object with its links, by its kind and name."""
    ours = api.store.named("organizations", organization)["id"]
    return {
        (endpoint, name_of(item)): {
            **{field: named(api, endpoint, field, value) for field, value in item.items() if field != "id"},
            "links": links(api, endpoint, item["id"]),
        }
        for endpoint, items in api.store.items.items()
        for item in items.values()
        if ours in organizations(api, endpoint, item)
    }


def one(api: Api, organization: str, endpoint: str, name: str) -> Item:
    """The object itself, to alter it."""
    ours = api.store.named("organizations", organization)["id"]
    return next(
        item
        for item in api.store.items[endpoint].values()
        if name_of(item) == name and ours in organizations(api, endpoint, item)
    )


def name_of(item: Item) -> str:
    return str(item.get("name") or item["identifier"])


def organizations(api: Api, endpoint: str, item: Item) -> set[Any]:
    """Its own, and those of what it is a part of."""
    references = RESOURCES[endpoint].references
    parents = [
        api.store.get(references[parent], item[parent])[1]
        for parent in PARENTS
        if parent in references and item[parent] is not None
    ]
    return {item.get("organization"), *(parent.get("organization") for parent in parents)}


def named(api: Api, endpoint: str, field: str, value: Any) -> Any:
    target = RESOURCES[endpoint].references.get(field)
    return value if target is None or value is None else name_of(api.store.get(target, value)[1])


def links(api: Api, endpoint: str, key: int) -> dict[str, list[str]]:
    lists = RESOURCES[endpoint].lists
    found = {name: api.store.linked(endpoint, key, name) for name in lists}
    return {
        name: sorted(name_of(api.store.get(lists[name], other)[1]) for other in ids)
        for name, ids in found.items()
    }
