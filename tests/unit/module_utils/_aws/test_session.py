# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A module's clients are of one session, and say as AnsibleAWSModule does why there can be none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.session import connecting
from local_aws.client.fixtures import account, local_aws

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local_aws.client.fixtures import Account

__all__ = ["account", "local_aws"]

ROLE = "backups"


@pytest.fixture(name="clients")
def fixture_clients(account: Account, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    """Clients of services, as a module gets them that was given these options."""
    for name, value in account.env().items():
        monkeypatch.setenv(name, value)

    def made(*services: str, **options: Any) -> list[Any]:
        with patch_module_args(options):
            connect = connecting(AnsibleAWSModule(argument_spec={}))
            return [connect(service) for service in services]

    return made


def test_the_role_of_a_profile_is_assumed_once(
    account: Account, clients: Callable[..., list[Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": account.id}, "Action": "sts:AssumeRole"}
    role = account.client("iam").create_role(
        RoleName=ROLE,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    arn = role["Role"]["Arn"]
    (tmp_path / "config").write_text(f"[profile there]\nrole_arn = {arn}\nsource_profile = home\n", "utf-8")
    (tmp_path / "credentials").write_text(
        f"[home]\naws_access_key_id = {account.id}\naws_secret_access_key = local\n", "utf-8"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    account.forget_calls()
    for client in clients("sts", "sts", "sts", profile="there", region="eu-west-1"):
        assert f"assumed-role/{ROLE}/" in client.get_caller_identity()["Arn"]
    assert [call["operation"] for call in account.calls()].count("AssumeRole") == 1


def test_the_options_of_amazon_aws_count(clients: Callable[..., list[Any]]) -> None:
    (client,) = clients(
        "sns",
        region="eu-central-1",
        endpoint_url="http://127.0.0.1:9",
        aws_config={"connect_timeout": 3},
        access_key="mine",
        secret_key="secret",
    )
    assert (client.meta.region_name, client.meta.endpoint_url) == ("eu-central-1", "http://127.0.0.1:9")
    assert client.meta.config.connect_timeout == 3
    assert "tablekeeper.dynamodb" in client.meta.config.user_agent_extra
    assert client._request_signer._credentials.access_key == "mine"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"profile": "nobody"}, "Couldn't connect to AWS: The config profile (nobody) could not be found"),
        ({"endpoint_url": "nowhere"}, "Couldn't connect to AWS: Invalid endpoint: nowhere"),
    ],
)
def test_why_there_is_no_client_is_said(
    clients: Callable[..., list[Any]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: dict[str, str],
    told: str,
) -> None:
    if "profile" in options:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name)
    with pytest.raises(SystemExit):
        clients("sns", region="eu-west-1", **options)
    assert json.loads(capsys.readouterr().out)["msg"].startswith(told)
