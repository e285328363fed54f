# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DynamoDBImport: the files that a manifest names, or all in a directory, written into a table.

https://github.com/awslabs/emr-dynamodb-connector (DynamoDBImport, ImportInputFormat)
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBPipeline.html

Items with the keys of what is there replace it. Only version 3 of the manifest is read, and its URLs are
taken as they are, though the export writes them quoted: a place with a blank in its name is not found again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from .tools import Place, ToolError, Work, order, read, table_of, told

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = 3
BATCH = 25


def run(work: Work) -> None:
    wanted = order(work)
    table_of(work, wanted, "Write")
    s3, dynamodb = work.client("s3"), work.client("dynamodb")
    try:
        urls = _inputs(s3, wanted.place)
        work.log(f"Number of S3 files: {len(urls)}")
        work.pause(wanted.table)
        requests = [
            {"PutRequest": {"Item": item}} for url in urls for item in _items(s3, url, work.generation)
        ]
        for begin in range(0, len(requests), BATCH):
            left = {wanted.table: requests[begin : begin + BATCH]}
            while left:
                left = dynamodb.batch_write_item(RequestItems=left)["UnprocessedItems"]
    except ClientError as error:
        raise ToolError(
            f'Exception in thread "main" java.io.IOException: Job failed! {told(error)}'
        ) from error
    work.log(f"Items written: {len(requests)}")


def _inputs(s3: Any, place: Place) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=place.bucket, Prefix=f"{place.path}/")
    keys = [found["Key"] for page in pages for found in page.get("Contents", ())]
    names = {key.removeprefix(f"{place.path}/") for key in keys}
    if not names:
        raise ToolError(f"java.io.FileNotFoundException: No such file or directory '{place}'")
    if "manifest" not in names:
        plain = sorted(name for name in names if name and "/" not in name and not name.startswith(("_", ".")))
        return [f"{place}/{name}" for name in plain]
    manifest = json.loads(_content(s3, f"{place}/manifest"))
    if manifest.get("version") != VERSION:
        raise ToolError(f"java.io.IOException: Unknown version of manifest: {manifest.get('version')}")
    return [entry["url"] for entry in manifest.get("entries", ())]


def _items(s3: Any, url: str, generation: int) -> Iterator[dict[str, Any]]:
    for line in _content(s3, url).splitlines():
        try:
            yield {name: read(value, generation) for name, value in json.loads(line).items()}
        except (ValueError, AttributeError) as error:
            raise ToolError(f"com.google.gson.JsonSyntaxException: {url}: {error}") from error


def _content(s3: Any, url: str) -> bytes:
    bucket, _slash, key = url.removeprefix("s3://").partition("/")
    content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return content
