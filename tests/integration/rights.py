# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""People who have the policies of docs/iam and nothing else."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

from .playbooks import ROOT, Controller
from .state import pages

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.fixtures import Account

    from .playbooks import Played

FOLDER = ROOT / "docs" / "iam"
# Needs no permission: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
_WHO = {"sts:GetCallerIdentity"}
_numbers = itertools.count(1)


def policy(name: str) -> dict[str, Any]:
    """A policy as users find it."""
    document: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return document


def actions(*documents: dict[str, Any]) -> set[str]:
    """Every action that policies allow."""
    statements = [statement for document in documents for statement in document["Statement"]]
    return {action for statement in statements for action in _listed(statement["Action"])}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _without(document: dict[str, Any], action: str) -> dict[str, Any]:
    statements = [
        {**statement, "Action": [each for each in _listed(statement["Action"]) if each != action]}
        for statement in document["Statement"]
    ]
    return {**document, "Statement": [statement for statement in statements if statement["Action"]]}


class Person(Controller):
    """Runs playbooks as an IAM user."""

    def __init__(self, folder: Path, account: Account, *policies: str, without: str = "") -> None:
        self._account, self._name = account, f"person-{next(_numbers)}"
        iam = account.client("iam")
        self._arn = iam.create_user(UserName=self._name)["User"]["Arn"]
        for name in policies:
            self.gets(name, without=without)
        key = iam.create_access_key(UserName=self._name)["AccessKey"]
        mine = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
        super().__init__(folder, {**account.env(), **mine})
        if without:
            assert without in actions(*map(policy, policies)), f"{policies} do not allow {without} anyway"

    def gets(self, name: str, *, without: str = "") -> None:
        """One more policy of docs/iam."""
        iam = self._account.client("iam")
        made = iam.create_policy(
            PolicyName=f"{self._name}-{name}", PolicyDocument=json.dumps(_without(policy(name), without))
        )
        iam.attach_user_policy(UserName=self._name, PolicyArn=made["Policy"]["Arn"])

    def healthy(self, played: Played) -> bool:
        """What the status playbook published."""
        verdict: bool = played.stats["tablekeeper_status"]["targets"]["target"]["healthy"]
        return verdict

    def used(self) -> set[str]:
        """The actions this person needed permission for so far, not counting what CloudFormation did."""
        return {action for user, action, _resource in used(self._account) if user == self._arn} - _WHO

    def used_by_cloudformation(self) -> set[str]:
        """The actions that CloudFormation needed in this person's name so far."""
        done = used(self._account, via="cloudformation")
        return {action for user, action, _resource in done if user == self._arn}


def used(account: Account, *, via: str = "") -> set[tuple[str, str, str]]:
    """Principal, action and resource of all that was asked for and allowed, directly or via a service."""
    noted = account.aws.control("GET", "rights", account=account.id)["rights"]
    return {(each["role"], each["action"], each["resource"]) for each in noted if each["via"] == via}


def roles(account: Account) -> dict[str, set[str]]:
    """What the policies of each role allow, by the role's ARN, read back from AWS."""
    iam = account.client("iam")
    return {
        role["Arn"]: actions(*_documents(iam, role["RoleName"])) for role in pages(iam, "list_roles", "Roles")
    }


def _documents(iam: Any, role: str) -> list[dict[str, Any]]:
    inline = pages(iam, "list_role_policies", "PolicyNames", RoleName=role)
    found = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in inline]
    for attached in pages(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=role):
        arn = attached["PolicyArn"]
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        found.append(iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"])
    return [json.loads(each) if isinstance(each, str) else each for each in found]
