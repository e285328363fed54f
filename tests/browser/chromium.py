# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The Chromium that pages are looked at with: where it is, and as a program its installation by apt."""

from __future__ import annotations

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE = "TABLEKEEPER_CHROMIUM"
MISSING = (
    "There is no Chromium, with which tests look at pages: install it (on Debian: apt install chromium), "
    f"or say where one is with {VARIABLE}=/path/to/chrome."
)


def path() -> str | None:
    """Where it is."""
    return os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, NAMES)), None)


def install() -> str | None:
    """Where it is, after an attempt to install it where that needs no password."""
    if not path() and shutil.which("apt-get"):
        root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        quiet = ["-qq", "-o", "Dpkg::Use-Pty=0"]
        wanted = ["install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core"]
        for command in (["update", *quiet], [*wanted, *quiet]):
            print(f"Installing Chromium: apt-get {command[0]} ...")
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            if shutil.which((root or ["apt-get"])[0]) is None:
                break
            subprocess.run(
                [*root, "apt-get", *command], env=environment, stdout=subprocess.DEVNULL, check=False
            )
    return path()


if __name__ == "__main__":
    # What is missing keeps nothing else from being set up: the tests that need it say this again, and fail.
    print(install() or MISSING)
    raise SystemExit(0 if path() else 1)
