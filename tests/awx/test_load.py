# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The playbooks that load the objects into AWX, and unload them, against the stand-in."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.gates.tools import run

from .loading import COLLECTIONS, ROOT
from .objects import put, read
from .seen import one, seen

if TYPE_CHECKING:
    from pathlib import Path

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
UNREADABLE = "Failed to download remote objects and refs: fatal: unable to access the repository"
# What of a collection its playbooks may count on (community inclusion requirements of Ansible).
KEPT = {"meta", "plugins", "roles", "playbooks"}


@pytest.fixture(scope="module")
def reduced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built artifact, installed, with nothing left that the inclusion rules let nobody count on."""
    place = tmp_path_factory.mktemp("reduced")
    run("ansible-galaxy", "collection", "build", "--output-path", place, ROOT)
    (artifact,) = place.glob("*.tar.gz")
    env = {"ANSIBLE_COLLECTIONS_PATH": str(place)}
    run("ansible-galaxy", "collection", "install", "--no-deps", "-p", place, artifact, env=env)
    collections = place / "ansible_collections"
    for path in (collections / "tablekeeper/dynamodb").iterdir():
        if path.is_dir() and path.name not in KEPT:
            shutil.rmtree(path)
        elif path.is_file():
            path.unlink()
    (collections / "awx").symlink_to(COLLECTIONS / "ansible_collections/awx")
    return place


@pytest.fixture
def with_other(awx: Awx, shop: dict[str, list[Item]]) -> Awx:
    """The same in another organization; whatever is done in this one, what is there must stay as it is."""
    awx.api.store.add("organizations", {"name": "Other"})
    text = json.dumps(shop).replace('"organization": "Default"', '"organization": "Other"')
    text = text.replace("shop: execution environment", "elsewhere: execution environment")
    assert not put(awx.api, json.loads(text))
    awx.api.changes()
    return awx


@pytest.mark.slow
def test_load(with_other: Awx, shop: dict[str, list[Item]], reduced: Path) -> None:
    """Predicted, begun, done; then there is nothing left to do but what somebody has altered.

    One name for all credentials is one credential, and the keys in the settings are for its first load.
    """
    awx = replace(with_other, collections=reduced)
    kinds = ("deploy", "watch", "remove", "restore", "drill", "read", "undo")
    given: dict[str, Any] = {
        "tablekeeper_awx_credentials": dict.fromkeys(kinds, "DynamoDB shop: keys"),
        "tablekeeper_awx_credential_inputs": {"deploy": KEYS},
        "tablekeeper_awx_approvers": ["Database"],
    }
    other = seen(awx.api, "Other")
    default = awx.api.store.named("organizations", "Default")["id"]
    awx.api.store.add("teams", {"name": "Database", "organization": default})
    before = awx.api.state()
    predicted = awx.play("awx_load", "--check", **given)
    assert predicted.changed
    assert (awx.api.changes(), awx.api.state()) == ([], before)

    # AWX knows the playbooks of its last good look, so the next load looks again.
    repositories, awx.api.projects.repositories = awx.api.projects.repositories, {}
    failed = awx.play("awx_load", fails=True, **given)
    assert f"AWX could not read the repository of DynamoDB shop: project: {UNREADABLE}" in failed.text
    assert "not yet" not in failed.said
    awx.api.projects.repositories = repositories
    done = awx.play("awx_load", "-v", **given)
    assert done.changed
    assert awx.api.changes()
    there = seen(awx.api, "Default")
    others = [items for kind, items in shop.items() if kind != "controller_credentials"]
    wanted = {name for items in others for item in items if (name := item.get("name"))}
    wanted |= {"DynamoDB shop: keys"}
    nodes = {"run", "status", *(f"{step}{of}" for step in ("preview", "approve") for of in ("", "_restore"))}
    nodes |= {"remove", "restore", "plan_undo", "approve_undo", "undo"}
    assert {name for _kind, name in there} == wanted | nodes | {"Database"}
    assert not [name for name in wanted if name not in predicted.said]
    check_workflows(there)
    assert awx.api.roles.granted() == {
        ("DynamoDB shop: remove after approval", "approval_role", "Database"),
        ("DynamoDB shop: restore after approval", "approval_role", "Database"),
        ("DynamoDB shop: teardown", "read_role", "Database"),
        ("DynamoDB shop: restore", "read_role", "Database"),
        ("DynamoDB shop: undo after approval", "approval_role", "Database"),
        ("DynamoDB shop: undo", "read_role", "Database"),
    }

    credential = one(awx.api, "Default", "credentials", "DynamoDB shop: keys")
    assert credential["inputs"] == KEYS
    credential["inputs"] = {"username": "AKIAROTATED", "password": "entered-in-awx"}
    loaded = seen(awx.api, "Default")
    alter(awx)
    again = awx.play("awx_load", "-v", **given)
    # The template; a node too many and one that differs; that one again; the link to it; the schedule.
    assert again.changed == 5
    assert {path.split("/")[3] for _method, path, _body in awx.api.changes()} == {
        "job_templates", "workflow_job_template_nodes", "schedules"
    }  # fmt: skip
    schedule = one(awx.api, "Default", "schedules", "DynamoDB shop: status every morning")
    assert schedule["enabled"] is True
    schedule["enabled"] = False
    assert seen(awx.api, "Default") == loaded
    assert seen(awx.api, "Other") == other
    assert [secret for secret in SECRETS if secret in done.said + again.said] == []


def alter(awx: Awx) -> None:
    """What somebody may do in AWX's pages, and nobody would see there."""
    status = one(awx.api, "Default", "job_templates", "DynamoDB shop: status")
    status.update(limit="shop-eu", verbosity=4, extra_vars='{"status_fail": false}', job_tags="none")
    status.update(ask_variables_on_launch=True)
    one(awx.api, "Default", "workflow_job_template_nodes", "status")["limit"] = "shop-eu"
    added = {
        "identifier": "by-hand",
        "workflow_job_template": one(awx.api, "Default", "workflow_job_templates", "DynamoDB shop: nightly")[
            "id"
        ],
        "unified_job_template": one(awx.api, "Default", "job_templates", "DynamoDB shop: teardown")["id"],
    }
    awx.api.store.add("workflow_job_template_nodes", added)
    schedule = one(awx.api, "Default", "schedules", "DynamoDB shop: status every morning")
    schedule.update(enabled=True, limit="shop-eu", job_type="check")
    awx.api.changes()


