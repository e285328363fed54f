# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a run says that judges only some tables, and so leaves what tells of whole targets as it is."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.filter.status_left import status_left


def said(*hosts: dict[str, Any]) -> str:
    names = [f"host{number}" for number in range(len(hosts))]
    hostvars = {name: {"__status_inputs": inputs} for name, inputs in zip(names, hosts, strict=True)}
    told = [status_left(hostvars, names, name) for name in names]
    assert not any(told[:-1])
    assert all(len(line) <= 100 for line in told[-1])
    return " ".join(" ".join(told[-1]).split())


SOME = {"tables": ["orders"]}


@pytest.mark.parametrize(
    ("inputs", "begin"),
    [
        (
            {"html": "x", "publish": True, "prometheus_file": "x"},
            "status_html, status_publish and status_prometheus_file tell",
        ),
        ({"html": "x", "publish": False, "prometheus_file": ""}, "status_html tells of"),
        ({"html": "", "prometheus_file": "x"}, "status_prometheus_file tells of"),
    ],
)
def test_it_is_said_once_with_what_to_do(inputs: dict[str, Any], begin: str) -> None:
    told = said({**inputs, **SOME}, {"tables": []}, {"mistakes": "x"})
    assert told.startswith(begin)
    assert told.endswith("run the status playbook without naming tables.")


def test_nothing_is_said_where_nothing_is_left() -> None:
    assert said({**SOME, "json_file": "x"}) == ""
    assert said({"html": "x", "tables": []}) == ""
