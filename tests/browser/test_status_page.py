# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The status page, as people see it in a browser."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._status.reasons import CODES
from tests.browser import chromium
from tests.browser.conftest import NARROW, WIDE, required
from tests.unit.support.evidence import run
from tests.unit.support.status_pages import HOSTILE, answer, every_code, fleet, html, refused, trouble, well

if TYPE_CHECKING:
    from tests.browser.conftest import Viewer, Visit

pytestmark = pytest.mark.newest

PAGES = {
    "every": every_code,
    "fleet": fleet,
    "trouble": trouble,
    "empty": lambda: {"new": answer()},
    "lost": lambda: {"eu": refused()},
}
VIEWS = [
    ("fleet", WIDE, "light"),
    ("fleet", WIDE, "dark"),
    ("fleet", NARROW, "light"),
    ("fleet", NARROW, "dark"),
    ("trouble", WIDE, "light"),
    ("trouble", WIDE, "dark"),
    ("empty", WIDE, "light"),
    ("lost", NARROW, "dark"),
]


@cache
def shown(name: str) -> str:
    """A page, made when it is first asked for."""
    return html(PAGES[name]())


def names(visit: Visit) -> list[str]:
    return visit.texts(".tables tbody tr:not([hidden]) .name")


@pytest.mark.parametrize(("name", "width", "scheme"), VIEWS)
def test_everybody_can_read_it(viewer: Viewer, name: str, width: int, scheme: str) -> None:
    visit = viewer.open(shown(name), width, scheme)
    assert visit.too_wide() == []
    visit.open_all()
    assert visit.too_wide() == []
    assert visit.findings() == []
    assert (len(visit.asked), visit.complaints) == (1, [])


def test_the_schemes_differ_and_both_are_as_told(viewer: Viewer) -> None:
    ground = {
        scheme: viewer.open(shown("fleet"), scheme=scheme).page.evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        for scheme in ("light", "dark")
    }
    light, dark = (sum(map(int, re.findall(r"\d+", ground[scheme]))) for scheme in ("light", "dark"))
    assert light > 700
    assert dark < 100


def test_what_is_seen_first_is_what_is_wrong(viewer: Viewer) -> None:
    visit = viewer.open(shown("fleet"))
    assert visit.texts("h1") == ["1 of 12 tables in 2 targets is not healthy."]
    assert visit.texts(".counts li") == ["1\nunhealthy", "1\nwaiting", "9\nhealthy", "1\ndisabled"]
    assert visit.texts("h2") == [
        "Targets",
        "What is wrong, and what helps",
        "Tables",
        "Would somebody hear of it?",
        "What a month costs",
    ]
    (trouble,) = visit.texts(".trouble")
    assert "since 2026-11-23 08:15 UTC" in trouble  # 30 hours later than what its last backup is of
    again = "ansible-playbook tablekeeper.dynamodb.run -i INVENTORY --limit shop-eu -e tables=sessions"
    assert visit.texts(".command")[-1] == again
    assert visit.page.locator(".fleet").bounding_box()["y"] < 100
    (sessions,) = [row for row in visit.texts(".tables tbody tr") if row.startswith("sessions")]
    for words in (
        "33.8 of 30 hours",
        "4.1 min",
        "Any second since 2026-10-19 12:00",
        "last 2026-11-22 02:15",
    ):
        assert words in sessions
    strip = visit.page.get_by_role(
        "img", name=re.compile(r"Of 35 days: backed up on \d+; failed on 2026-11-2")
    )
    assert strip.count() >= 1
    assert strip.first.bounding_box()["width"] > 250


def test_the_way_of_an_alert_is_drawn(viewer: Viewer) -> None:
    for width, across in ((WIDE, "x"), (NARROW, "y")):
        visit = viewer.open(shown("fleet"), width)
        first = visit.page.locator(".way").first
        stations = first.locator(".station").all()
        assert [each.inner_text().split()[0] for each in stations] == [
            "Alarms", "Topic", "Policy", "Key", "email", "sqs", "email"
        ]  # fmt: skip
        places = [each.bounding_box()[across] for each in stations[:5]]
        assert places == sorted(set(places))
        assert (
            first.locator("h3").inner_text()
            == "shop-eu An alert would reach 2 subscribers, and 1 more would not hear it."
        )


