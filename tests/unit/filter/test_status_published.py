# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which target of a play publishes a page, and which files that page has."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.filter.status_published import status_published
from ansible_collections.tablekeeper.dynamodb.plugins.filter.status_publishers import status_publishers
from tests.unit.support.status_pages import answer, refused, well

PAGE = "/srv/www/backups.html"
FAILED = refused()


STORE = {"stacks": [{"name": "tablekeeper-store", "status": "UPDATE_COMPLETE"}]}
TO_COME = {"tablekeeper_region": "eu-west-1"}
Hosts = dict[str, dict[str, Any]]


def target(
    *, publish: bool = True, html: str = PAGE, found: Any = None, tables: Any = (), **more: Any
) -> dict[str, Any]:
    inputs = {"publish": publish, "html": html, "prefix": "tablekeeper", "tables": tables}
    return {"__status_inputs": inputs, "__status_found": found or {"tables": []}, **TO_COME, **more}


def does(hosts: Hosts, name: str, batch: list[str] | None = None) -> list[tuple[str, bool]]:
    names = list(hosts)
    found = status_publishers(hosts, names, names, batch or names, name)
    return [(each["name"], each["complete"]) for each in found]


def publishers(hosts: Hosts) -> list[str]:
    """In a play without batches each does it itself."""
    done = {name: does(hosts, name) for name in hosts}
    assert all(each == [(name, True)] for name, each in done.items() if each)
    return [name for name, each in done.items() if each]


@pytest.mark.parametrize(
    ("hosts", "who"),
    [
        ({"eu": target(), "us": target()}, ["eu"]),
        ({"eu": target(publish=False), "us": target()}, ["us"]),
        ({"eu": target(found=FAILED), "us": target()}, ["us"]),
        ({"eu": target(found=FAILED), "us": target(found=FAILED)}, ["eu"]),
        ({"eu": {"__status_inputs": {"mistakes": "x"}, "__status_found": FAILED}, "us": target()}, ["us"]),
        ({"new": target(), "eu": target(found=STORE), "us": target(found=STORE)}, ["eu"]),
        ({"lost": target(found=FAILED), "new": target(), "eu": target(publish=False, found=STORE)}, ["new"]),
        ({"eu": target(html="/eu.html"), "us": target(html="/us.html")}, ["eu", "us"]),
        ({"eu": target(publish=False)}, []),
        ({"eu": target(html="")}, []),
        ({"eu": target(), "us": target(publish=False, tables=["orders"])}, []),
    ],
)
def test_the_first_that_says_so_and_has_a_store_publishes(hosts: dict[str, Any], who: list[str]) -> None:
    assert publishers(hosts) == who


def test_a_page_of_many_tables_is_an_index_and_a_page_for_each_target() -> None:
    many = answer(*(well(f"t{number:03}") for number in range(200)))
    hosts = {"eu": target(found=many), "us east": target(publish=False, found=many)}
    pages = status_published(hosts, list(hosts), "eu")
    index, *others = pages
    assert index["name"] == "backups.html"
    assert all(each["name"] in index["content"] for each in others)
    assert len(others) == 2


def test_of_several_batches_the_last_publishes_for_the_earlier_too() -> None:
    begun = {"eu": target(found=STORE), "own": target(html="/own.html"), "us": TO_COME}
    assert [does(begun, name, [name]) for name in ("eu", "own")] == [[], []]
    ended = {**begun, "us": target(), "none": target(html="", publish=False)}
    assert does({**begun, "us": target()}, "us", ["us"]) == [("eu", True), ("own", True)]
    assert [does(ended, name, ["us", "none"]) for name in ("us", "none")] == [
        [], [("eu", True), ("own", True)],
    ]  # fmt: skip
    assert does({"eu": target(), "us": target(found=STORE)}, "us", ["us"]) == [("us", True)]


def test_where_nobody_waits_one_without_a_store_leaves_it_to_whoever_comes_later() -> None:
    hosts = {"new": target(), "eu": TO_COME}
    (told,) = status_publishers(hosts, list(hosts), list(hosts), list(hosts), "new")
    assert told == {"name": "new", "complete": False, "early": True}
    hosts |= {"new": target(__status_hurried=True), "eu": target()}
    assert does(hosts, "eu") == [("new", True)]
    hosts["eu"] = target(found=STORE)
    assert does(hosts, "eu") == [("eu", True)]


def test_where_nobody_waits_the_last_to_come_publishes_again() -> None:
    hosts = {"eu": target(found=STORE), "us": TO_COME, "ap": TO_COME}
    assert does(hosts, "eu") == [("eu", False)]
    hosts["eu"]["__status_hurried"] = True
    hosts["ap"] = target(found=STORE)
    assert does(hosts, "ap") == []
    hosts["us"] = target(found=FAILED)
    assert does(hosts, "us") == [("eu", True)]
