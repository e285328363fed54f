# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables of given items, and backups of others, to be compared."""

from __future__ import annotations

import gzip
import json
import time
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare import gather
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats import read
from tests.recorded.exports import bucket, make_bucket
from tests.unit.support import foreign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._compare.compared import Compared
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.progress import Progress
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.formats.parts import Reading
    from local_aws.client.fixtures import Account
    from tests.unit.support.items import Item

TABLE = "orders-restored"
KEYS = {"pk": "S", "sk": "N"}
# Every type, at depth too, spelled as DynamoDB does.
EVERY_TYPE: Item = {
    "pk": {"S": "every"},
    "sk": {"N": "1"},
    "n": {"N": "12345678901234567890123456789012345678"},
    "bin": {"B": "AAH/"},
    "yes": {"BOOL": True},
    "none": {"NULL": True},
    "empty": {"S": ""},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1", "2.5"]},
    "bs": {"BS": ["AA==", "AQ=="]},
    "deep": {"M": {"list": {"L": [{"M": {"bin": {"B": "AAECAw=="}, "n": {"N": "1"}}}, {"NULL": True}]}}},
    "é\u2028\x1f": {"S": "\u0085\U0001f600"},
}


def numbered(count: int) -> list[Item]:
    """Items that are told apart by number."""
    return [
        {"pk": {"S": f"A#{number}"}, "sk": {"N": f"{number % 7}"}, "v": {"S": f"value {number}"}}
        for number in range(count)
    ]


def reading(items: Sequence[Item], files: int = 1) -> Reading:
    """An export of these items."""
    parts = {f"a{number}.json.gz": items[number::files] for number in range(files)}
    made = {name: (len(held), gzip.compress(foreign.export_lines(held))) for name, held in parts.items()}
    return read.open_backup(foreign.source(foreign.export(made)))


def make_table(account: Account, items: Sequence[Item], keys: Mapping[str, str] = KEYS) -> None:
    """A table with these items, by an import."""
    make_bucket(account)
    body = gzip.compress("".join(json.dumps({"Item": item}) + "\n" for item in items).encode())
    account.client("s3").put_object(Bucket=bucket(account), Key="in/a.json.gz", Body=body)
    client = account.client("dynamodb")
    arn = client.import_table(
        S3BucketSource={"S3Bucket": bucket(account), "S3KeyPrefix": "in/"},
        InputFormat="DYNAMODB_JSON",
        InputCompressionType="GZIP",
        TableCreationParameters={
            "TableName": TABLE,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": kind} for name, kind in keys.items()
            ],
            "KeySchema": [
                {"AttributeName": name, "KeyType": kind}
                for name, kind in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
        },
    )["ImportTableDescription"]["ImportArn"]
    gives_up = time.monotonic() + 60
    while (found := client.describe_import(ImportArn=arn)["ImportTableDescription"])[
        "ImportStatus"
    ] == "IN_PROGRESS":
        assert time.monotonic() < gives_up
        time.sleep(0.05)
    assert (found["ImportStatus"], found["ImportedItemCount"]) == ("COMPLETED", len(items)), found


def compare(
    where: Account | Aws,
    expected: Reading,
    keys: Mapping[str, str] = KEYS,
    tell: list[Progress] | None = None,
    **options: Any,
) -> Compared:
    """The table against the backup."""
    told: list[Progress] = [] if tell is None else tell
    aws = where if isinstance(where, Aws) else Aws(where.client)
    return gather.compare(aws, TABLE, keys, expected, told.append, gather.Options(**options))
