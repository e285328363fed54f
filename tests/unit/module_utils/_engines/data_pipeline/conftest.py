# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_aws.client.pipelines import set_up
from tests.unit.support.piped import Piped

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account


@pytest.fixture(name="piped")
def fixture_piped(account: Account) -> Piped:
    """A stack without tables yet."""
    return Piped(set_up(account))
