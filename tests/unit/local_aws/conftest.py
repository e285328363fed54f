# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from tests.local_aws.fixtures import Account, account, local_aws
from tests.unit.local_aws import pipelines

__all__ = ["account", "local_aws"]


@pytest.fixture
def home(account: Account) -> Account:
    """An account in which pipelines can run."""
    return pipelines.set_up(account)
