# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.forking.server import share_models

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT = Path(__file__).resolve().parent.parent


ZIPS = "TABLEKEEPER_TESTS_ZIPS"
# Each Java of the tests ends before it would be worth while to compile its code well, by threads of its own.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


def pytest_configure(config: pytest.Config) -> None:
    """Let a process of tests read botocore's models once, and all of them make Ansible's modules once."""
    share_models()
    os.environ["PYTHONPATH"] = str(ROOT / "tests" / "startup")
    os.environ["JAVA_TOOL_OPTIONS"] = JAVA
    if not hasattr(config, "workerinput"):  # workers of xdist have it from the process that starts them
        folder = os.environ[ZIPS] = tempfile.mkdtemp(prefix="zips-")
        config.add_cleanup(lambda: shutil.rmtree(folder))


def pytest_sessionstart() -> None:
    """Say what is missing, where Python would only say that a module was not found."""
    here = ROOT / ".collections" / "ansible_collections" / "tablekeeper" / "dynamodb"
    if here.resolve() != ROOT:
        pytest.exit(f"{here} does not lead to this checkout: run `make setup` first.", returncode=4)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Spare Python's garbage collector the tests themselves, which stay to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs an AWS, and start what takes minutes first.

    It would run alone at the end. Each worker begins with an equal share of neighbouring tests, so each share
    gets as many slow ones.
    """
    for item in items:
        if {"local_aws", "dynamodb_local_url"}.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("aws")
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    slow = [item for item in items if item.get_closest_marker("slow")]
    quick = [item for item in items if not item.get_closest_marker("slow")]
    share = -(-len(quick) // workers)
    items[:] = [
        item
        for worker in range(workers)
        for item in (*slow[worker::workers], *quick[worker * share : (worker + 1) * share])
    ]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT
