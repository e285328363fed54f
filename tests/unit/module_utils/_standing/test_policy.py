# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Policies, and roles with them, that say the same or not; and ours put again beside those of others."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.standing import (
    ADDED,
    ALTERED,
    EXTENDED,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.template import UNKNOWN, Resource
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing.compare import differences
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing.policy import (
    merged,
    policy_differences,
)


def policy(**changes: Any) -> dict[str, Any]:
    statement = {"Sid": "a", "Effect": "Allow", "Action": "s3:GetObject", "Resource": ["x", "y"]}
    return {"Version": "2012-10-17", "Statement": [{**statement, **changes}]}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, {"Action": ["s3:GetObject"], "Resource": ["y", "x"]}),
        ({"Principal": "*"}, {"Principal": {"AWS": "*"}}),
        ({"Principal": {"AWS": ["b", "a"]}}, {"Principal": {"AWS": ["a", "b"]}}),
        ({"Condition": {"Bool": {"a": False}}}, {"Condition": {"Bool": {"a": ["false"]}}}),
        ({"Resource": [UNKNOWN]}, {"Resource": "z"}),
        ({"Sid": "a"}, {"Sid": "a"}),
        ({"Resource": "caf\u00e9"}, {"Resource": "caf?"}),
    ],
)
def test_a_policy_in_other_words(wanted: dict[str, Any], found: dict[str, Any]) -> None:
    assert list(policy_differences("it", policy(**wanted), policy(**found))) == []


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (policy(Effect="Deny"), "it: the statement a is not as deployed"),
        (policy(Resource=["x"]), "it: the statement a is not as deployed"),
        (policy(Condition={"Bool": {"a": "true"}}), "it: the statement a is not as deployed"),
        ({"Statement": []}, "it has no statement a"),
        (
            {"Statement": [*policy()["Statement"], {"Sid": "b", "Effect": "Deny"}]},
            "it has a statement b that was not deployed",
        ),
    ],
)
def test_an_altered_policy(found: dict[str, Any], sentence: str) -> None:
    (told,) = policy_differences("it", policy(), found)
    assert told.sentence == sentence
    assert told.kind == ALTERED


def test_what_lets_somebody_else_in_takes_nothing_away() -> None:
    found = {"Statement": [*policy()["Statement"], {"Sid": "b", "Effect": "Allow"}]}
    (told,) = policy_differences("it", policy(), found)
    assert (told.sentence, told.kind) == ("it has a statement b that was not deployed", EXTENDED)


def test_a_policy_put_again_keeps_what_others_allow() -> None:
    allowed = [{"Sid": "b", "Effect": "Allow"}, {"Effect": "Allow", "Action": "s3:ListBucket"}]
    denied = [{"Sid": "c", "Effect": "Deny"}, *policy(Resource="z")["Statement"]]
    again = merged(policy(), {"Version": "2008-10-17", "Statement": [*allowed, *denied]})
    assert again == {"Version": "2012-10-17", "Statement": [*policy()["Statement"], *allowed]}
    assert merged(policy(), {"Statement": allowed[0]})["Statement"] == [*policy()["Statement"], allowed[0]]
    assert merged(policy(), {}) == policy()


def role(**found: Any) -> list[tuple[str, str]]:
    """The kinds and sentences of a role that has one policy, as it is found."""
    properties = {
        "AssumeRolePolicyDocument": policy(),
        "Policies": [{"PolicyName": "own", "PolicyDocument": policy()}],
    }
    resource = Resource("stack", "Role", "AWS::IAM::Role", properties, "worker")
    stands = {"role": {"AssumeRolePolicyDocument": policy()}, "policies": {"own": policy()}, **found}
    return [(each.kind, each.sentence) for each in differences(resource, stands)]


def test_a_role_is_no_more_than_was_deployed() -> None:
    assert role() == []
    assert role(policies={"own": policy(), "more": {}}) == [(ALTERED, "the policy more was added to it")]
    more = {"Statement": [*policy()["Statement"], {"Sid": "b", "Effect": "Allow"}]}
    sentence = "its policy own has a statement b that was not deployed"
    assert role(policies={"own": more}) == [(ALTERED, sentence)]
    ((kind, sentence),) = role(attached=["arn:ours", "arn:theirs"], own={"arn:ours"})
    assert kind == ADDED
    assert sentence.startswith("the policy arn:theirs was attached to it; aws iam detach-role-policy ")
    assert role(attached=["arn:theirs"]) == []  # which are ours is not known: that is told as refused
    bounded = {
        "AssumeRolePolicyDocument": policy(),
        "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:x"},
    }
    ((kind, sentence),) = role(role=bounded)
    assert kind == ADDED
    assert sentence.startswith("the permissions boundary arn:x was set; aws iam delete-role-permissions-")
