# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The job in AWS Glue: deployed by its template, run by a real Spark, followed until it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark import document
from tests.unit.support.incident import Incident, images, request
from tests.unit.support.spark_jobs import Deployed, tell_of_spark
from tests.unit.support.spark_session import lines

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account
    from local_aws.client.process import LocalAws

pytestmark = pytest.mark.newest


@pytest.fixture
def deployed(local_aws: LocalAws, account: Account) -> Deployed:
    tell_of_spark(local_aws)
    made = Deployed(account)
    made.deploy()
    return made


def test_windows_make_the_plan_that_one_machine_would_make(deployed: Deployed) -> None:
    incident = Incident.of(deployed.bucket, 400)
    deployed.fill(incident.live())
    asked = request(
        document.PLAN,
        deployed.bucket,
        deployed.account.region,
        images(windows=incident.windows(deployed.s3)),
    )
    result = deployed.run(asked)
    assert lines(deployed.s3, deployed.bucket, result) == incident.plan(deployed.live())
    assert result["counts"] == {"same": 40, "put": 60, "delete": 20, "conflict": 20, "expired": 20}
    assert ("plan", "AWS Glue starts the machines") in deployed.told