def check_workflows(there: dict[tuple[str, str], Item]) -> None:
    """The nodes are linked as they are meant to run."""
    nodes = {name: item for (kind, name), item in there.items() if kind == "workflow_job_template_nodes"}
    assert {name: item["links"]["success_nodes"] for name, item in nodes.items()} == {
        "run": ["status"], "status": [], "preview": ["approve"], "approve": ["remove"], "remove": [],
        "preview_restore": ["approve_restore"], "approve_restore": ["restore"], "restore": [],
        "plan_undo": ["approve_undo"], "approve_undo": ["undo"], "undo": [],
    }  # fmt: skip
    assert {nodes[name]["job_type"] for name in ("preview", "preview_restore", "plan_undo")} == {"check"}
    assert nodes["approve"]["unified_job_template"] == "DynamoDB shop: remove what the preview shows?"
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
def test_unload(with_other: Awx, tmp_path: Path) -> None:
    """In the order that AWX needs, without the credentials, and a second time without anything to do.

    Whatever the name is, and whoever else has it.
    """
    awx = with_other
    other = seen(awx.api, "Other")
    settings: dict[str, Any] = {
        "tablekeeper_awx_name": "DynamoDB, the shop & more",
        "tablekeeper_awx_state": "absent",
        "tablekeeper_awx_credential_inputs": {"deploy": KEYS},
    }
    assert not put(awx.api, read(tmp_path, **settings))
    for credential in awx.api.store.items["credentials"].values():
        credential["inputs"] = {"username": "AKIAROTATED", "password": "entered-in-awx"}
    other = seen(awx.api, "Other")
    awx.api.changes()
    done = awx.play("awx_load", "-v", **settings)
    assert done.changed == len(ORDER)
    assert [secret for secret in SECRETS if secret in done.said] == []
    asked = awx.api.changes()
    assert {method for method, _path, _body in asked} == {"DELETE"}
    kinds = [path.split("/")[3] for _method, path, _body in asked]
    assert kinds == sorted(kinds, key=ORDER.index)
    assert set(kinds) == set(ORDER)
    assert {kind for kind, _name in seen(awx.api, "Default")} == {"credentials"}
    assert seen(awx.api, "Other") == other

    nothing = awx.play("awx_unload", **{**settings, "tablekeeper_awx_state": "present"})
    assert nothing.changed == 0
    assert "there is nothing to unload" in nothing.text
    assert awx.api.changes() == []


