# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What PutDashboard says of the body of a dashboard.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html: 500 metrics a widget,
2,500 a dashboard.

The words are those that people show of AWS's answers, such as
https://github.com/aws-samples/aws-eda-slurm-cluster/issues/116; where nobody shows any, they are made alike.
What a page calls required, or a valid value, is an error here; a property that no page knows is a warning.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Found = tuple[str, str]  # where, and what
MOST_WIDGETS, MOST_METRICS, MOST_OF_ALL, MOST_ALARMS = 500, 500, 2_500, 100
WIDTH = 24
NO_OBJECT = "The field DashboardBody must be a valid JSON object"
_TOP = {"widgets", "variables", "start", "end", "periodOverride"}
_WIDGET = {"type", "x", "y", "width", "height", "properties"}
_RANGES = {"x": (0, 23), "y": (0, None), "width": (1, WIDTH), "height": (1, 1000)}
_KNOWN = {
    "alarm": {"alarms", "sortBy", "states", "title"},
    "explorer": {"aggregateBy", "labels", "metrics", "period", "splitBy", "title", "widgetOptions"},
    "log": {"accountId", "query", "region", "stacked", "title", "view"},
    "metric": {
        "accountId", "annotations", "legend", "liveData", "metrics", "period", "region",
        "setPeriodToTimeRange", "singleValueFullPrecision", "sparkline", "stacked", "stat", "table",
        "timezone", "title", "trend", "view", "yAxis",
    },
    "text": {"background", "markdown"},
}  # fmt: skip
_VALUES = {
    "alarm": {"sortBy": {"default", "stateUpdatedTimestamp", "timestamp"}},
    "explorer": {},
    "log": {"view": {"table", "timeSeries", "bar", "pie"}},
    "metric": {"view": {"timeSeries", "singleValue", "gauge", "bar", "pie", "table"}},
    "text": {"background": {"solid", "transparent"}},
}  # fmt: skip
_LOOKS = {
    "accountId", "color", "expression", "id", "label", "period", "region", "stat", "visible", "yAxis",
}  # fmt: skip
_STATES = {"ALARM", "INSUFFICIENT_DATA", "OK"}
_STAT = re.compile(r"SampleCount|Average|Sum|Minimum|Maximum|IQM|(p|tm|wm|tc|ts)\d{1,2}(\.\d+)?|p100"
                   r"|(PR|TM|TC|TS|WM)\(.*\)")  # fmt: skip
_START = re.compile(r"-P(\d+[DWM]|T\d+[MH])|\d{4}-\d\d-\d\dT.+")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_ALARM = re.compile(r"arn:[a-z-]+:cloudwatch:[a-z0-9-]+:\d{12}:alarm:.+")


def check(text: str) -> tuple[list[Found], list[Found]]:
    """The errors, for which nothing is stored, and the warnings."""
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return [("", NO_OBJECT)], []
    errors, warnings = [*_top(body)], [*_unknown("", body, _TOP)]
    for number, widget in enumerate(_listed(body.get("widgets"))):
        place = f"/widgets/{number}"
        if not isinstance(widget, dict):
            errors.append((place, "Should be object"))
            continue
        errors += _widget(place, widget)
        warnings += _unknown(place, widget, _WIDGET)
        kind, properties = widget.get("type"), widget.get("properties")
        if kind in _KNOWN and isinstance(properties, dict):
            warnings += _unknown(f"{place}/properties", properties, _KNOWN[kind])
    return errors, warnings


def _top(body: Mapping[str, Any]) -> Iterator[Found]:
    if "widgets" not in body:
        yield "", "Should have required property 'widgets'"
    elif not isinstance(body["widgets"], list):
        yield "/widgets", "Should be array"
    elif len(body["widgets"]) > MOST_WIDGETS:
        yield "/widgets", f"Should NOT have more than {MOST_WIDGETS} items"
    if body.get("periodOverride", "auto") not in {"auto", "inherit"}:
        yield "/periodOverride", "Should be equal to one of the allowed values"
    if "end" in body and "start" not in body:
        yield "", "Should have property start when property end is present"
    if "start" in body and not _START.fullmatch(str(body["start"])):
        yield "/start", "Should match pattern of a relative or an absolute time"
    if sum(len(_metrics(each)) for each in _listed(body.get("widgets"))) > MOST_OF_ALL:
        yield "/widgets", f"Should NOT have more than {MOST_OF_ALL} metrics"


def _metrics(widget: Any) -> list[Any]:
    properties = widget.get("properties") if isinstance(widget, dict) else None
    return _listed(properties.get("metrics")) if isinstance(properties, dict) else []


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _unknown(place: str, found: Mapping[str, Any], known: set[str]) -> Iterator[Found]:
    for name in sorted(found.keys() - known):
        yield (
            place,
            f'The "{name}" property is not expected to be part of a widget definition, will be ignored',
        )


def _widget(place: str, widget: Mapping[str, Any]) -> Iterator[Found]:
    for name in ("type", "properties"):
        if name not in widget:
            yield place, f"Should have required property '{name}'"
    if ("x" in widget) != ("y" in widget):
        yield place, f"Should have required property '{'y' if 'x' in widget else 'x'}'"
    for name, limits in _RANGES.items():
        yield from _whole(f"{place}/{name}", widget.get(name, limits[0]), *limits)
    kind, properties = widget.get("type"), widget.get("properties")
    if kind is not None and kind not in _KNOWN:
        yield f"{place}/type", "Should be equal to one of the allowed values"
    elif not isinstance(properties, dict):
        yield f"{place}/properties", "Should be object"
    elif kind:
        yield from _properties(f"{place}/properties", kind, properties)


