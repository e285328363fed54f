# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from local_aws.client.fixtures import account, faults, local_aws
from tests.unit.support.dynamodb_local import dynamodb_local, dynamodb_local_url
from tests.unit.support.loading import make_table

__all__ = ["account", "dynamodb_local", "dynamodb_local_url", "faults", "local_aws"]

LOCAL = pytest.param("dynamodb_local", marks=pytest.mark.newest)


@pytest.fixture(params=["account", LOCAL])
def aws(request: pytest.FixtureRequest) -> Aws:
    """A table in the embedded AWS, and in DynamoDB Local."""
    place = request.getfixturevalue(request.param)
    make_table(place.client("dynamodb"))
    return Aws(place.client)
