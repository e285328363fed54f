# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What cannot be meant is told before a playbook does anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from ansible.errors import AnsibleError

from ansible_collections.tablekeeper.dynamodb.plugins.filter import check_targets
from ansible_collections.tablekeeper.dynamodb.plugins.filter.listed_elsewhere import listed_elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable

    Check = Callable[..., dict[str, list[str]]]

SHOP = {"tablekeeper_region": "eu-west-1"}
BANK = {"tablekeeper_region": "us-east-1"}


@pytest.fixture(name="check")
def fixture_check(monkeypatch: pytest.MonkeyPatch) -> Check:
    """The filter, with what is given by hand and with what the environment has."""

    def check(
        hosts: dict[str, Any],
        *play: str,
        given: dict[str, Any] | None = None,
        limit: str = "",
        **environ: str,
    ) -> dict[str, list[str]]:
        monkeypatch.setattr(check_targets, "load_extra_vars", lambda _loader: given or {})
        monkeypatch.setattr(check_targets.os, "environ", environ)
        groups = {"all": list(hosts), "ungrouped": []}
        return check_targets.check_targets(hosts, play or list(hosts), "run", groups, limit)

    return check


def test_a_host_without_a_region_or_tables_is_no_target(check: Check) -> None:
    hosts = {"shop": SHOP, "web1": {"ansible_user": "admin"}, "listed": {"tablekeeper_tables": ["orders"]}}
    assert check(hosts) == {"mistakes": [], "left_out": ["web1"]}
    # What is given by hand, every host has: that makes no targets.
    everywhere = {"tablekeeper_tables": ["orders"]}
    servers = {"shop": {**SHOP, **everywhere}, "web1": everywhere, "web2": everywhere}
    assert check(servers, given=everywhere) == {"mistakes": [], "left_out": ["web1", "web2"]}


@pytest.mark.parametrize(
    ("hosts", "more", "words"),
    [
        ({}, {}, "the inventory has no host"),
        ({"shop": SHOP}, {"limit": "shop:nosuch"}, "what is no host and no group of the inventory: nosuch."),
        ({"web1": {}, "db1": {}}, {}, "since none of these hosts is a target: web1, db1."),
        ({"a": SHOP, "b": SHOP}, {}, "a, b lead to one place"),
        ({"shop": SHOP}, {"given": {"table": "orders"}}, "the nearest is tables"),
        (
            {"shop": SHOP},
            {"given": {"tables": "orders,", "_raw_params": "sessions"}},
            (
                'What follows a blank in -e is "sessions", but Ansible ends a value there, and these words '
                "would be ignored: quote the value once more, -e 'tables=\"a b\"', write commas without "
                'blanks, -e tables=a,b, or give a mapping, -e \'{"tables": ["a", "b"]}\'.'
            ),
        ),
        ({"shop": SHOP}, {"given": {"ansible_become": "true"}}, "-e ansible_become cannot be"),
        ({"shop": SHOP}, {"given": {"ansible_connection": "ssh"}}, "-e ansible_connection cannot be"),
        ({"shop": {**SHOP, "tablekeeper_account_id": 12}}, {}, "shop: tablekeeper_account_id is"),
        (
            {"shop": SHOP},
            {"AWS_PROFILE": "other", "AWS_ACCESS_KEY_ID": "a"},
            "AWS_PROFILE beside access keys",
        ),
    ],
)
def test_what_cannot_be_meant_is_told(
    check: Check, hosts: dict[str, Any], more: dict[str, Any], words: str
) -> None:
    (told,) = check(hosts, **more)["mistakes"]
    assert told.startswith("Nothing was done")
    assert words in told


def test_what_is_right_is_not_told(check: Check) -> None:
    hosts = {"shop": SHOP, "bank": BANK}
    right = {"run_wait": True, "ansible_connection": "local", "ansible_become": False, "mine": 1}
    assert check(hosts, given=right, limit="shop,bank:!x", AWS_PROFILE="a")["mistakes"] == []
    own = {"shop": {**SHOP, "tablekeeper_profile": "other"}}
    assert check(own, AWS_PROFILE="a", AWS_ACCESS_KEY_ID="a")["mistakes"] == []


def test_hosts_that_a_limit_leaves_out_count_for_those_that_it_does_not(check: Check) -> None:
    hosts = {"a": SHOP, "b": SHOP, "bank": BANK}
    assert len(check(hosts, "a", limit="a")["mistakes"]) == 1
    assert check(hosts, "bank", limit="bank")["mistakes"] == []


class Broken(dict[str, Any]):
    """Variables one of which cannot be rendered."""

    def get(self, key: str, _default: Any = None) -> Any:
        raise AnsibleError(f"{key} needs a secret that is not there")


def test_what_other_targets_list_is_found() -> None:
    hosts = {
        "shop": {"tablekeeper_tables": ["orders"]},
        "bank": {"tablekeeper_tables": ["accounts", {"name": "rates"}]},
        "web1": {},
        "wrong": {"tablekeeper_tables": "orders"},
        "broken": Broken(tablekeeper_tables=["orders"]),
    }
    assert listed_elsewhere(hosts, hosts, "shop") == {"bank": ["accounts", "rates"]}


def test_what_nobody_lists_is_left_to_the_first_target() -> None:
    hosts = {
        "shop": {"tablekeeper_tables": ["orders"]},
        "bank": {"tablekeeper_tables": ["rates"]},
        "web1": {},
    }
    named = ["orders", "ratse"]
    told = {host: listed_elsewhere(hosts, hosts, host, named) for host in hosts}
    assert told == {
        "shop": {"bank": ["rates"]},
        "bank": {"shop": ["orders", "ratse"]},
        "web1": {"shop": ["orders", "ratse"], "bank": ["rates"]},
    }
