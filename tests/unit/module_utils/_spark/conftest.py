# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from local_aws.client.fixtures import account, local_aws
from tests.unit.support.dynamodb_local import dynamodb_local, dynamodb_local_url
from tests.unit.support.spark_session import spark

__all__ = ["account", "dynamodb_local", "dynamodb_local_url", "local_aws", "spark"]
