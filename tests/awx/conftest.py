# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .loading import REPOSITORY, Awx
from .objects import Item, read
from .stand_in.api import Api
from .stand_in.server import serve

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def awx() -> Iterator[Awx]:
    """A fresh AWX, which finds the example repository at the address in its settings."""
    api = Api({"https://git.example.com/platform/automation.git": REPOSITORY})
    with serve(api) as url:
        yield Awx(api, url)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Item]]:
    """What is shipped, with the settings of the example's first account."""
    return read(tmp_path_factory.mktemp("shop"), "shop")


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Item]]:
    """What is shipped, with the settings of the example's second account."""
    return read(tmp_path_factory.mktemp("bank"), "bank")
