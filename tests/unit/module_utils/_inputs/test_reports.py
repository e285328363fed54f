# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.filter.mixed_up_reports import mixed_up_reports

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
