# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs modules whole, as Ansible does, against the embedded AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from ansible.module_utils.testing import patch_module_args

from local_aws.client.fixtures import account, faults, local_aws
from local_aws.server.environment import environment
from tests.integration.rights import policy
from tests.unit.support.sleeping import without_waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from local_aws.client.faults import Faults
    from local_aws.client.fixtures import Account

__all__ = ["account", "faults", "local_aws"]


@pytest.fixture(name="play")
def fixture_play(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., dict[str, Any]]:
    """Runs a module with options, as the root of the account, and returns what it answers."""
    for name, value in account.env().items():
        monkeypatch.setenv(name, value)

    def run(module: ModuleType, *, check: bool = False, diff: bool = False, **options: Any) -> dict[str, Any]:
        capsys.readouterr()
        given = {**options, "_ansible_check_mode": check, "_ansible_diff": diff}
        with patch_module_args(given), pytest.raises(SystemExit):
            module.main()
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    return run


@pytest.fixture(name="allow")
def fixture_allow(account: Account, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """From now on modules run as a user who may do these actions, and nothing else."""

    def allow(*actions: str) -> None:
        iam = account.client("iam")
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.create_user(UserName="operator")
        iam.put_user_policy(UserName="operator", PolicyName="own", PolicyDocument=policy)
        key = iam.create_access_key(UserName="operator")["AccessKey"]
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])

    return allow


@pytest.fixture(name="become")
def fixture_become(account: Account, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """From now on modules run as a user with these policies of docs/iam, and with no other right."""

    def become(*names: str) -> None:
        iam, user = account.client("iam"), "-".join(names)[:60] or "nobody"
        iam.create_user(UserName=user)
        for name in names:
            iam.put_user_policy(UserName=user, PolicyName=name, PolicyDocument=json.dumps(policy(name)))
        key = iam.create_access_key(UserName=user)["AccessKey"]
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])

    return become


@pytest.fixture(name="throttle")
def fixture_throttle(
    account: Account, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., None]]:
    """AWS refuses an operation as asked for too often, a few times or for ever; nobody really waits."""

    def throttle(service: str, operation: str, times: int | None = None) -> None:
        code = "ThrottlingException" if service in {"dynamodb", "stepfunctions"} else "Throttling"
        rule = {"service": service, "operation": operation, "error": {"code": code, "status": 400}}
        faults.set(rule if times is None else {**rule, "times": times})
        for name, value in environment(faults.url, account.id, account.region).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")  # botocore's own retries would hide ours
        without_waiting(monkeypatch)

    yield throttle
    fired = faults.fired()
    faults.set()
    assert fired, "nothing was throttled, so this test shows nothing"
