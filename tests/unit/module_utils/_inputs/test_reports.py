# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.filter.mixed_up_reports import mixed_up_reports
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.checks import file, page

if TYPE_CHECKING:
    from pathlib import Path

OTHER = {"json_file": "/b.json", "junit_file": "", "prometheus_file": "/b.prom", "html": "/all.html"}


@pytest.mark.parametrize(
    ("mine", "shared"),
    [
        ({}, ""),
        ({"mistakes": "x", "told": ["x"]}, ""),
        ({"json_file": "", "junit_file": "", "prometheus_file": ""}, ""),
        ({"json_file": "/a.json", "junit_file": "/a.xml", "prometheus_file": ""}, ""),
        ({"json_file": "/a", "junit_file": "/a", "prometheus_file": ""}, "/a"),
        ({"json_file": "/b.json", "junit_file": "/a.xml", "prometheus_file": "/b.prom"}, "/b.json, /b.prom"),
        ({"json_file": "", "junit_file": "/b.json", "prometheus_file": ""}, "/b.json"),
        ({"json_file": "/a.json", "html": "/all.html"}, ""),
        ({"json_file": "/a", "html": "/a"}, "/a"),
        ({"json_file": "/all.html"}, "/all.html"),
        ({"html": "/b.json"}, "/b.json"),
    ],
)
def test_each_report_has_a_file_of_its_own(mine: dict[str, str], shared: str) -> None:
    hostvars = {
        "eu": {"__status_inputs": mine},
        "us": {"__status_inputs": OTHER},
        "begun": {},
        "left_out": {},
    }
    told = mixed_up_reports(hostvars, ["eu", "us", "begun"], "eu")
    assert told.startswith(
        f"Nothing was asked, since several reports would be written to {shared}. Name"
    ) == bool(shared)
    assert bool(told) == bool(shared)


def test_a_page_that_nobody_names_cannot_be_published() -> None:
    told = mixed_up_reports({"eu": {"__status_inputs": {"publish": True, "html": ""}}}, ["eu"], "eu")
    assert told.startswith("Nothing was asked, since status_publish publishes the page that status_html ")
    named = {"__status_inputs": {"publish": True, "html": "/all.html"}}
    assert mixed_up_reports({"eu": named, "us": named}, ["eu", "us"], "eu") == ""


def test_one_file_under_two_names_is_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    whole, same = str(tmp_path / "same"), str(tmp_path / "link" / "same")
    mine = {"__status_inputs": {"html": whole, "json_file": same}}
    assert f"would be written to {whole}. Name" in mixed_up_reports({"eu": mine}, ["eu"], "eu")
    assert mixed_up_reports({"eu": mine | {"__status_inputs": {"html": whole}}}, ["eu"], "eu") == ""

    # Two would write it, each without the other on it.
    hosts = {"eu": {"__status_inputs": {"html": whole}}, "us": {"__status_inputs": {"html": same}}}
    assert f"would be written to {whole}. Name" in mixed_up_reports(hosts, list(hosts), "eu")


def test_folders_above_make_no_other_path(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert file(str(tmp_path / "a" / ".." / "x.json")) == page(str(tmp_path / "x.json"))
