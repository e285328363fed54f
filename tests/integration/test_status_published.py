# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The status playbook publishes its page once for all targets that share it, or says why it could not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from . import points, state
from .playbooks import Controller, host
from .standing import first_backup

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.fixtures import Account

    from .playbooks import Target

PLAY = """
- hosts: all
  gather_facts: false
  {how}
  vars:
    tablekeeper_credentials: "{{{{ lookup('tablekeeper.dynamodb.credentials') }}}}"
  environment: "{{{{ tablekeeper_credentials.environment }}}}"
  module_defaults:
    group/tablekeeper.dynamodb.aws: "{{{{ tablekeeper_credentials.options }}}}"
  roles: [tablekeeper.dynamodb.status]
"""
pytestmark = [pytest.mark.newest, pytest.mark.slow]


def published(account: Account) -> dict[str, str]:
    s3, bucket = account.client("s3"), points.bucket_of(account)
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="status/").get("Contents", [])
    keys = [each["Key"] for each in listed]
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in keys}


def test_a_shared_page_is_published_once_and_a_failure_is_told_at_the_end(
    target: Target, account: Account, tmp_path: Path
) -> None:
    state.tables(account, "orders")
    first_backup(account, host("orders"))
    # The first of them is in an account that these credentials are not of.
    hosts = {
        "elsewhere": {
            **host("orders"), "tablekeeper_region": "eu-west-2", "tablekeeper_account_id": "123456789012",
        },
        "ireland": host("orders"),
        "new": {**host(), "tablekeeper_region": "eu-north-1"},
    }  # fmt: skip
    page = tmp_path / "backups.html"
    extra = {"status_html": str(page), "status_publish": True}
    seen = target.play_hosts("status", hosts, check=True, fails=True, **extra)
    assert "The page would be published privately as s3://" in seen.said
    assert (published(account), page.exists()) == ({}, False)
    played = target.play_hosts("status", hosts, fails=True, **extra)
    assert published(account) == {"status/backups.html": page.read_text(encoding="utf-8")}
    where = f"s3://{points.bucket_of(account)}/status/backups.html"
    assert played.stdout.count(f"The page is published privately as {where}") == 1
    assert f"aws s3 presign {where} --region eu-west-1" in played.said
    assert "published" not in str(played.stats)
    assert "published" not in played.failures["elsewhere"]
    assert "published" not in played.failures["ireland"]

    # What is not there yet cannot be published to; the verdict is told all the same.
    played = target.play("status", {**host("orders"), "tablekeeper_prefix": "shop"}, fails=True, **extra)
    why = played.failures["target"]
    assert "The page could not be published: There is no store shop-store in eu-west-1" in why
    assert "not_deployed" in played.said
    played = target.play("status", host("orders"), fails=True, status_publish=True)
    assert "status_publish publishes the page that status_html names" in played.failures["target"]


@pytest.mark.parametrize("how", ["serial: 1", "strategy: free"])
def test_in_a_play_of_your_own_the_whole_is_published_with_the_credentials_of_the_publisher(
    account: Account, other_account: Account, tmp_path: Path, how: str
) -> None:
    other = other_account
    state.tables(other, "orders")
    first_backup(other, host("orders"))
    keys = tmp_path / "credentials"
    keys.write_text(f"[shop]\naws_access_key_id = {other.id}\naws_secret_access_key = local\n")
    person = Controller(tmp_path, {**account.env(), "AWS_SHARED_CREDENTIALS_FILE": str(keys)})
    hosts = {
        "new": {**host(), "tablekeeper_region": "eu-north-1"},
        "shop": host("orders", profile="shop"),
        "last": host(),
    }
    extra = {"status_html": str(tmp_path / "backups.html"), "status_publish": True, "status_fail": False}
    command = person.command("status", hosts, **extra)
    (tmp_path / "play.yml").write_text(PLAY.format(how=how), encoding="utf-8")
    command[1] = str(tmp_path / "play.yml")
    told = person.run(command)
    where = f"s3://{points.bucket_of(other)}/status/backups.html"
    assert f"The page is published privately as {where}" in told.said
    (page,) = published(other).values()
    assert page.count("This run has not come to it.") == 0
    assert all(f"<h3>{name}</h3>" in page for name in hosts)
