# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which target of a play publishes a page, and which files that page has."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.filter.status_published import status_published
from tests.unit.support.status_pages import answer, refused, well

PAGE = "/srv/www/backups.html"
FAILED = refused()


def target(*, publish: bool = True, html: str = PAGE, found: Any = None, **more: Any) -> dict[str, Any]:
    inputs = {"publish": publish, "html": html, **more}
    return {"__status_inputs": inputs, "__status_found": found or {"tables": []}}


def publishers(hosts: dict[str, Any]) -> list[str]:
    names = list(hosts)
    return [name for name in names if status_published(hosts, names, names, name, names=True)]


@pytest.mark.parametrize(
    ("hosts", "who"),
    [
        ({"eu": target(), "us": target()}, ["eu"]),
        ({"eu": target(publish=False), "us": target()}, ["us"]),
        ({"eu": target(found=FAILED), "us": target()}, ["us"]),
        ({"eu": target(found=FAILED), "us": target(found=FAILED)}, ["eu"]),
        ({"eu": {"__status_inputs": {"mistakes": "x"}}, "us": target()}, ["us"]),
        ({"eu": target(html="/eu.html"), "us": target(html="/us.html")}, ["eu", "us"]),
        ({"eu": target(publish=False)}, []),
        ({"eu": target(html="")}, []),
        ({"eu": target(), "us": target(publish=False, tables=["orders"])}, []),
    ],
)
def test_the_first_that_says_so_and_could_be_asked_publishes(hosts: dict[str, Any], who: list[str]) -> None:
    assert publishers(hosts) == who


def test_a_page_of_many_tables_is_an_index_and_a_page_for_each_target() -> None:
    many = answer(*(well(f"t{number:03}") for number in range(200)))
    hosts = {"eu": target(found=many), "us east": target(publish=False, found=many)}
    names = status_published(hosts, list(hosts), list(hosts), "eu", names=True)
    pages = status_published(hosts, list(hosts), list(hosts), "eu")
    assert [each["name"] for each in pages] == names
    index, *others = pages
    assert index["name"] == "backups.html"
    assert all(each["name"] in index["content"] for each in others)
    assert len(others) == 2
