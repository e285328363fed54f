# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local_aws.client.fixtures import account, local_aws, other_account

from .playbooks import Target

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.fixtures import Account

__all__ = ["account", "local_aws", "other_account"]


@pytest.fixture
def target(account: Account, tmp_path: Path) -> Target:
    """An account and a folder of the test's own."""
    return Target(tmp_path, account)
