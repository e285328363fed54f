# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Does one job after another in one Spark, since starting it takes seconds: a line asks, a line answers.

Run with the Python and the libraries that the job has. {"request": "s3://...", "region": ..., "env": {...}}
is answered with {"failed": ""}, or with the sentence that the job ended with.
"""

from __future__ import annotations

import json
import os
import sys

import boto3
from pyspark.sql import SparkSession
from tablekeeper_job._spark import apply_job, gather_files


def main() -> None:
    context = SparkSession.builder.getOrCreate().sparkContext
    for line in sys.stdin:
        asked = json.loads(line)
        os.environ.update(asked["env"])
        context.environment.update(asked["env"])  # what its workers have: others have other ones
        boto3.setup_default_session()
        gather_files.client.cache_clear()
        failed = ""
        try:
            apply_job.main(["--request", asked["request"], "--region", asked["region"]])
        except SystemExit as error:
            failed = str(error)
        sys.stdout.write(json.dumps({"failed": failed}) + "\n")
        sys.stdout.flush()


main()
