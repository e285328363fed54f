# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Draws the panels of the dashboard as HTML and SVG, from their JSON and what a Prometheus answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any

from tests.monitoring.expressions import of_panel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.monitoring.prometheus import Prometheus

COLOURS = {"green": "#1a7f4b", "yellow": "#b7791f", "red": "#c4314b", "blue": "#2563a8"}
LINES = ("#2563a8", "#c2571a", "#1a7f4b", "#8a3ffc", "#b7791f", "#0f7f8c", "#c4314b", "#5b6470", "#a83279")
SPANS = ((86400.0, "days"), (3600.0, "hours"), (60.0, "min"), (1.0, "s"))


@dataclass(frozen=True)
class Seen:
    """What is asked, and between which times."""

    prometheus: Prometheus
    begin: float
    end: float


def drawn(panel: dict[str, Any], seen: Seen) -> str:
    """A panel with its title."""
    draw = _DRAWN[panel["type"]](panel, seen)
    empty = panel["fieldConfig"]["defaults"].get("noValue", "No data")
    body = draw or f'<p class="none">{escape(empty)}</p>'
    return f"<h2>{escape(panel['title'])}</h2>{body}"


def _stat(panel: dict[str, Any], seen: Seen) -> str:
    found = seen.prometheus.at(of_panel(panel)[0], seen.end)
    if not found:
        return ""
    value, defaults = float(found[0]["value"][1]), panel["fieldConfig"]["defaults"]
    return f'<p class="stat" style="background:{_colour(defaults, value)}">{_told(value, defaults)}</p>'


def _table(panel: dict[str, Any], seen: Seen) -> str:
    rows: dict[tuple[tuple[str, str], ...], dict[str, Any]] = {}
    expressions = of_panel(panel)
    for target, expression in zip(panel["targets"], expressions, strict=True):
        column = "Value" if len(expressions) == 1 else f"Value #{target['refId']}"
        for series in seen.prometheus.at(expression, seen.end):
            key = tuple(sorted(series["metric"].items()))
            rows.setdefault(key, dict(key))[column] = float(series["value"][1])
    (change,) = (each["options"] for each in panel["transformations"] if each["id"] == "organize")
    columns = [
        name for name in sorted(change["indexByName"], key=change["indexByName"].get) if name != "Time"
    ]
    names = {name: change["renameByName"].get(name, name) for name in columns}
    ordered = sorted(rows.values(), key=lambda row: str(row.get("table", "")))
    for each in panel["options"].get("sortBy", []):
        (column,) = (name for name, shown in names.items() if shown == each["displayName"])
        ordered.sort(key=lambda row, by=column: row.get(by, 0), reverse=each["desc"])
    if not ordered:
        return ""
    configs = {name: _configured(panel, shown) for name, shown in names.items()}
    heads = "".join(f"<th>{escape(names[name])}</th>" for name in columns)
    lines = ("".join(_cell(row.get(name), configs[name]) for name in columns) for row in ordered)
    return f"<table><tr>{heads}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _cell(value: Any, config: dict[str, Any]) -> str:
    if value is None:
        return "<td></td>"
    fixed = config.get("color", {}).get("fixedColor")
    if isinstance(value, str):
        colour = f' style="color:{COLOURS[fixed]}"' if fixed else ""
        return f"<td{colour}>{escape(value)}</td>"
    kind = config["custom"]["cellOptions"]["type"]
    colour = _colour(config, value)
    if kind == "gauge":
        wide = 100 * min(1.0, value / config["max"])
        bar = f'<i style="width:{wide:.0f}%;background:{colour}"></i>'
        return f'<td><span class="bar">{bar}</span> <b style="color:{colour}">{_told(value, config)}</b></td>'
    shown = f' style="color:{colour}"' if kind == "color-text" else ""
    return f"<td{shown}>{_told(value, config)}</td>"


def _timeseries(panel: dict[str, Any], seen: Seen) -> str:
    lines = _ranges(panel, seen)
    if not lines:
        return ""
    top = max(value for _name, points in lines for _moment, value in points) * 1.1 or 1.0
    config, drawn_lines = panel["fieldConfig"]["defaults"], []
    for part in range(5):
        y = 190 - 170 * part / 4
        label = _told(top * part / 4, config)
        drawn_lines.append(f'<path class="grid" d="M70 {y}H690"/><text x="64" y="{y + 4}">{label}</text>')
    for index, (_name, points) in enumerate(lines):
        path, before = "", None
        for moment, value in points:
            x, y = _across(moment, seen, 70, 690), 190 - 170 * value / top
            path += f"M{x:.0f} {y:.1f}" if before is None else f"H{x:.0f}V{y:.1f}"
            before = y
        drawn_lines.append(f'<path fill="none" stroke-width="2" stroke="{LINES[index]}" d="{path}"/>')
    legend = "".join(
        f'<span><i style="background:{LINES[index]}"></i>{escape(name)}</span>'
        for index, (name, _points) in enumerate(lines)
    )
    svg = f'<svg viewBox="0 0 700 215">{"".join(drawn_lines)}{_days(seen, 70, 690, 208)}</svg>'
    return f'{svg}<p class="legend">{legend}</p>'


