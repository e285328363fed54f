# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

from local_aws.client import pipelines
from local_aws.client.fixtures import Account, account, local_aws, pytest_collection_modifyitems

__all__ = ["account", "local_aws", "pytest_collection_modifyitems"]


@pytest.fixture
def home(account: Account) -> Account:
    """An account in which pipelines can run."""
    return pipelines.set_up(account)
