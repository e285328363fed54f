# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""No two targets may be in one place, and none in another account than it says."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.place import (
    Place,
    mistakes,
    place,
    rivals,
    shared,
    wrong_account,
)

ONE, TWO = "111111111111", "222222222222"
ROLE = f"arn:aws:iam::{TWO}:role/tablekeeper"


def at(host: str, **variables: Any) -> Place:
    return place(host, {"region": "eu-west-1", **variables})


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ({}, {}, True),
        ({}, {"prefix": "tablekeeper"}, True),
        ({}, {"prefix": "other"}, False),
        ({}, {"region": "us-east-1"}, False),
        ({"account_id": ONE}, {"account_id": ONE}, True),
        ({"account_id": ONE}, {"account_id": int(ONE)}, True),
        ({"account_id": ONE}, {"account_id": TWO}, False),
        ({"role_arn": ROLE}, {"account_id": TWO, "profile": "two"}, True),
        ({"role_arn": ROLE}, {"account_id": ONE}, False),
        # The same credentials lead to the same account, whether it is known or not.
        ({"account_id": ONE}, {}, True),
        ({"profile": "one"}, {"profile": "one", "account_id": ONE}, True),
        # Others may: only AWS can tell.
        ({"profile": "one"}, {"profile": "two"}, False),
        ({"profile": "one"}, {}, False),
        ({"role_arn": ROLE}, {}, False),
    ],
)
def test_two_targets_are_one_place_if_account_region_and_prefix_are_the_same(
    first: dict[str, Any], second: dict[str, Any], same: bool
) -> None:
    here, there = at("a", **first), at("b", **second)
    assert (here.is_that_of(there), there.is_that_of(here)) == (same, same)
    told = list(shared([here, there], ["a"]))
    assert len(told) == same
    assert all("a, b lead to one place" in sentence for sentence in told)


def test_a_place_is_told_once_with_all_its_hosts_and_only_to_whom_it_concerns() -> None:
    places = [at(name) for name in ("web4", "web2", "web3", "web1")] + [at("shop", region="us-east-1")]
    (told,) = shared(places, ["web1", "shop"])
    assert told.startswith("web1, web2, web3, web4 lead to one place: the account of the same credentials, ")
    assert "eu-west-1, with the prefix tablekeeper" in told
    assert list(shared(places, ["shop"])) == []


def test_when_aws_has_told_the_account_others_of_it_are_rivals() -> None:
    mine = Place("b", "eu-west-1", "tablekeeper", ONE, "two")
    assert (
        rivals(mine, [mine, at("a"), at("c", account_id=TWO), at("d", account_id=ONE, region="us-east-1")])
        == ""
    )
    told = rivals(mine, [mine, Place("a", "eu-west-1", "tablekeeper", ONE, "one")])
    assert told.startswith(f"Nothing was changed, since a, b lead to one place: account {ONE}, eu-west-1,")


def test_credentials_of_another_account_are_told_with_both_accounts_and_the_target() -> None:
    assert wrong_account("", ONE) == wrong_account(ONE, ONE, "shop") == ""
    told = wrong_account(TWO, ONE, "shop")
    assert f"shop is in account {TWO}" in told
    assert f"those of account {ONE}" in told


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"account_id": 12345}, "shop: tablekeeper_account_id is 12345, but it must be the 12 digits"),
        ({"account_id": "1234-5678-9012"}, "it must be the 12 digits"),
        ({"profile": "two words"}, "it must be the name of a profile"),
        ({"role_arn": "tablekeeper"}, "it must be the ARN of a role"),
        ({"role_arn": ROLE, "account_id": ONE}, f"but tablekeeper_account_id is {ONE}"),
        ({"external_id": "x1"}, "but there is no tablekeeper_role_arn"),
    ],
)
def test_what_is_wrong_with_the_variables_is_told(variables: dict[str, Any], words: str) -> None:
    (mistake,) = mistakes("shop", variables)
    assert words in str(mistake)


def test_what_is_right_is_not_told() -> None:
    right = {"role_arn": ROLE, "account_id": TWO, "external_id": "x1", "profile": "hub"}
    assert list(mistakes("shop", right)) == []
    assert list(mistakes("shop", {"account_id": "", "profile": None})) == []
