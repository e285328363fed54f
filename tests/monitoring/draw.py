# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""``make pictures``: draws the dashboard and the alerts of docs/monitoring.md, as `status` found them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_aws.client.process import LocalAws
from tests.conftest import ROOT
from tests.monitoring.expressions import RULES, alerts, dashboard
from tests.monitoring.panels import COLOURS, Seen, drawn
from tests.monitoring.prometheus import serving
from tests.monitoring.two_weeks import in_time, lived

if TYPE_CHECKING:
    from tests.monitoring.prometheus import Prometheus

CELL = 34  # pixels of a row of Grafana's grid
WIDTH = 1380
STYLE = """
body {margin: 0; padding: 16px; background: #f4f5f7; color: #22262c; font: 13px/1.35 sans-serif}
h1 {margin: 0 0 12px; font-size: 20px} h2 {margin: 0 0 6px; font-size: 13px}
.grid {display: grid; grid-template-columns: repeat(24, 1fr); gap: 8px}
section {background: #fff; border: 1px solid #d9dce1; border-radius: 3px; padding: 8px 10px; overflow: hidden}
section.panel {display: flex; flex-direction: column}
.stat, .none {flex: 1; margin: 0; display: flex; align-items: center; justify-content: center}
.stat {color: #fff; font-size: 34px}
.none {color: #5b6470}
table {border-collapse: collapse; width: 100%}
th, td {text-align: left; padding: 3px 8px; border-bottom: 1px solid #e6e8eb}
th {color: #2563a8; font-weight: 600} td, th {white-space: nowrap}
.bar {display: inline-block; width: 180px; height: 13px; background: #e6e8eb}
.bar i {display: block; height: 100%}
.gauge {display: grid; grid-template-columns: 96px 1fr 60px; gap: 8px; margin: 7px 0; align-items: center}
.gauge .bar {width: 100%; height: 20px}
svg {width: 100%; flex: 1; min-height: 0} svg text {font-size: 11px; text-anchor: end; fill: #40464f}
svg .day {text-anchor: middle} svg .grid {stroke: #e6e8eb}
.legend {margin: 4px 0 0; display: flex; flex-wrap: wrap; gap: 2px 12px; font-size: 11px}
.legend i {display: inline-block; width: 12px; height: 8px; margin-right: 4px}
.alert {display: grid; grid-template-columns: 74px 1fr; gap: 10px; margin-bottom: 8px}
.alert b {color: #fff; border-radius: 3px; padding: 1px 6px; height: 18px; text-align: center}
.alert p {margin: 2px 0} .alert .name {color: #5b6470}
"""


def page(title: str, body: str) -> str:
    """A whole page, for a browser."""
    return (
        f"<!doctype html><meta charset=utf-8><title>{escape(title)}</title><style>{STYLE}</style>"
        f"<h1>{escape(title)}</h1>{body}"
    )


def of_dashboard(seen: Seen) -> tuple[str, int]:
    """The page of the dashboard, in its layout, and its height."""
    found, bottom = dashboard(), 0
    panels = []
    for panel in found["panels"]:
        at = panel["gridPos"]
        bottom = max(bottom, at["y"] + at["h"])
        place = f"grid-area:{at['y'] + 1}/{at['x'] + 1}/span {at['h']}/span {at['w']}"
        panels.append(f'<section class="panel" style="{place}">{drawn(panel, seen)}</section>')
    rows = f"grid-template-rows:repeat({bottom},{CELL - 8}px)"
    return page(
        found["title"], f'<div class="grid" style="{rows}">{"".join(panels)}</div>'
    ), bottom * CELL + 60


def of_alerts(prometheus: Prometheus) -> tuple[str, int]:
    """The page of what fires, as Prometheus tells it to Alertmanager, and its height."""
    order = [rule["alert"] for rule in alerts()]
    firing = sorted(
        _evaluated(prometheus), key=lambda each: (order.index(each["labels"]["alertname"]), repr(each))
    )
    shown = []
    for each in firing:
        labels, told = each["labels"], each["annotations"]
        colour = COLOURS["red" if labels["severity"] == "critical" else "yellow"]
        shown.append(
            f'<section class="alert"><b style="background:{colour}">{labels["severity"]}</b><div>'
            f"<p><strong>{escape(told['summary'])}</strong> "
            f'<span class="name">{labels["alertname"]}, {escape(labels.get("target", ""))}</span></p>'
            f"<p>{escape(told['description'])}</p></div></section>"
        )
    return page("Alerts that fire", "".join(shown)), 84 * len(firing) + 60


def _evaluated(prometheus: Prometheus) -> list[dict[str, Any]]:
    """The alerts that fire, once every group of rules was evaluated."""
    gives_up = time.monotonic() + 30
    while time.monotonic() < gives_up:
        groups = prometheus.asked("rules")["groups"]
        if groups and all(not group["lastEvaluation"].startswith("0001") for group in groups):
            found: list[dict[str, Any]] = prometheus.asked("alerts")["alerts"]
            return [each for each in found if each["state"] == "firing"]
        time.sleep(0.1)
    raise AssertionError("Prometheus did not evaluate the rules.")


def photographed(html: str, height: int, picture: Path) -> None:
    """A picture of a page, by Chromium."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not browser:
        sys.exit("There is no Chromium here: install it, for example Debian's package chromium.")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "page.html").write_text(html, encoding="utf-8")
        command = [
            *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            f"--user-data-dir={folder}/profile",
            f"--window-size={WIDTH},{height}",
            f"--screenshot={picture}",
            f"file://{folder}/page.html",
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)


def main() -> None:
    with LocalAws() as aws, tempfile.TemporaryDirectory() as folder:
        texts = lived(aws, Path(folder))
    # As if the last judgement were of just now, since rules are evaluated by the clock of this machine.
    texts = in_time(texts, time.time() - 30 - max(texts))
    with serving(texts, rules=RULES) as prometheus:
        seen = Seen(prometheus, min(texts), max(texts))
        photographed(*of_dashboard(seen), ROOT / "docs/pictures/monitoring-dashboard.png")
        photographed(*of_alerts(prometheus), ROOT / "docs/pictures/monitoring-alerts.png")


if __name__ == "__main__":
    main()