def _whole(place: str, value: Any, least: int, most: int | None) -> Iterator[Found]:
    if not isinstance(value, int) or isinstance(value, bool):
        yield place, "Should be integer"
    elif value < least:
        yield place, f"Should be >= {least}"
    elif most is not None and value > most:
        yield place, f"Should be <= {most}"


def _properties(place: str, kind: str, properties: Mapping[str, Any]) -> Iterator[Found]:
    for name, values in _VALUES[kind].items():
        if name in properties and properties[name] not in values:
            yield f"{place}/{name}", "Should be equal to one of the allowed values"
    if not isinstance(properties.get("title", ""), str):
        yield f"{place}/title", "Should be string"
    yield from _CHECKS[kind](place, properties)


def _required(place: str, properties: Mapping[str, Any], *names: str) -> Iterator[Found]:
    for name in names:
        if name not in properties:
            yield place, f"Should have required property '{name}'"
        elif not isinstance(properties[name], str):
            yield f"{place}/{name}", "Should be string"


def _text(place: str, properties: Mapping[str, Any]) -> Iterator[Found]:
    yield from _required(place, properties, "markdown")


def _log(place: str, properties: Mapping[str, Any]) -> Iterator[Found]:
    yield from _required(place, properties, "region", "query")


def _explorer(place: str, properties: Mapping[str, Any]) -> Iterator[Found]:
    for name in ("labels", "metrics"):
        if not isinstance(properties.get(name), list):
            yield place, f"Should have required property '{name}'"


def _alarm(place: str, properties: Mapping[str, Any]) -> Iterator[Found]:
    alarms = properties.get("alarms")
    if not isinstance(alarms, list):
        yield place, "Should have required property 'alarms'"
        return
    if not alarms:
        yield f"{place}/alarms", "Should NOT have less than 1 items"
    if len(alarms) > MOST_ALARMS:
        yield f"{place}/alarms", f"Should NOT have more than {MOST_ALARMS} items"
    for number, arn in enumerate(alarms):
        if not isinstance(arn, str) or not _ALARM.fullmatch(arn):
            yield f"{place}/alarms/{number}", "Should be the ARN of an alarm"
    if not set(_listed(properties.get("states"))) <= _STATES:
        yield f"{place}/states", "Should be equal to one of the allowed values"


def _metric(place: str, properties: Mapping[str, Any]) -> Iterator[Found]:
    annotations = properties.get("annotations")
    alarms = _listed(annotations.get("alarms")) if isinstance(annotations, dict) else []
    if "metrics" not in properties and not annotations:
        yield place, "Should have required property 'metrics'"
        yield place, "Should have required property 'annotations'"
    if not (properties.get("region") and ("metrics" in properties or alarms)):
        yield (
            place,
            "The metric widget should have specified a region and a data source or an alarm annotation",
        )
    metrics = properties.get("metrics", [])
    if not isinstance(metrics, list):
        yield f"{place}/metrics", "Should be array"
    elif len(metrics) > MOST_METRICS:
        yield f"{place}/metrics", f"Should NOT have more than {MOST_METRICS} items"
    yield from _look(place, properties)
    for number, row in enumerate(_listed(metrics)):
        yield from _row(f"{place}/metrics/{number}", row)


def _row(place: str, row: Any) -> Iterator[Found]:
    """Namespace, name, pairs of dimensions, and at the end how it looks; or an expression alone."""
    if not isinstance(row, list) or not row:
        yield place, "Should be array" if not isinstance(row, list) else "Should NOT have less than 1 items"
        return
    look = row[-1] if isinstance(row[-1], dict) else {}
    words = row[:-1] if isinstance(row[-1], dict) else row
    for number, word in enumerate(words):
        if not isinstance(word, str):
            yield f"{place}/{number}", "Invalid metric field type, only 'String' type is allowed"
    if not words and "expression" not in look:
        yield place, "Should have required property 'expression'"
    elif words and len(words) < 2:
        yield place, "Should NOT have less than 2 items"
    elif words and look.keys() - _LOOKS:  # taken for no look at all
        yield place, f"Should NOT have more than {len(words)} items"
    elif len(words) % 2:
        yield place, f"Should NOT have more than {len(words) - 1} items"
    yield from _look(place, look)


def _look(place: str, look: Mapping[str, Any]) -> Iterator[Found]:
    period = look.get("period", 60)
    if not isinstance(period, int) or period < 1 or (period % 60 and period not in {1, 5, 10, 20, 30}):
        yield f"{place}/period", "Should be a multiple of 60"
    if "stat" in look and not _STAT.fullmatch(str(look["stat"])):
        yield f"{place}/stat", "Should be a valid statistic"
    if "color" in look and not _COLOR.fullmatch(str(look["color"])):
        yield f"{place}/color", 'Should match pattern "^#[0-9a-fA-F]{6}$"'
    if not isinstance(look.get("label", ""), str):
        yield f"{place}/label", "Should be string"


_CHECKS: Mapping[str, Callable[[str, Mapping[str, Any]], Iterator[Found]]] = {
    "alarm": _alarm,
    "explorer": _explorer,
    "log": _log,
    "metric": _metric,
    "text": _text,
}
