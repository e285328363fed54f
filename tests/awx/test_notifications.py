# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What people get when something failed, as AWX renders it: with values that are no text yet."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from .objects import read
from .rules.sending import APPROVALS, HIDDEN, OCCASIONS, URL, approval, job, rendered, sent, workflow

if TYPE_CHECKING:
    from pathlib import Path

Item = dict[str, Any]
PREVIEW = "DynamoDB shop: remove what the preview shows?"
# As AWX words them (awx/main/models/unified_jobs.py, scheduler/task_manager.py, tasks/jobs.py).
EXPLANATIONS = [
    (
        "Job cannot start because Credential DynamoDB shop: watch does not provide one or more required "
        "fields (password, username). Task failed pre-start check."
    ),
    'Previous Task Failed: {"job_type": "project_update", "job_name": "DynamoDB: project", "job_id": "12"}',
    'Previous Task Failed: {"job_type": "inventory_update", "job_name": "tables from git", "job_id": "13"}',
    "Job terminated due to timeout",
    "Failed to JSON parse a line from worker stream. Error: Expecting value\nLine with invalid JSON: b''",
]


@pytest.fixture(scope="module")
def webhook(shop: dict[str, list[Item]]) -> list[Item]:
    return shop["controller_notifications"]


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> list[Item]:
    place: Path = tmp_path_factory.mktemp("mail")
    return read(place, tablekeeper_awx_notification_type="email")["controller_notifications"]


def artifacts(verb: str, **told: Any) -> Item:
    targets = {"shop-eu": {"succeeded": False, **told}, "shop-us": {"succeeded": True, "msg": "All good."}}
    return {f"tablekeeper_{verb}": {"version": 1, "targets": targets}}


def test_unhealthy_tables(webhook: list[Item]) -> None:
    context = job(
        artifacts=artifacts("status", unhealthy=["orders", "carts"], msg="2 tables are not healthy.")
    )
    subject, body = sent(webhook[0], "error", context)
    assert subject == f"DynamoDB: status is failed: shop-eu/orders, shop-eu/carts. {URL}"
    assert body == {
        "job": "DynamoDB: status",
        "status": "failed",
        "tables": ["shop-eu/orders", "shop-eu/carts"],
        "told": ["shop-eu: 2 tables are not healthy."],
        "explanation": "",
        "limit": "",
        "hosts": {"ok": 4, "failures": 1},
        "url": URL,
    }


def test_reason_without_tables(webhook: list[Item]) -> None:
    told = "tablekeeper-store cannot be deployed to:\nit is DELETE_FAILED."
    subject, _body = sent(webhook[0], "error", job(artifacts=artifacts("backup", msg=told)))
    assert subject == (
        "DynamoDB: status is failed: shop-eu: tablekeeper-store cannot be deployed to: it is DELETE_FAILED. "
        + URL
    )


def test_target_without_tables_beside_one_with(webhook: list[Item]) -> None:
    """What one target tells does not hide that another could not even look."""
    told = artifacts("run", failed_tables=["orders"], not_deployed=["carts"], msg="1 of 2 failed.")
    lost = {"succeeded": False, "failed_tables": [], "msg": "Access denied: sts"}
    told["tablekeeper_run"]["targets"]["shop-us"] = lost
    subject, body = sent(webhook[0], "error", job(artifacts=told))
    assert subject == (
        f"DynamoDB: status is failed: shop-eu/orders, shop-eu/carts. shop-us: Access denied: sts. {URL}"
    )
    assert body["told"] == ["shop-eu: 1 of 2 failed.", "shop-us: Access denied: sts"]


@pytest.mark.parametrize("explanation", EXPLANATIONS)
@pytest.mark.parametrize("told", [..., None, {}, HIDDEN], ids=["absent", "none", "empty", "hidden"])
def test_what_only_awx_can_tell(explanation: str, told: Any, webhook: list[Item], mail: list[Item]) -> None:
    """A job that did not start, or was killed, has published nothing; AWX knows why."""
    context = job(job_explanation=explanation, artifacts=told, host_status_counts=None)
    line = " ".join(explanation.split())
    subject, body = sent(webhook[0], "error", context)
    assert subject == f"DynamoDB: status is failed: AWX says: {line.removesuffix('.')}. {URL}"
    assert (body["explanation"], body["tables"], body["told"]) == (line, [], [])
    same, text = sent(mail[0], "error", context)
    assert same == subject
    assert f"AWX says: {line.removesuffix('.')}.\n" in text


def test_tables_and_what_awx_says(webhook: list[Item]) -> None:
    context = job(artifacts=artifacts("run", failed_tables=["orders"]), job_explanation=EXPLANATIONS[3])
    subject, _body = sent(webhook[0], "error", context)
    assert subject == f"DynamoDB: status is failed: shop-eu/orders. AWX says: {EXPLANATIONS[3]}. {URL}"


def test_nothing_is_known(webhook: list[Item], mail: list[Item]) -> None:
    subject, _body = sent(webhook[0], "error", job(status="canceled"))
    assert subject == f"DynamoDB: status is canceled: it published nothing, read its output. {URL}"
    _subject, text = sent(mail[0], "error", job(status="canceled"))
    assert text.split("\n") == [
        "DynamoDB: status is canceled.", "", "It published nothing: read its output.", "", URL
    ]  # fmt: skip