def test_the_keyboard_reaches_sorting_and_finding(viewer: Viewer) -> None:
    visit = viewer.open(shown("fleet"))
    page, before = visit.page, names(visit)
    page.locator("#search").focus()
    page.keyboard.type("shop-us users")
    assert names(visit) == ["users"]
    assert visit.texts("#shown") == ["1 of 12 shown"]
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert names(visit) == ["sessions"]
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Table"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    assert names(visit) == sorted(before)
    page.keyboard.press("Enter")
    assert names(visit) == sorted(before, reverse=True)
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Table")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert {*names(visit)[-2:]} == {"catalog", "archive"}  # they have no backup
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    sizes = [
        float(each)
        for each in page.locator("td.size").evaluate_all("all => all.map(each => each.dataset.key)")
    ]
    assert sizes == sorted(sizes)


def test_without_script_all_is_there_but_what_needs_it(viewer: Viewer) -> None:
    visit = viewer.open(shown("fleet"), script=False)
    assert len(visit.texts(".tables tbody tr")) == 12
    assert visit.texts(".tools") == []
    assert visit.texts("th button") == []


def test_what_is_old_says_so(viewer: Viewer) -> None:
    visit = viewer.open(shown("fleet"))
    assert visit.texts(".stale") == []
    visit.page.clock.set_fixed_time("2026-11-26T12:30:00Z")
    visit.page.reload()
    assert visit.texts(".stale") == ["This page is 3 days old: judge anew."]


def test_names_and_causes_are_text(viewer: Viewer) -> None:
    ill = well(f"t-{HOSTILE}", runs=(run(34), run(2, "FAILED", error="E", cause=HOSTILE)))
    answers: dict[str, Any] = {HOSTILE: answer(ill), "lost": refused(HOSTILE)}
    visit = viewer.open(html(answers))
    assert visit.page.title().startswith("✕ DynamoDB backups: 1 of 1 table is not healthy")
    assert visit.page.locator("img").count() == 0
    assert names(visit) == [f"t-{HOSTILE}"]
    assert HOSTILE in visit.texts(".targets h3")
    visit.open_all()
    assert sum(HOSTILE in text for text in visit.texts(".trouble")) == 2
    assert (len(visit.asked), visit.complaints) == (1, [])


def test_nothing_else_can_run_or_be_asked_for(viewer: Viewer) -> None:
    """Even if something were not escaped: the page's own policy keeps it from running."""
    image = "<img src=https://evil.example/a.png onerror='document.title=1'>"
    broken = shown("fleet").replace("</h1>", f"</h1>{image}<script>document.title=2</script>")
    visit = viewer.open(broken)
    assert visit.page.title().startswith("✕ DynamoDB backups")
    assert len(visit.complaints) >= 2
    assert all("Content Security Policy" in each or "Refused" in each for each in visit.complaints)


def test_printed_it_is_whole_and_light(viewer: Viewer) -> None:
    visit = viewer.open(shown("fleet"), scheme="dark")
    visit.page.emulate_media(media="print", color_scheme="dark")
    assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert visit.texts(".tools") == []
    assert visit.page.locator(".trouble details li").first.is_visible()
    visit.page.set_viewport_size({"width": 1040, "height": 700})  # A4 across
    assert visit.too_wide() == []
    assert len(visit.page.pdf(prefer_css_page_size=True)) > 10_000


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_fleet_with_every_reason_there_is(viewer: Viewer, width: int) -> None:
    visit = viewer.open(shown("every"), width)
    assert visit.too_wide() == []
    visit.open_all()
    # Of a target these are notes, which are told without a code.
    assert {*visit.texts(".code"), "told_elsewhere", "not_looked_at"} == set(CODES)
    assert visit.too_wide() == []
    assert len(names(visit)) == 200
    targets = visit.texts(".targets .head")
    assert [each.split()[0] for each in targets] == ["shop-eu", "shop-us", "shop-ap", "new", "lost"]
    assert "It could not be asked: why." in visit.texts(".targets li")[-1]
    assert visit.complaints == []


def test_a_thousand_tables_are_one_page_of_three_megabytes(viewer: Viewer) -> None:
    many = {"eu": answer(*(well(f"table-{place:04}", place + 1) for place in range(1000)))}
    text = html(many)
    assert len(text.encode()) < 3_000_000
    visit = viewer.open(text)
    visit.page.locator("#search").fill("table-0999")
    assert visit.texts("#shown") == ["1 of 1000 shown"]


def test_without_a_browser_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    with pytest.raises(pytest.fail.Exception, match="apt install chromium"):
        required()
    monkeypatch.setenv(chromium.VARIABLE, "/opt/chrome")
    assert required() == "/opt/chrome"
