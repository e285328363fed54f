# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The objects of the stand-in: made, changed, linked and removed, with AWX's refusals."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from .resources import RESOURCES, UNIFIED, Resource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Item = dict[str, Any]


class RefusedError(Exception):
    """AWX would answer with this status and say this."""

    def __init__(self, status: int, said: Any) -> None:
        super().__init__(said)
        self.status = status
        self.said = said


class Store:
    """Every object, by its endpoint and id. Ids are unique over all endpoints, as for templates in AWX."""

    def __init__(self) -> None:
        self.items: dict[str, dict[int, Item]] = {endpoint: {} for endpoint in RESOURCES}
        self.links: dict[tuple[str, int, str], list[int]] = {}
        self.surveys: dict[int, Item] = {}
        self.last = 0

    def endpoints(self, endpoint: str) -> tuple[str, ...]:
        return UNIFIED if endpoint == "unified_job_templates" else (endpoint,)

    def every(self, endpoint: str) -> Iterator[tuple[str, Item]]:
        for one in self.endpoints(endpoint):
            yield from ((one, item) for item in self.items[one].values())

    def get(self, endpoint: str, key: Any) -> tuple[str, Item]:
        for one, item in self.every(endpoint):
            if item["id"] == key:
                return one, item
        raise RefusedError(404, {"detail": f"{endpoint} {key} is not there."})

    def named(self, endpoint: str, name: str, organization: int | None = None) -> Item:
        """The object of a name; if it is asked for, of an organization."""
        found = [item for _kind, item in self.every(endpoint) if item.get("name") == name]
        return next((item for item in found if item.get("organization") == organization), found[0])

    def add(self, endpoint: str, given: Mapping[str, Any]) -> Item:
        """Make an object without asking whether it may be."""
        self.last += 1
        item = {**deepcopy(RESOURCES[endpoint].fields), **deepcopy(dict(given)), "id": self.last}
        self.items[endpoint][self.last] = item
        return item

    def wanted(self, endpoint: str, given: Mapping[str, Any], existing: Item | None = None) -> Item:
        """The object that it would become; refuses what no object of this endpoint may be."""
        resource = RESOURCES[endpoint]
        unknown = sorted(set(given) - set(resource.fields) - {"type"})
        if unknown:
            raise RefusedError(
                400, {name: ["AWX knows no such field and would ignore it."] for name in unknown}
            )
        merged = {**deepcopy(resource.fields), **(existing or {}), **given}
        merged.pop("type", None)
        empty = [name for name in resource.required if merged.get(name) in (None, "")]
        if empty:
            raise RefusedError(400, {name: ["This field is required."] for name in empty})
        wrong = [name for name, default in resource.fields.items() if not _fits(merged[name], default)]
        if wrong:
            raise RefusedError(400, {name: [f"{merged[name]!r} is not valid."] for name in wrong})
        for name, target in resource.references.items():
            if merged[name] is not None and not any(
                item["id"] == merged[name] for _kind, item in self.every(target)
            ):
                raise RefusedError(400, {name: [f'Invalid pk "{merged[name]}" - object does not exist.']})
        self._want_unique(endpoint, resource, merged)
        return merged

    def _want_unique(self, endpoint: str, resource: Resource, merged: Item) -> None:
        for other in self.items[endpoint].values():
            same = resource.unique and all(other[name] == merged[name] for name in resource.unique)
            if same and other["id"] != merged.get("id"):
                raise RefusedError(
                    400, {"__all__": [f"{resource.kind} with this {resource.unique} already exists."]}
                )

    def linked(self, endpoint: str, key: int, name: str) -> list[int]:
        return self.links.setdefault((endpoint, key, name), [])

    def remove(self, endpoint: str, key: int) -> None:
        """Remove an object with all that goes with it, and what was only there for it."""
        resource = RESOURCES[endpoint]
        item = self.items[endpoint].pop(key)
        if item.get("unified_job_template") in self.items["workflow_approval_templates"]:
            self.items["workflow_approval_templates"].pop(item["unified_job_template"])
        for child, field in resource.takes_along:
            for other in list(self.items[child].values()):
                if other[field] == key:
                    self.remove(child, other["id"])
        self._forget(endpoint, key)

    def _forget(self, endpoint: str, key: int) -> None:
        """Take an object out of what referred to it, and away a label that nothing else has."""
        for kind, resource in RESOURCES.items():
            fields = [name for name, to in resource.references.items() if endpoint in self.endpoints(to)]
            for item in self.items[kind].values():
                item.update({name: None for name in fields if item[name] == key})
        labels = self._labels()
        for where, ids in list(self.links.items()):
            if where[:2] == (endpoint, key):
                del self.links[where]
            elif RESOURCES[where[0]].lists[where[2]] == endpoint and key in ids:
                ids.remove(key)
        for label in labels - self._labels():
            self.items["labels"].pop(label, None)

    def _labels(self) -> set[int]:
        return {label for (_kind, _key, name), ids in self.links.items() if name == "labels" for label in ids}


def _fits(value: Any, default: Any) -> bool:
    """Whether a value is of the type of the field's default, where that tells one."""
    if default is None or value is None:
        return True
    return type(value) is type(default)
