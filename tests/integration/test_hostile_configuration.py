# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whatever Ansible is configured to do with servers, the playbooks ask AWS from this machine and do all "
"they say."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from . import listeners, state
from .playbooks import Controller, host

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.fixtures import Account

    from .playbooks import Played

CONFIGURATION = """\
[defaults]
gathering = implicit
transport = ssh
interpreter_python = /nowhere/python
hash_behaviour = merge
private_role_vars = true
inject_facts_as_vars = false
fact_caching = jsonfile
fact_caching_connection = facts
force_handlers = true
duplicate_dict_key = error
enable_task_debugger = true
internal_poll_interval = 0.01
[privilege_escalation]
become = true
become_method = su
become_user = nobody
[diff]
always = true
"""
ENVIRONMENT = {
    "ANSIBLE_ANY_ERRORS_FATAL": "true",
    "ANSIBLE_BECOME": "true",
    "ANSIBLE_BECOME_ALLOW_SAME_USER": "true",
    "ANSIBLE_EXECUTABLE": "/bin/bash",
    "ANSIBLE_FORKS": "1",
    "ANSIBLE_STRATEGY": "debug",
    "ANSIBLE_TASK_TIMEOUT": "1",
}
# What a site's group_vars/all often says of its servers.
SERVERS = {
    "ansible_become": True,
    "ansible_connection": "ssh",
    "ansible_python_interpreter": "/nowhere/python3",
    "ansible_shell_type": "powershell",
    "ansible_user": "admin",
}
REFUSED = {
    "tags": ["--tags", "nightly"],
    "skipped": ["--tags", "nightly", "--skip-tags", "always"],
    "start": ["--start-at-task", "Tell how it ended"],
}


VAULTED = re.compile(r'"VAULTED (.*?)"')
SECRET = "geheim"


def vaulted(text: str) -> str:
    """Stands for a value that is encrypted in the inventory."""
    return f"VAULTED {text}"


def encrypted(found: re.Match[str]) -> str:
    vault = VaultLib([("default", VaultSecret(b"password"))])
    return f"!vault {json.dumps(vault.encrypt(found[1]).decode())}"


class Site(Controller):
    """A controller whose configuration is for servers, and an inventory that has some."""

    def __init__(self, folder: Path, account: Account, **more: str) -> None:
        password = folder / "password"
        password.write_text("password", encoding="utf-8")
        env = {**account.env(), **ENVIRONMENT, "ANSIBLE_VAULT_PASSWORD_FILE": str(password), **more}
        super().__init__(folder, env)
        (folder / "ansible.cfg").write_text(CONFIGURATION, encoding="utf-8")

    def command(self, *arguments: Any, **options: Any) -> list[str]:
        """As for any controller, with the values encrypted that are to be."""
        told = super().command(*arguments, **options)
        inventory = self.folder / "inventory.json"
        text = VAULTED.sub(encrypted, inventory.read_text(encoding="utf-8"))
        inventory.write_text(text, encoding="utf-8")
        return told

    def site(self, playbook: str, hosts: dict[str, Any], *arguments: str, **options: Any) -> Played:
        """Run a playbook on targets among servers."""
        everything = {
            name: {**SERVERS, **variables} for name, variables in {**hosts, "web1": {}, "db1": {}}.items()
        }
        played = self.play_hosts(playbook, everything, *arguments, **options)
        assert SECRET not in played.stdout + played.stderr
        return played


def told(played: Played, playbook: str, target: str = "shop") -> dict[str, Any]:
    published: dict[str, Any] = played.stats[f"tablekeeper_{playbook}"]["targets"]
    assert not {"web1", "db1"} & published.keys()
    mine: dict[str, Any] = published[target]
    return mine


@pytest.mark.slow
def test_every_playbook_does_what_it_says(account: Account, tmp_path: Path) -> None:
    state.tables(account, "orders")
    site = Site(tmp_path, account)
    listener = listeners.Subscriber(account).alert
    hook = {"protocol": vaulted("https"), "endpoint": vaulted(f"https://hooks.example.com/{SECRET}")}
    orders = {"name": vaulted("orders"), "every": vaulted("1 day"), "retention_days": vaulted("35")}
    shop = {"shop": {**host(orders, alerts=[listener, hook]), "tablekeeper_region": vaulted("eu-west-1")}}
    wrong = {"elsewhere": {**host("nosuch"), "tablekeeper_region": "eu-central-1"}}

    assert told(site.site("render", shop, render_to=str(tmp_path / "out")), "render")["succeeded"] is True
    written = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert [text for text in written if SECRET in text] == []
    # A target that fails stops no other.
    deployed = site.site("backup", {**shop, **wrong}, "-b", fails=True)
    assert "Left out, since a target has a tablekeeper_region: web1, db1." in deployed.said
    assert [told(deployed, "backup", name)["succeeded"] for name in ("shop", "elsewhere")] == [True, False]
    assert "tablekeeper-export-1" in state.stacks(account)
    run = told(site.site("run", shop), "run")
    assert (run["succeeded"], run["account_id"], run["region"]) == (True, account.id, "eu-west-1")
    assert told(site.site("status", shop, status_subscribers="any"), "status")["healthy"] is True
    yes = {"teardown_confirm": f"tablekeeper@{account.id}"}
    assert told(site.site("teardown", shop, **yes), "teardown")["stacks"] == {
        "tablekeeper-export-1": "removed"
    }
    assert list(state.stacks(account)) == ["tablekeeper-store"]


@pytest.mark.parametrize("how", REFUSED)
def test_no_option_of_ansible_s_makes_a_playbook_green_that_did_nothing(
    how: str, account: Account, tmp_path: Path
) -> None:
    refused = Site(tmp_path, account).site("status", {"shop": host("orders")}, *REFUSED[how], fails=True)
    assert "Nothing was done, since" in refused.said
    assert account.calls() == []


def test_a_playbook_within_a_tagged_one_is_whole(account: Account, tmp_path: Path) -> None:
    """Tags that somebody gives a playbook where it is imported are on every task of it."""
    site = Site(tmp_path, account)
    book = tmp_path / "site.json"
    imported = [{"import_playbook": "tablekeeper.dynamodb.render", "tags": "nightly"}]
    book.write_text(json.dumps(imported), encoding="utf-8")
    command = site.command(
        "render", {"shop": {**SERVERS, **host("orders")}}, "--tags", "nightly", render_to="out"
    )
    played = site.run([str(book) if each == "tablekeeper.dynamodb.render" else each for each in command])
    assert told(played, "render")["succeeded"] is True


MANY = {f"server{number}": host("orders") for number in range(1, 5)}
BAD = {
    "places": (MANY, ["--limit", "server3"], {}, "server1, server2, server3, server4 lead to one place"),
    "by hand": ({"shop": host()}, [], {"table": "orders"}, "the nearest is tables"),
    "connection": ({"shop": host()}, [], {"ansible_connection": "ssh"}, "-e ansible_connection cannot be"),
}


@pytest.mark.newest
@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_meant_is_told_before_anything_is_asked(
    name: str, account: Account, tmp_path: Path
) -> None:
    hosts, arguments, extra, words = BAD[name]
    refused = Site(tmp_path, account).site("run", hosts, *arguments, fails=True, **extra)
    (told,) = refused.failures.values()
    assert told.startswith("Nothing was done")
    assert words in told
    assert account.calls() == []