def _state_timeline(panel: dict[str, Any], seen: Seen) -> str:
    lines = _ranges(panel, seen)
    (mapping,) = panel["fieldConfig"]["defaults"]["mappings"]
    states, bars = mapping["options"], []
    height = 180 / max(1, len(lines))
    for index, (name, points) in enumerate(lines):
        y = 5 + index * height
        bars.append(f'<text x="154" y="{y + height / 2 + 3:.0f}">{escape(name)}</text>')
        for moment, value in points:
            x = _across(moment, seen, 160, 690)
            colour = COLOURS[states[f"{value:.0f}"]["color"]]
            bars.append(f'<path fill="{colour}" d="M{x:.1f} {y:.0f}h2.2v{height * 0.8:.0f}h-2.2z"/>')
    legend = "".join(
        f'<span><i style="background:{COLOURS[each["color"]]}"></i>{escape(each["text"])}</span>'
        for each in states.values()
    )
    svg = f'<svg viewBox="0 0 700 215">{"".join(bars)}{_days(seen, 160, 690, 208)}</svg>'
    return f'{svg}<p class="legend">{legend}</p>' if lines else ""


def _bar_gauge(panel: dict[str, Any], seen: Seen) -> str:
    found = list(_named(panel, seen.prometheus.at(of_panel(panel)[0], seen.end)))
    top = max((float(each["value"][1]) for _name, each in found), default=0.0) or 1.0
    bars = []
    for name, each in found:
        config, value = _configured(panel, name), float(each["value"][1])
        colour = COLOURS[config["color"]["fixedColor"]]
        bar = f'<i style="width:{100 * value / top:.0f}%;background:{colour}"></i>'
        shown = f'<span class="bar">{bar}</span><b style="color:{colour}">{_told(value, config)}</b>'
        bars.append(f'<div class="gauge"><span>{escape(name)}</span>{shown}</div>')
    return "".join(bars)


_DRAWN: dict[str, Callable[[dict[str, Any], Seen], str]] = {
    "stat": _stat,
    "table": _table,
    "timeseries": _timeseries,
    "state-timeline": _state_timeline,
    "bargauge": _bar_gauge,
}


def _ranges(panel: dict[str, Any], seen: Seen) -> list[tuple[str, list[tuple[float, float]]]]:
    series = seen.prometheus.between(of_panel(panel)[0], seen.begin, seen.end)
    return [
        (name, [(moment, float(value)) for moment, value in each["values"]])
        for name, each in _named(panel, series)
    ]


def _named(panel: dict[str, Any], series: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    (legend,) = (target["legendFormat"] for target in panel["targets"])
    found = []
    for each in series:
        name = legend
        for label, value in each["metric"].items():
            name = name.replace(f"{{{{{label}}}}}", value)
        found.append((name, each))
    yield from sorted(found, key=lambda pair: pair[0])


def _configured(panel: dict[str, Any], name: str) -> dict[str, Any]:
    """The settings of a column or bar: those of all, and what is its own."""
    found = {**panel["fieldConfig"]["defaults"]}
    for override in panel["fieldConfig"]["overrides"]:
        if override["matcher"]["options"] == name:
            for each in override["properties"]:
                where, _, key = each["id"].rpartition(".")
                if where:
                    found[where] = {**found.get(where, {}), key: each["value"]}
                else:
                    found[key] = each["value"]
    return found


def _colour(config: dict[str, Any], value: float) -> str:
    for mapping in config.get("mappings", []):
        if f"{value:.0f}" in mapping["options"]:
            return COLOURS[mapping["options"][f"{value:.0f}"]["color"]]
    steps = config.get("thresholds", {}).get("steps", [])
    reached = [step["color"] for step in steps if step["value"] is None or value >= step["value"]]
    return COLOURS[reached[-1]] if reached else "inherit"


def _told(value: float, config: dict[str, Any]) -> str:
    """A number as its unit is told."""
    for mapping in config.get("mappings", []):
        if f"{value:.0f}" in mapping["options"]:
            return str(mapping["options"][f"{value:.0f}"]["text"])
    unit, decimals = config.get("unit", ""), config.get("decimals", 0)
    if unit == "s":
        size, word = next(((size, word) for size, word in SPANS if value >= size), SPANS[-1])
        return f"{value / size:.{decimals or 1}f} {word}"
    if unit == "bytes":
        power = next((power for power in (3, 2, 1) if value >= 1024**power), 0)
        return f"{value / 1024**power:.3g} {('B', 'KiB', 'MiB', 'GiB')[power]}"
    if unit == "dateTimeAsIso":
        return f"{datetime.fromtimestamp(value / 1000, UTC):%Y-%m-%d %H:%M}"
    others = {"percentunit": f"{value:.0%}", "currencyUSD": f"${value:,.2f}"}
    return others.get(unit, f"{value:,.{decimals}f}")


def _across(moment: float, seen: Seen, left: int, right: int) -> float:
    return left + (right - left) * (moment - seen.begin) / (seen.end - seen.begin)


def _days(seen: Seen, left: int, right: int, y: int) -> str:
    days = (seen.begin + 86400 * day for day in range(0, 60, 2) if seen.begin + 86400 * day <= seen.end)
    return "".join(
        f'<text class="day" x="{_across(day, seen, left, right):.0f}" y="{y}">'
        f"{datetime.fromtimestamp(day, UTC):%m-%d}</text>"
        for day in days
    )
