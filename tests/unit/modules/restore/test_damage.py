# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A point whose files are not what was written: nothing is made of it, or what was made is named."""

from __future__ import annotations

import gzip
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.modules import restore
from local_aws.client import samples
from tests.integration.state import mutations
from tests.unit.support import foreign, restorable

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account
    from tests.unit.support.restorable import BackedUp

    Play = Callable[..., dict[str, Any]]
    Change = Callable[[bytes], bytes]

pytestmark = pytest.mark.newest

NAME = "orders-again"
ITEMS = 400


def damaged(content: bytes) -> bytes:
    """One bit is another."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def fewer(content: bytes) -> bytes:
    """Whole lines are missing, and gzip has nothing against it."""
    return gzip.compress(b"".join(gzip.decompress(content).splitlines(keepends=True)[:-1]))


def other_count(content: bytes) -> bytes:
    """Of items."""
    told = json.loads(content)
    return json.dumps({**told, "itemCount": told["itemCount"] + 1}).encode()


def change(made: BackedUp, name: str, how: Change) -> str:
    """Change a file of the export; of several the largest. Returns its key."""
    s3 = made.account.client("s3")
    listed = s3.list_objects_v2(Bucket=made.bucket, Prefix=f"{made.folder}/{name}")["Contents"]
    key = max(listed, key=lambda each: int(each["Size"]))["Key"]
    body = s3.get_object(Bucket=made.bucket, Key=key)["Body"].read()
    s3.put_object(Bucket=made.bucket, Key=key, Body=how(body))
    return str(key)


def prove(made: BackedUp, stem: str) -> None:
    """The checksum of a manifest is that of what it holds now."""
    s3 = made.account.client("s3")
    body = s3.get_object(Bucket=made.bucket, Key=f"{made.folder}/{stem}.json")["Body"].read()
    s3.put_object(Bucket=made.bucket, Key=f"{made.folder}/{stem}.md5", Body=foreign.md5(body).encode())


@pytest.fixture(name="made")
def fixture_made(account: Account) -> BackedUp:
    made = restorable.backed_up(account, samples.simple("orders", ITEMS))
    made.delete_table()
    return made


def again(play: Play, made: BackedUp, **options: Any) -> dict[str, Any]:
    made.account.forget_calls()
    return play(restore, table="orders", to=NAME, bucket=made.bucket, wait_sleep=0.05, **options)


def refusal(play: Play, made: BackedUp, **options: Any) -> str:
    """Why nothing is made: nothing was written anywhere, and there is nothing to remove."""
    answer = again(play, made, **options)
    assert answer["failed"]
    assert mutations(made.account) == []
    assert (answer["resume"], answer["remove"]) == ("", [])
    return str(answer["msg"])


@pytest.mark.parametrize(
    ("name", "how", "why"),
    [
        (
            "data/",
            lambda held: held[:-20],
            r"data/\w+\.json\.gz, line \d+: it is cut: its compressed data ends",
        ),
        ("data/", damaged, r"data/\w+\.json\.gz, line \d+: it"),
        ("data/", fewer, "it is not the file that was written: its MD5 is another"),
        ("data/", lambda _held: b"", f"it is empty, and the manifest says {ITEMS // 4} items"),
        ("manifest-files.json", damaged, "manifest-files.json: it is not the manifest that was written"),
        ("manifest-summary.json", other_count, "manifest-summary.json: it is not the manifest that was"),
    ],
    ids=["cut", "damaged", "fewer", "empty", "manifest of files", "summary"],
)
def test_nothing_is_made(play: Play, made: BackedUp, name: str, how: Change, why: str) -> None:
    change(made, name, how)
    assert re.match(f"Nothing was made: .*{why}", refusal(play, made))


@pytest.mark.parametrize(
    ("name", "how", "why"),
    [
        (
            "manifest-summary",
            other_count,
            f"it says that there are {ITEMS + 1} items, and its files have {ITEMS}",
        ),
        (
            "manifest-files",
            lambda held: held.partition(b"\n")[2],
            f"there are {ITEMS} items, and its files have 300",
        ),
        ("manifest-files", lambda held: held + held, "manifest-files.json.* twice"),
    ],
)
def test_manifests_that_contradict_each_other(
    play: Play, made: BackedUp, name: str, how: Change, why: str
) -> None:
    """With checksums of their own."""
    change(made, f"{name}.json", how)
    prove(made, name)
    assert re.search(why, refusal(play, made))


@pytest.mark.parametrize(
    ("way", "how", "why"),
    [
        ("load", lambda held: held[:-20], "it is cut: its compressed data ends too early"),
        ("load", damaged, r"data/\w+\.json\.gz, line \d+: it"),
        ("load", fewer, "it is not the file that was written: its MD5 is another"),
        ("import", fewer, "it is not the file that was written: its MD5 is another"),
    ],
    ids=["load, cut", "load, damaged", "load, fewer", "import, fewer"],
)
def test_what_is_made_of_a_large_one_is_named(
    account: Account, play: Play, made: BackedUp, way: str, how: Change, why: str
) -> None:
    """A large one that has a manifest is not read before: what is wrong shows when it is loaded."""
    change(made, "data/", how)
    answer = again(play, made, way=way, load_up_to_mb=0)
    assert answer["failed"]
    assert re.search(why, answer["msg"])
    client = account.client("dynamodb")
    assert client.list_tables()["TableNames"] == [NAME]
    assert (
        f"There is now the table {NAME} in eu-west-1, which is not finished: do not use it" in answer["msg"]
    )
    assert answer["remove"][-1] == f"aws dynamodb delete-table --region eu-west-1 --table-name {NAME}"
    assert "call it again with table=orders" in answer["resume"]


def test_a_line_that_reaches_for_another_table(account: Account, play: Play) -> None:
    """With manifests and checksums that are right: what comes of it is refused before anything is sent."""
    bucket, client = restorable.bucket(account), account.client("dynamodb")
    samples.create(client, (samples.simple("orders", 5),))
    live = restorable.items(account, "orders")
    line = b'{"Item":{"id":{"S":"a"}}}}],"orders":[{"DeleteRequest":{"Key":{"id":{"S":"orders-1"}}}\n'
    for name, body in foreign.export({"a.json.gz": (1, gzip.compress(line))}).items():
        account.client("s3").put_object(Bucket=bucket, Key=f"theirs/{name}", Body=body)
    options = {"keys": {"id": "S"}, "from": {"bucket": bucket, "prefix": "theirs"}, "wait_sleep": 0.05}
    account.forget_calls()
    answer = play(restore, table="catalog", to=NAME, bucket=bucket, way="load", load_up_to_mb=0, **options)
    assert answer["failed"]
    assert "dynamodb:BatchWriteItem" not in mutations(account)
    assert re.search(
        r"data/a\.json\.gz, line 1: it is no line of a DynamoDB export: it is not JSON", answer["msg"]
    )
    assert answer["remove"][-1].endswith(f"--table-name {NAME}")
    assert restorable.items(account, "orders") == live
    assert len(live) == 5


def test_of_a_large_one_no_table_is_made_if_it_is_converted(
    account: Account, play: Play, made: BackedUp
) -> None:
    change(made, "data/", lambda held: held[:-20])
    answer = again(play, made, way="convert", load_up_to_mb=0)
    assert answer["failed"]
    assert "it is cut: its compressed data ends too early. No table was made yet." in answer["msg"]
    assert account.client("dynamodb").list_tables()["TableNames"] == []
    assert answer["remove"] == []
