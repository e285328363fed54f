# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any
from urllib.parse import unquote

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.filter.status_page import status_page
from ansible_collections.tablekeeper.dynamodb.plugins.filter.status_pages import status_pages
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.page_files import files, page_of
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.pages import FOLDER
from tests.unit.support.status_pages import answer, named, refused, well

ONE, TWO, THREE = "/srv/one.html", "/srv/two.html", "/srv/three.html"


def host(html: str | None, found: Any = None) -> dict[str, Any]:
    inputs = {"mistakes": "It is wrong."} if html is None else {"html": html}
    return {"__status_inputs": inputs, "__status_found": found or {}, "tablekeeper_region": "eu-west-1"}


HOSTVARS: dict[str, dict[str, Any]] = {
    "eu": host(ONE, answer(well("orders"))),
    "us": host(ONE, refused()),
    "ap": host(TWO, answer(well("carts"))),
    "none": host(""),
    "wrong": host(None, refused("It is wrong.")),
    "later": {"tablekeeper_region": "eu-west-1"},
    "left_out": {},
}
HOSTS = list(HOSTVARS)


def test_the_last_of_those_that_share_a_page_writes_it() -> None:
    writes = {name: status_pages(HOSTVARS, HOSTS, HOSTS, name) for name in ("eu", "us", "ap", "none")}
    assert writes == {"eu": [], "us": [ONE], "ap": [TWO], "none": []}


def test_of_a_batch_the_last_in_it_writes() -> None:
    assert status_pages(HOSTVARS, HOSTS, ["eu", "ap"], "eu") == [ONE]


def test_a_page_has_those_that_share_it_and_whoever_cannot_say_what_is_wanted() -> None:
    text = status_page(HOSTVARS, HOSTS, "us", ONE)
    shown = re.findall(r"<h3>(\w+)</h3>\n<span class=\"badge", text)
    assert shown == ["eu", "us", "wrong", "later"]
    assert "This run has not come to it." in text
    assert "carts" not in text


def outside(html: Any, **more: Any) -> dict[str, Any]:
    return {"tablekeeper_region": "eu-west-1", "status_html": html, **more}


def test_hosts_outside_the_run_stay_on_their_page() -> None:
    others = {
        "beside": outside("/srv/other/../one.html"),
        "same": outside(ONE, tablekeeper_tables=["orders", {"name": "payments"}, {"nam": "x"}]),
        "elsewhere": outside(TWO),
        "unknown": outside(7, tablekeeper_tables=7),
        "none": outside(""),
        "no_target": {"status_html": ONE},
    }
    text = status_page({**others, "eu": host(ONE, answer(well("carts")))}, ["eu"], "eu", ONE)
    assert re.findall(r"<h3>(\w+)</h3>\n<span class=\"badge", text) == ["eu", "beside", "same"]
    assert "It is not part of this run. The inventory lists 2 tables of it." in text
    assert re.findall(r"class=\"name\">(\w+)<", text) == ["orders", "payments", "carts"]


def test_a_host_of_an_earlier_play_is_told_as_it_was_found() -> None:
    earlier = {**outside(ONE), "__status_found": answer(well("orders"))}
    text = status_page({"us": earlier, "eu": host(ONE, answer(well("carts")))}, ["eu"], "eu", ONE)
    assert "Each of 2 tables in 2 targets is healthy." in text


def test_a_page_of_whole_targets_is_left_if_tables_were_named() -> None:
    named_one = host(ONE, answer(well("orders")))
    named_one["__status_inputs"]["tables"] = ["orders"]
    hosts = {"eu": named_one, "us": host(ONE, answer(well("carts"))), "ap": host(TWO, answer(well("carts")))}
    assert [status_pages(hosts, list(hosts), list(hosts), name) for name in hosts] == [[], [], [TWO]]


def test_the_script_is_short_and_nothing_leads_elsewhere() -> None:
    assert len((FOLDER / "page.js").read_text(encoding="utf-8").splitlines()) <= 60
    assert [
        file.name for file in FOLDER.iterdir() if "//" in re.sub(r"(?m)^// .*", "", file.read_text())
    ] == []


def many(count: int) -> dict[str, Any]:
    return answer(*(named(f"t{place}") for place in range(count)))


def test_many_tables_of_several_targets_get_pages_of_their_own() -> None:
    answers = {"eu": many(200), "a/b": many(101), "lost": refused()}
    index, eu, other = files("/srv/status.html", answers)
    assert (index, eu) == ("/srv/status.html", "/srv/status-eu.html")
    assert re.fullmatch(r"/srv/status-a-b-[0-9a-f]{8}\.html", other)
    whole = page_of(index, index, answers)
    assert (len(whole.rows), whole.has_links) == (0, True)
    assert [target.link for target in whole.targets] == ["status-eu.html", other[5:], ""]
    one = page_of(index, eu, answers)
    assert (len(one.rows), one.back, [target.name for target in one.targets]) == (200, "status.html", ["eu"])


def test_a_link_back_leads_to_its_file_whatever_that_is_called() -> None:
    answers, index = {"eu": many(200), "us": many(101)}, "/srv/jav:a #1?ü.html"
    back = page_of(index, files(index, answers)[1], answers).back
    assert (back, unquote(back)) == ("jav%3Aa%20%231%3F%C3%BC.html", PurePath(index).name)


@pytest.mark.parametrize("counts", [{"eu": 301}, {"eu": 150, "us": 150}])
def test_else_there_is_one_page(counts: dict[str, int]) -> None:
    answers = {target: many(count) for target, count in counts.items()}
    assert files("/srv/status.html", answers) == ["/srv/status.html"]
    assert len(page_of("/srv/status.html", "/srv/status.html", answers).rows) >= 300
