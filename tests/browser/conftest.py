# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One browser for each process of tests, which sees nothing but the page that it is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WIDE, NARROW = 1440, 390


@dataclass
class Visit:
    """A page that is looked at, and what it asked for and complained of meanwhile."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def texts(self, selector: str) -> list[str]:
        """What is read in each, if it is seen."""
        found: list[str] = self.page.locator(selector).evaluate_all(
            "all => all.filter((each) => each.checkVisibility()).map((each) => each.innerText.trim())"
        )
        return found

    def open_all(self) -> None:
        """Everything that a click would show."""
        self.page.locator("details").evaluate_all("all => all.forEach((each) => { each.open = true; })")

    def too_wide(self) -> list[str]:
        """What reaches out of the window: nobody scrolls sideways."""
        found: list[str] = self.page.evaluate(
            """() => [...document.body.querySelectorAll("*")]
              .filter((each) => !each.closest("svg, .nowhere"))
              .filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5)
              .map((each) => `${each.tagName}.${each.className}: ${each.textContent.slice(0, 40)}`)"""
        )
        scrolls = self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        return found or ["the page"] * scrolls

    def findings(self) -> list[dict[str, Any]]:
        """What axe finds, as the rule and the places."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        told = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            {"rule": each["id"], "nodes": [node["html"] for node in each["nodes"][:3]]}
            for each in told["violations"]
        ]


def required() -> str:
    """Where Chromium is."""
    return chromium.path() or pytest.fail(chromium.MISSING)


@pytest.fixture(scope="session", name="browser")
def fixture_browser() -> Iterator[Browser]:
    """The system's Chromium."""
    path = required()
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@dataclass
class Viewer:
    """Opens pages."""

    browser: Browser
    folder: Path

    def open(self, text: str, width: int = WIDE, scheme: str = "light", *, script: bool = True) -> Visit:
        """A page, at the time at which it was judged."""
        file = self.folder / "page.html"
        file.write_text(text, encoding="utf-8")
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
        )
        page = context.new_page()
        visit = Visit(page)
        page.on("request", lambda request: visit.asked.append(request.url))
        page.on("console", lambda message: visit.complaints.append(message.text))
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.clock.set_fixed_time("2026-11-23T12:30:00Z")
        page.goto(file.as_uri())
        return visit


@pytest.fixture
def viewer(browser: Browser, tmp_path: Path) -> Iterator[Viewer]:
    yield Viewer(browser, tmp_path)
    for context in browser.contexts:
        context.close()