def test_unload_predicts(awx: Awx, shop: dict[str, list[Item]]) -> None:
    few = {"controller_notifications", "controller_execution_environments"}
    assert not put(awx.api, {kind: items if kind in few else [] for kind, items in shop.items()})
    awx.api.changes()
    state = awx.api.state()
    assert awx.play("awx_unload", "--check").changed == len(few)
    assert (awx.api.changes(), awx.api.state()) == ([], state)


def test_unload_waits_for_what_is_at_work(awx: Awx, shop: dict[str, list[Item]]) -> None:
    """Also if it is an approval that does: AWX would keep what it stands on, and lose the rest."""
    assert not put(awx.api, shop)
    awx.api.changes()
    workflow = one(awx.api, "Default", "workflow_job_templates", "DynamoDB shop: remove after approval")
    job = {"id": 12, "name": workflow["name"], "unified_job_template": workflow["id"], "status": "running"}
    awx.api.jobs.append(job)
    said = awx.play("awx_unload", fails=True).text
    assert (
        "these have not ended: DynamoDB shop: remove after approval, job 12. Wait for them, or cancel" in said
    )
    assert awx.api.changes() == []


def test_says_what_it_needs(awx: Awx) -> None:
    assert "docs/awx.md explains each" in awx.play("awx_load", fails=True, tablekeeper_awx_image="").text
    assert 'What follows a blank in -e is "shop"' in awx.play("awx_load", fails=True, _raw_params="shop").text
    assert awx.api.changes() == []


def test_tells_a_wrong_token_once(awx: Awx) -> None:
    said = replace(awx, token="wrong").play("awx_load", fails=True).text
    assert said.count("running the lookup plugin 'awx.awx.controller_api': Invalid authentication") == 1
    assert "set CONTROLLER_HOST and CONTROLLER_OAUTH_TOKEN" in said


def test_names_what_awx_lacks_or_would_mistake(awx: Awx, shop: dict[str, list[Item]]) -> None:
    """Before anything is changed."""
    said = awx.play("awx_load", fails=True, tablekeeper_awx_organization="Nowhere").text
    assert "shows no organization Nowhere" in said
    at = {"tablekeeper_awx_nightly_at": "01:00", "tablekeeper_awx_status_at": "7:00"}
    said = awx.play("awx_load", fails=True, **at).text
    assert "but clocks in Europe/Dublin skip it on 2026-03-29" in said
    assert "must be a time of day from" in said
    awx.api.store.add("organizations", {"name": "Other"})
    (environment,) = shop["controller_execution_environments"]
    text = json.dumps({**{kind: [] for kind in shop}, "controller_execution_environments": [environment]})
    assert not put(awx.api, json.loads(text.replace('"Default"', '"Other"')))
    awx.api.changes()
    said = awx.play("awx_load", fails=True).text
    assert "execution environment that is not of the organization Default" in said
    assert awx.api.changes() == []


def test_wants_the_playbooks_in_the_branch(awx: Awx, shop: dict[str, list[Item]]) -> None:
    """AWX does not look again at templates that are there already, and their jobs would fail."""
    assert not put(awx.api, shop)
    awx.api.changes()
    (project,) = awx.api.store.items["projects"]
    awx.api.projects.found[project] = {"playbooks/run.yml", "inventory/shop.yml"}
    said = awx.play("awx_load", "--check", fails=True).text
    assert (
        "AWX found no playbooks/backup.yml, playbooks/status.yml, playbooks/history.yml, "
        "playbooks/find.yml, playbooks/render.yml, playbooks/teardown.yml, playbooks/restore.yml, "
        "playbooks/drill.yml, playbooks/compare.yml, playbooks/undo.yml in branch main of the repository."
    ) in said
    assert awx.api.changes() == []


def test_is_for_who_has_the_token(awx: Awx) -> None:
    with pytest.raises(HTTPError, match="401"):
        urlopen(f"{awx.url}/api/v2/labels/")
