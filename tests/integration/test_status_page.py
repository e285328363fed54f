# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The page of the status playbook, as Ansible writes it: the targets that are on it, and that it is text."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.integration.playbooks import host
from tests.unit.modules.status_info.machinery import Machinery, record

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.fixtures import Account
    from tests.integration.playbooks import Target

HOSTILE = "</script><b onclick=x>{{ 7 * 7 }}{% raw %}"


@pytest.fixture(name="machinery")
def fixture_machinery(account: Account) -> Machinery:
    """Two tables, the second of which failed with a cause that is no text for a page."""
    machinery = Machinery(account)
    machinery.deploy_store()
    machinery.deploy(record("orders"), record("sessions"))
    orders, sessions = machinery.export("orders"), machinery.export("sessions")
    machinery.run(orders, sessions)
    failed = {**machinery.failure("sessions"), "cause": HOSTILE}
    machinery.run({**orders, "finished": account.aws.now().isoformat()}, failed)
    return machinery


def targets(page: str) -> dict[str, str]:
    """The targets of a page, each with how it is."""
    return dict(re.findall(r"<h3>(\w+)</h3>\s*<span class=\"badge \w+\">([\w ]+)</span>", page))


def test_targets_share_a_page(target: Target, machinery: Machinery, tmp_path: Path) -> None:
    hosts = {
        "ireland": host(),
        "oregon": {**host(), "tablekeeper_region": "us-west-2"},
        "elsewhere": {**host(), "tablekeeper_region": "eu-west-2", "tablekeeper_account_id": "123456789012"},
        "mistaken": {**host(), "tablekeeper_region": "eu-north-1", "status_max_age": "soon"},
    }
    played = target.play_hosts("status", hosts, fails=True, status_html=f"{tmp_path}/")
    assert played.changed == 1
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert targets(page) == {
        "ireland": "not healthy",
        "oregon": "not healthy",
        "elsewhere": "not asked",
        "mistaken": "not asked",
    }
    assert "1 of 2 tables in 2 targets is not healthy" in page
    assert "the credentials are those of account" in page
    assert "status_max_age is &#34;soon&#34;" in page
    assert HOSTILE not in page
    assert html.escape(HOSTILE, quote=False) in page.replace("&#39;", "'")
    assert f"{machinery.account.id} · eu-west-1 · tablekeeper" in page


@pytest.mark.newest
def test_each_target_can_have_its_own_and_one_that_cannot_be_written_is_told(
    target: Target, machinery: Machinery, tmp_path: Path
) -> None:
    assert machinery
    hosts = {
        "ireland": {**host(), "status_html": "ireland.html"},
        "oregon": {
            **host(),
            "tablekeeper_region": "us-west-2",
            "status_html": str(tmp_path / "no" / "x.html"),
        },
    }
    played = target.play_hosts("status", hosts, fails=True)
    page = (tmp_path / "ireland.html").read_text(encoding="utf-8")
    assert " · ireland · " in page
    assert "oregon" not in page
    assert f"{tmp_path}/no/x.html could not be written: " in played.failures["oregon"]
    assert "could not be written" not in played.failures["ireland"]


@pytest.mark.newest
def test_a_run_of_a_part_does_not_pass_for_the_whole(
    target: Target, machinery: Machinery, tmp_path: Path
) -> None:
    assert machinery
    page, metrics, told = (tmp_path / name for name in ("page.html", "metrics.prom", "told.json"))
    files = {"status_html": str(page), "status_prometheus_file": str(metrics), "status_json_file": str(told)}
    other = {"tablekeeper_region": "us-west-2", "tablekeeper_tables": ["payments"], "status_html": str(page)}
    hosts = {"ireland": {**host(), **files}, "oregon": other}
    alone = target.play_hosts("status", hosts, "--limit", "ireland", fails=True)
    text = page.read_text(encoding="utf-8")
    assert targets(text) == {"ireland": "not healthy", "oregon": "not asked"}
    assert 'class="name">payments<' in text
    assert "stays as it was" not in alone.said

    before = (text, metrics.read_text(encoding="utf-8"))
    some = target.play_hosts("status", hosts, "--limit", "ireland", "-e", "tables=orders")
    assert (page.read_text(encoding="utf-8"), metrics.read_text(encoding="utf-8")) == before
    assert [each["table"] for each in json.loads(told.read_text(encoding="utf-8"))["tables"]] == ["orders"]
    assert some.stdout.count("status_html and status_prometheus_file tell of whole targets") == 1


@pytest.mark.newest
def test_a_page_is_no_place_for_another_report(target: Target, tmp_path: Path) -> None:
    same = {"status_html": str(tmp_path / "x"), "status_json_file": str(tmp_path / "x")}
    played = target.play("status", host(), fails=True, **same)
    assert f"several reports would be written to {tmp_path}/x" in played.failures["target"]
