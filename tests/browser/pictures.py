# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""``make pictures``: what the guides show of the status page of the demo, small enough for a repository."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.browser.chromium import MISSING, path
from tests.demo import PAGE, ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

FOLDER = ROOT / "docs" / "pictures"
LIMIT = 200_000


class PictureError(Exception):
    """A picture that cannot be taken, or that is too large."""


@dataclass(frozen=True)
class Picture:
    """How a page is looked at, down to which of its parts."""

    file: str
    width: int
    scheme: str
    until: str


PICTURES = (
    Picture("status-page.png", 1440, "light", ".tables tbody tr:nth-child(5)"),
    Picture("status-page-narrow.png", 390, "dark", ".tables tbody tr:nth-child(2)"),
)


def take(browser: Browser, picture: Picture, page: Path, folder: Path) -> Path:
    """The file of a picture."""
    shown = browser.new_page(viewport={"width": picture.width, "height": 900}, color_scheme=picture.scheme)
    shown.goto(page.as_uri())
    box = shown.locator(picture.until).bounding_box()
    if box is None:
        raise PictureError(f"{page} has no {picture.until}: run `make demo` again.")
    height = box["y"] + box["height"]
    file = folder / picture.file
    part = {"x": 0, "y": 0, "width": picture.width, "height": height}
    size = len(shown.screenshot(path=file, full_page=True, clip=part))
    shown.close()
    if size > LIMIT:
        raise PictureError(f"{file} has {size:,} bytes, more than {LIMIT:,}: show less of the page.")
    return file


def main() -> None:
    if not PAGE.exists():
        raise PictureError(f"There is no {PAGE}: run `make demo` first.")
    chromium = path()
    if not chromium:
        raise PictureError(MISSING)
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium)
        for picture in PICTURES:
            print(take(browser, picture, PAGE, FOLDER).relative_to(ROOT))
        browser.close()


if __name__ == "__main__":
    try:
        main()
    except PictureError as error:
        sys.exit(str(error))