def test_many_tables(webhook: list[Item], mail: list[Item]) -> None:
    """The line says how many; the body has them all."""
    tables = [f"table-{number:03d}-{'x' * 200}" for number in range(150)]
    told = artifacts("run", failed_tables=tables, msg="150 failed.")
    told["tablekeeper_run"]["targets"]["shop-us"] = {"succeeded": False, "msg": "z" * 5000}
    context = job(artifacts=told, job_explanation="y" * 5000)
    subject, body = sent(webhook[0], "error", context)
    assert subject.startswith("DynamoDB: status is failed: 150 tables, among them shop-eu/table-000-")
    assert len(subject) <= 1024
    assert subject.endswith(URL)
    assert len(body["tables"]) == 150
    _subject, text = sent(mail[0], "error", context)
    assert [line for line in text.splitlines() if line.startswith("shop-eu/")] == body["tables"]


def test_mail_is_for_people(mail: list[Item]) -> None:
    context = job(artifacts=artifacts("status", unhealthy=["orders"], msg="1 table is not healthy"))
    _subject, text = sent(mail[0], "error", context)
    assert text.split("\n") == [
        "DynamoDB: status is failed.",
        "",
        "shop-eu/orders",
        "",
        "shop-eu: 1 table is not healthy.",
        "",
        URL,
    ]
    for where, context in APPROVALS.items():
        with pytest.raises(ValueError, match="Expecting value"):
            json.loads(sent(mail[1], where, context)[1])


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_no_full_stop_stands_twice(occasion: str, webhook: list[Item], mail: list[Item]) -> None:
    for template in (*webhook, *mail):
        subject, _body = sent(template, "error", OCCASIONS[occasion])
        assert ".." not in subject
        assert subject.endswith(f" {URL}")


def test_failed_job_of_a_workflow(webhook: list[Item], mail: list[Item]) -> None:
    """Who reads it is sent to the job that failed, and only to one that did."""
    context = workflow({"DynamoDB shop: run": "failed", "DynamoDB shop: status": None}, name="nightly")
    subject, body = sent(webhook[1], "error", context)
    assert (
        subject
        == f"nightly is failed: DynamoDB shop: run is failed, and its own notification says more. {URL}"
    )
    assert body["failed"] == ["DynamoDB shop: run"]
    assert body["explanation"] == "No error handling paths found, marking workflow as failed"
    assert (
        "DynamoDB shop: run is failed, and its own notification says more.\n"
        in sent(mail[1], "error", context)[1]
    )


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_denied_approval(status: str, webhook: list[Item]) -> None:
    """No job failed, and none is said to name tables."""
    nodes = {"DynamoDB shop: teardown": "successful", PREVIEW: status, "remove": None}
    subject, body = sent(webhook[1], "error", workflow(nodes, name="remove after approval"))
    assert subject == (
        f"remove after approval is failed: {PREVIEW} It was not approved, and nothing was done. {URL}"
    )
    assert body["failed"] == [PREVIEW]


def test_the_data_names_the_approval_so(shop: dict[str, list[Item]]) -> None:
    """By its question mark the message knows it from a job."""
    nodes = [node for flow in shop["controller_workflows"] for node in flow["simplified_workflow_nodes"]]
    assert [node["approval_node"]["name"] for node in nodes if "approval_node" in node] == [
        PREVIEW,
        "DynamoDB shop: restore what the preview shows?",
        "DynamoDB shop: write what the plan shows?",
    ]
    jobs = [node["unified_job_template"] for node in nodes if "unified_job_template" in node]
    assert not [name for name in jobs if name.endswith("?")]


def test_workflow_whose_nodes_are_not_known(webhook: list[Item]) -> None:
    """In another version of AWX, say."""
    unknown = {**workflow(), "job_metadata": "{'url': 'https://platformhost/', 'traceback': ''}"}
    for context in (unknown, {**unknown, "job_metadata": ""}, workflow({"run": None})):
        subject, body = sent(webhook[1], "error", context)
        said = "AWX says: No error handling paths found, marking workflow as failed."
        assert subject == f"DynamoDB: status is failed: {said} {URL}"
        assert body["failed"] == []
    silent = {**unknown, "job": {**unknown["job"], "job_explanation": ""}}
    assert sent(webhook[1], "error", silent)[0] == f"DynamoDB: status is failed: look at its jobs. {URL}"


def test_name_with_quotes(webhook: list[Item]) -> None:
    _subject, body = sent(webhook[1], "error", workflow({'the "big" one': "error"}))
    assert body["failed"] == ['the "big" one']


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("running", "Approve or deny:"),
        ("approved", "Approved."),
        ("timed_out", "Nobody answered in time, and nothing was done."),
        ("denied", "Denied, and nothing was done."),
    ],
)
def test_approval(state: str, said: str, webhook: list[Item], mail: list[Item]) -> None:
    context = approval(state)
    subject, body = sent(webhook[1], f"workflow_approval {state}", context)
    assert subject == f"Remove it? {said} {context['workflow_url']}"
    assert (body["approval"], body["url"]) == ("Remove it?", context["workflow_url"])
    _subject, text = sent(mail[1], f"workflow_approval {state}", context)
    assert ("read its output first" in text) == (state == "running")


def test_lazy_is_no_text() -> None:
    """What the tests here stand on: this is what stopped every workflow of an AWX."""
    with pytest.raises(TypeError, match="not JSON serializable"):
        rendered("{{ job.job_explanation | default('', true) | tojson }}", job(job_explanation="no"))
