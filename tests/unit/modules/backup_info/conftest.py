# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from ansible.module_utils.testing import patch_module_args

from ansible_collections.tablekeeper.dynamodb.plugins.modules import backup_info
from tests.local_aws.fixtures import account, local_aws
from tests.unit.modules.backup_info.machinery import Machinery

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local_aws.fixtures import Account

__all__ = ["account", "local_aws"]


@pytest.fixture(name="ask")
def fixture_ask(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., dict[str, Any]]:
    """Runs the module with options and returns what it answers."""
    for name, value in account.env().items():
        monkeypatch.setenv(name, value)

    def run(**options: Any) -> dict[str, Any]:
        capsys.readouterr()
        with patch_module_args(options), pytest.raises(SystemExit):
            backup_info.main()
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    return run


@pytest.fixture(name="target")
def fixture_target(account: Account) -> Machinery:
    """A target with a store and somebody who listens."""
    target = Machinery(account)
    target.deploy_store()
    return target
