# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pages in the bucket of a store: whole, private, encrypted as it is, and for a while."""

from __future__ import annotations

import shlex
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import publish_status
from tests.unit.support.deployed import Target, deployed

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    Ask = Callable[..., dict[str, Any]]

INDEX = {"name": "index.html", "content": "<p>Ünwell: 1</p>"}
SHOP = {"name": "index-shop.html", "content": "<p>shop</p>"}


@pytest.fixture(name="ask")
def fixture_ask(play: Callable[..., dict[str, Any]]) -> Ask:
    return partial(play, publish_status)


def target_of(account: Account, **settings: Any) -> Target:
    return deployed(account, {f"tablekeeper_{key}": value for key, value in settings.items()})


def bucket_of(target: Target) -> str:
    return str(target.outputs["tablekeeper-store"]["BucketName"])


def keys(account: Account, bucket: str) -> list[str]:
    found = account.client("s3").list_objects_v2(Bucket=bucket, Prefix="status/").get("Contents", [])
    return [each["Key"] for each in found]


def test_a_page_is_published_under_its_name_and_replaced_by_the_next(account: Account, ask: Ask) -> None:
    bucket, s3 = bucket_of(target_of(account, tables=["orders"])), account.client("s3")
    foreseen = ask(pages=[INDEX], check=True)
    assert keys(account, bucket) == []
    told = ask(pages=[INDEX])
    assert told["objects"] == foreseen["objects"] == keys(account, bucket) == ["status/index.html"]
    found = s3.get_object(Bucket=bucket, Key="status/index.html")
    assert found["Body"].read().decode() == INDEX["content"]
    assert (found["ContentType"], found["CacheControl"]) == ("text/html; charset=utf-8", "no-store")
    assert found["ServerSideEncryption"] == "AES256"
    first, link = told["lines"]
    where = f"s3://{bucket}/status/index.html"
    assert first == f"The page is published privately as {where}; the bucket deletes it after 7 days."
    assert f"aws s3 presign s3://{bucket}/status/index.html --region eu-west-1 --expires-in 604800." in link
    (would,) = foreseen["lines"]  # nobody can follow a link to what is not there
    assert would.startswith("The page would be published privately as s3://")

    ask(pages=[{**INDEX, "content": "new"}])
    assert s3.get_object(Bucket=bucket, Key="status/index.html")["Body"].read() == b"new"
    versions = s3.list_object_versions(Bucket=bucket, Prefix="status/")["Versions"]
    assert len(versions) == 2


def test_a_link_is_made_by_a_command_that_a_shell_reads_as_it_is(account: Account, ask: Ask) -> None:
    bucket = bucket_of(target_of(account, tables=["orders"]))
    named = {"name": "it's;id #1?.html", "content": "<p></p>"}
    told = ask(pages=[named, SHOP])["lines"][1]
    command = told.split(": ", 1)[1].split(". It lives", 1)[0]
    where = f"s3://{bucket}/status/{named['name']}"
    assert shlex.split(command) == [
        *("aws", "s3", "presign", where), *("--region", "eu-west-1", "--expires-in", "604800"),
    ]  # fmt: skip
    assert keys(account, bucket) == ["status/index-shop.html", f"status/{named['name']}"]


def test_the_bucket_deletes_pages_and_their_earlier_versions(account: Account) -> None:
    bucket = bucket_of(target_of(account, tables=["orders"]))
    rules = account.client("s3").get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    (rule,) = [each for each in rules if each["ID"] == "status"]
    assert (rule["Filter"]["Prefix"], rule["Expiration"]["Days"]) == ("status/", 7)
    assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] == 7


def test_a_bucket_with_a_key_and_a_lock_takes_pages(account: Account, ask: Ask) -> None:
    lock = {"mode": "GOVERNANCE", "days": 1}
    bucket = bucket_of(target_of(account, tables=["orders"], encryption="aws:kms", object_lock=lock))
    ask(pages=[INDEX, SHOP])
    found = account.client("s3").head_object(Bucket=bucket, Key="status/index-shop.html")
    assert found["ServerSideEncryption"] == "aws:kms"


def test_of_several_pages_it_is_told_how_to_follow_their_links(account: Account, ask: Ask) -> None:
    bucket = bucket_of(target_of(account, tables=["orders"]))
    told = ask(pages=[INDEX, SHOP])
    assert keys(account, bucket) == ["status/index-shop.html", "status/index.html"]
    assert f"aws s3 cp s3://{bucket}/status/ . --recursive" in told["lines"][2]


def test_a_store_without_the_rule_is_published_to_and_says_so(account: Account, ask: Ask) -> None:
    bucket, s3 = bucket_of(target_of(account, tables=["orders"])), account.client("s3")
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    older = {"Rules": [each for each in rules if each["ID"] != "status"]}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=older)
    told = ask(pages=[INDEX])["lines"][0]
    assert told.endswith("no rule of the bucket deletes it yet: run the backup playbook, which makes one.")
    assert keys(account, bucket) == ["status/index.html"]


def test_one_right_is_enough_to_publish(account: Account, ask: Ask, allow: Callable[..., None]) -> None:
    bucket = bucket_of(target_of(account, tables=["orders"]))
    allow("cloudformation:DescribeStacks", "s3:PutObject")
    told = ask(pages=[INDEX])["lines"][0]
    assert "when it is deleted is not known, since s3:GetLifecycleConfiguration was refused" in told
    assert keys(account, bucket) == ["status/index.html"]


def test_who_may_not_publish_is_told_the_right(
    account: Account, ask: Ask, allow: Callable[..., None]
) -> None:
    target_of(account, tables=["orders"])
    allow("cloudformation:DescribeStacks")
    told = ask(pages=[INDEX])["msg"]
    assert "s3:PutObject" in told
    assert told.startswith("s3://tablekeeper-")
    assert "/status/index.html could not be written: " in told
    assert "published" not in told  # which the role says before it


def test_where_nothing_is_deployed_there_is_nothing_to_publish_to(ask: Ask) -> None:
    told = ask(pages=[INDEX], prefix="shop")
    assert told["failed"] is True
    assert told["msg"].startswith("There is no store shop-store in eu-west-1 to publish to: run the backup")
