# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import backup_info
from tests.unit.modules.backup_info.machinery import Machinery

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local_aws.fixtures import Account


@pytest.fixture(name="ask")
def fixture_ask(play: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Runs the module with options and returns its answer; most points of these tests have no objects."""
    return partial(play, backup_info, verify="none")


@pytest.fixture(name="target")
def fixture_target(account: Account) -> Machinery:
    """A target with a store and somebody who listens."""
    target = Machinery(account)
    target.deploy_store()
    return target
