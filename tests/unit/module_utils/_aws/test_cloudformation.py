# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import cloudformation


def test_a_change_set_that_is_not_there_needs_no_removal() -> None:
    client = boto3.client("cloudformation", "eu-west-1", aws_access_key_id="a", aws_secret_access_key="a")
    with Stubber(client) as stub:
        stub.add_client_error("delete_change_set", "ChangeSetNotFound", http_status_code=404)
        cloudformation.delete_change_set(client, "tk-store", "none")
        stub.add_client_error("delete_change_set", "InvalidChangeSetStatus")
        with pytest.raises(ClientError, match="InvalidChangeSetStatus"):
            cloudformation.delete_change_set(client, "tk-store", "at-work")
