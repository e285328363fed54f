# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The playbooks that load the objects into AWX, and unload them, against the stand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from .objects import put
from .stand_in.checks import reachable

if TYPE_CHECKING:
    from .loading import Awx

Item = dict[str, Any]

# What AWX may lose first: nothing may go while something stands on it.
ORDER = [
    "schedules",
    "workflow_job_templates",
    "job_templates",
    "inventory_sources",
    "inventories",
    "projects",
    "notification_templates",
    "execution_environments",
]

KEYS = {"username": "AKIAEXAMPLE", "password": "secret-of-the-settings"}
# With what is entered in AWX, and the webhook of the example's notifications.
SECRETS = ("secret-of-the-settings", "entered-in-awx", "chat.example.com")


@pytest.mark.slow
def test_load(awx: Awx, shop: dict[str, list[Item]]) -> None:
    """Predicted, begun, done; then there is nothing left to do, whatever somebody entered meanwhile.

    One name for all credentials is one credential, and the keys in the settings are for its first load.
    """
    one = dict.fromkeys(("deploy", "watch", "remove"), "DynamoDB shop: keys")
    given: dict[str, Any] = {
        "tablekeeper_awx_credentials": one,
        "tablekeeper_awx_credential_inputs": {"deploy": KEYS},
    }
    before = awx.api.state()
    predicted = awx.play("awx_load", "--check", **given)
    assert predicted.changed
    assert (awx.api.changes(), awx.api.state()) == ([], before)

    # AWX knows the playbooks of its last good look, so the next load looks again.
    repositories, awx.api.repositories = awx.api.repositories, {}
    assert "Project update failed" in awx.play("awx_load", fails=True, **given).said
    awx.api.repositories = repositories
    done = awx.play("awx_load", "-v", **given)
    assert done.changed
    assert awx.api.changes()
    there = awx.api.names()
    credentials = {item["name"] for item in shop["controller_credentials"]}
    wanted = {name for items in shop.values() for name in (item["name"] for item in items)}
    wanted = wanted - credentials | {*one.values()}
    nodes = {"run", "status", "preview", "approve", "remove"}
    question = "DynamoDB shop: remove what the preview shows?"
    assert {name for names in there.values() for name in names} == wanted | nodes | {question}
    assert not [name for name in wanted if name not in predicted.said]
    check_workflows(awx)

    (credential,) = awx.api.store.items["credentials"].values()
    assert credential["inputs"] == KEYS
    credential["inputs"] = {"username": "AKIAROTATED", "password": "entered-in-awx"}
    awx.api.changes()
    state = awx.api.state()
    again = awx.play("awx_load", "-v", **given)
    assert again.changed == 0
    assert (awx.api.changes(), awx.api.state()) == ([], state)
    assert credential["inputs"]["username"] == "AKIAROTATED"
    assert [secret for secret in SECRETS if secret in done.said + again.said] == []


def check_workflows(awx: Awx) -> None:
    """The nodes are linked as they are meant to run."""
    nodes = {node["identifier"]: node for node in awx.api.store.items["workflow_job_template_nodes"].values()}
    ids = {node["id"]: name for name, node in nodes.items()}
    follows = {
        name: {ids[key] for key in reachable(awx.api.store, node["id"])} for name, node in nodes.items()
    }
    assert follows["run"] == {"run", "status"}
    assert follows["preview"] == {"preview", "approve", "remove"}
    assert nodes["preview"]["job_type"] == "check"
    assert nodes["status"]["extra_data"] == {"status_verify": "manifest"}


def test_credentials(awx: Awx, shop: dict[str, list[Item]]) -> None:
    """They are empty, and none of the templates that people start often may remove anything."""
    assert not put(awx.api, shop)
    store = awx.api.store
    assert all(item["inputs"] == {} for item in store.items["credentials"].values())
    used = {
        item["playbook"]: {
            store.items["credentials"][key]["name"]
            for key in store.linked("job_templates", item["id"], "credentials")
        }
        for item in store.items["job_templates"].values()
    }
    assert used["playbooks/teardown.yml"] == {"DynamoDB shop: remove"}
    assert used["playbooks/render.yml"] == set()
    assert used["playbooks/run.yml"] == used["playbooks/status.yml"] == {"DynamoDB shop: watch"}


@pytest.mark.slow
def test_unload(awx: Awx, shop: dict[str, list[Item]]) -> None:
    """In the order that AWX needs, without the credentials, and a second time without anything to do."""
    assert not put(awx.api, shop)
    for credential in awx.api.store.items["credentials"].values():
        credential["inputs"] = {"username": "AKIAROTATED", "password": "entered-in-awx"}
    awx.api.changes()
    settings: dict[str, Any] = {
        "tablekeeper_awx_state": "absent",
        "tablekeeper_awx_credential_inputs": {"deploy": KEYS},
    }
    done = awx.play("awx_load", "-v", **settings)
    assert done.changed == len(ORDER)
    assert [secret for secret in SECRETS if secret in done.said] == []
    asked = awx.api.changes()
    assert {method for method, _path, _body in asked} == {"DELETE"}
    kinds = [path.split("/")[3] for _method, path, _body in asked]
    assert kinds == sorted(kinds, key=ORDER.index)
    assert set(kinds) == set(ORDER)
    assert set(awx.api.names()) == {"credentials"}

    assert awx.play("awx_unload").changed == 0
    assert awx.api.changes() == []


def test_unload_predicts(awx: Awx, shop: dict[str, list[Item]]) -> None:
    few = {"controller_notifications", "controller_execution_environments"}
    assert not put(awx.api, {kind: items if kind in few else [] for kind, items in shop.items()})
    awx.api.changes()
    state = awx.api.state()
    assert awx.play("awx_unload", "--check").changed == len(few)
    assert (awx.api.changes(), awx.api.state()) == ([], state)


def test_says_what_it_needs(awx: Awx) -> None:
    said = awx.play("awx_load", fails=True, tablekeeper_awx_image="").said
    assert "docs/awx.md explains each" in " ".join(said.split())
    assert awx.api.changes() == []


def test_is_for_who_has_the_token(awx: Awx) -> None:
    with pytest.raises(HTTPError, match="401"):
        urlopen(f"{awx.url}/api/v2/labels/")
