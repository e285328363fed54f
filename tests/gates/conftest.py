# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from local_aws.client.fixtures import account, local_aws
from tests.gates.tools import ROOT, run, tracked

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["account", "local_aws"]


def copy_to(collections: Path, *, without: tuple[str, ...] = ()) -> Path:
    """The checkout's own files at the place that makes them a collection, without those of some folders."""
    place = collections / "ansible_collections" / "tablekeeper" / "dynamodb"
    for path in (path for path in tracked() if path.parts[0] not in without):
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, place / path)
    return place


@pytest.fixture(scope="session")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built artifact, made in the checkout as a user makes it."""
    out = tmp_path_factory.mktemp("artifact")
    run("ansible-galaxy", "collection", "build", "--output-path", out, ROOT)
    (built,) = out.glob("*.tar.gz")
    return built
