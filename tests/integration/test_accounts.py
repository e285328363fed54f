# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The inventory of docs/accounts.md: one run, and each target in its own account, with its own "
"credentials."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from local_aws.client.fixtures import new_account

from . import state
from .playbooks import ROOT, Controller

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local_aws.client.fixtures import Account
    from local_aws.client.process import LocalAws

ADMINISTRATOR = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def documented(kind: str) -> Any:
    """The first block of a kind on the page."""
    page = (ROOT / "docs/accounts.md").read_text(encoding="utf-8")
    (block,) = re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL)[:1]
    return yaml.safe_load(block)


def trusting(account: Account, hub: Account, name: str) -> None:
    """The documented role in an account, which trusts the hub."""
    trust = json.dumps(documented("json")).replace("333333333333", hub.id)
    iam = account.client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(ADMINISTRATOR))


def configuration(folder: Path, staging: Account) -> dict[str, str]:
    """The user's own files: a profile, and its keys where `aws configure` puts them."""
    (folder / "config").write_text("[profile staging]\nregion = us-east-1\n", encoding="utf-8")
    keys = f"aws_access_key_id = {staging.id}\naws_secret_access_key = local\n"
    (folder / "credentials").write_text(f"[staging]\n{keys}", encoding="utf-8")
    return {
        "AWS_CONFIG_FILE": str(folder / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
    }


@pytest.fixture(name="production")
def fixture_production(local_aws: LocalAws) -> Iterator[Account]:
    with new_account(local_aws) as made:
        yield made


def test_each_target_is_in_its_own_account(
    production: Account, other_account: Account, account: Account, tmp_path: Path
) -> None:
    staging = other_account
    inventory = documented("yaml")["all"]
    text = json.dumps(inventory["hosts"]).replace("1" * 12, production.id).replace("2" * 12, staging.id)
    hosts = {name: {**inventory["vars"], **variables} for name, variables in json.loads(text).items()}
    for each in (production, staging):
        state.tables(each, "orders")
    trusting(production, account, "backup-operator")
    person = Controller(tmp_path, {**account.env(), **configuration(tmp_path, staging)})
    account.forget_calls()

    played = person.play_hosts("backup", hosts)
    assert {
        name: each["succeeded"] for name, each in played.stats["tablekeeper_backup"]["targets"].items()
    } == {
        "shop-eu": True,
        "shop-eu-staging": True,
    }
    stacks = {"tablekeeper-store", "tablekeeper-export-1"}
    assert set(state.stacks(production)) == set(state.stacks(staging)) == stacks
    # The credentials of the environment did nothing but assume the role.
    assert {call["operation"] for call in account.calls()} == {"AssumeRole"}

    # A role that may not be assumed is told as that.
    wrong = {**hosts["shop-eu"], "tablekeeper_external_id": "bank"}
    refused = person.play_hosts("run", {"shop-eu": wrong}, fails=True).failures["shop-eu"]
    assert "tablekeeper_role_arn cannot be assumed: its trust policy" in refused

    yes = f"tablekeeper@{production.id},tablekeeper@{staging.id}"
    played = person.play_hosts("teardown", hosts, teardown_confirm=yes)
    assert set(state.stacks(production)) == set(state.stacks(staging)) == {"tablekeeper-store"}
    accounts = {
        name: each["account_id"] for name, each in played.stats["tablekeeper_teardown"]["targets"].items()
    }
    assert accounts == {"shop-eu": production.id, "shop-eu-staging": staging.id}


def test_a_play_of_one_s_own_that_would_use_other_credentials_is_refused(
    account: Account, tmp_path: Path
) -> None:
    person = Controller(tmp_path, account.env())
    play = documented_play()
    hosts = {"shop": {"tablekeeper_region": "eu-west-1", "tablekeeper_profile": "staging"}}
    book = tmp_path / "own.json"
    for name in ("vars", "environment", "module_defaults"):
        del play[name]
    book.write_text(json.dumps([play]), encoding="utf-8")
    command = person.command("run", hosts)
    command[1] = str(book)
    refused = person.run(command, fails=True).failures["shop"]
    assert "tablekeeper_profile is set, but this play does not use it" in refused
    assert account.calls() == []


def documented_play() -> dict[str, Any]:
    """The play of one's own on the page."""
    page = (ROOT / "docs/accounts.md").read_text(encoding="utf-8")
    (_inventory, block) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (play,) = yaml.safe_load(block)
    found: dict[str, Any] = play
    return found
