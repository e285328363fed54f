# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The expressions of the dashboard and of the rules, and what they name."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import promql_parser
import yaml

from tests.conftest import ROOT

MONITORING = ROOT / "extensions" / "monitoring"
DASHBOARD = MONITORING / "grafana.json"
RULES = MONITORING / "alerts.yml"
EVERYTHING = {"$target": ".*", "$table": ".*"}


@dataclass
class Named:
    """The metrics that an expression names, and the labels."""

    metrics: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)


def named(expression: str) -> Named:
    """What an expression names, wherever in it."""
    found = Named()

    def visit(part: Any) -> None:
        if isinstance(part, promql_parser.VectorSelector):
            found.metrics.add(part.name)
            found.labels.update(each.name for each in part.matchers.matchers)
        elif isinstance(part, promql_parser.AggregateExpr) and part.modifier:
            found.labels.update(part.modifier.labels)
        elif isinstance(part, promql_parser.BinaryExpr) and part.modifier:
            found.labels.update(part.modifier.group_labels or [])
            found.labels.update(part.modifier.matching.labels if part.modifier.matching else [])

    promql_parser.walk(promql_parser.parse(expression), visit)
    return found


def dashboard() -> dict[str, Any]:
    """The dashboard as it is imported."""
    found: dict[str, Any] = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return found


def of_panel(panel: dict[str, Any]) -> list[str]:
    """The expressions of a panel, with everything chosen."""
    found = []
    for target in panel["targets"]:
        expression = target["expr"]
        for variable, chosen in EVERYTHING.items():
            expression = expression.replace(variable, chosen)
        found.append(expression)
    return found


def alerts() -> list[dict[str, Any]]:
    """The rules, in their order."""
    read = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return [rule for group in read["groups"] for rule in group["rules"]]


def of_rule(rule: dict[str, Any]) -> list[str]:
    """The expression of a rule, and those that its texts ask."""
    texts = " ".join(rule["annotations"].values())
    asked = re.findall(r'printf "((?:[^"\\]|\\.)*)"', texts)
    return [rule["expr"], *(each.replace("%q", '"any"').replace('\\"', '"') for each in asked)]
