# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Calls that repeat botocore's own: each is signed anew, for what it holds and by whoever may call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials, RefreshableCredentials

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._load import apply_repeated
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._load.apply_client import BatchClient
from tests.unit.support.loading import TABLE
from tests.unit.support.table_stub import table_stub

if TYPE_CHECKING:
    from tests.unit.support.table_stub import Asked

pytestmark = pytest.mark.newest

LINES = [b'{"Item":{"pk":{"S":"%d"},"b":{"B":"AAH/"}}}' % number for number in range(7)]


def signature(asked: Asked, credentials: Credentials) -> str:
    """What botocore alone would sign such a request with."""
    auth = SigV4Auth(credentials, "dynamodb", "eu-west-1")
    names = asked.headers["Authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    headers = {name: asked.headers[name] for name in names}
    request = AWSRequest("POST", f"http://{asked.headers['Host']}/", headers, asked.body)
    request.context["timestamp"] = asked.headers["X-Amz-Date"]
    found: str = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    return found


def test_each_call_is_signed_for_its_own_content() -> None:
    with table_stub() as stub:
        client = BatchClient(stub.aws(), TABLE, 1)
        for number in range(len(LINES)):
            client.write(LINES[number:])
    assert len(stub.items) == len(stub.asked) == len(LINES)
    credentials = Credentials("stub", "stub")
    signed = [asked.headers["Authorization"].rpartition("Signature=")[2] for asked in stub.asked]
    assert signed == [signature(asked, credentials) for asked in stub.asked]


def test_only_the_first_call_is_botocore_s_own() -> None:
    with table_stub() as stub:
        own: list[str] = []
        aws = stub.aws()
        client = BatchClient(aws, TABLE, 1)
        client._client.meta.events.register("before-call", lambda **_event: own.append("call"))
        for _each in range(3):
            client.write(LINES)
    assert (len(own), len(stub.asked)) == (1, 3)
    first, *later = [asked.headers for asked in stub.asked]
    for name in ("X-Amz-Target", "Content-Type", "User-Agent"):
        assert {each[name] for each in later} == {first[name]}
    assert "amz-sdk-invocation-id" in first
    assert not [each for each in later if "amz-sdk-invocation-id" in each]


def test_credentials_are_renewed() -> None:
    keys = iter("abcdef")

    def renewed() -> dict[str, str]:
        """Such that they must be renewed at once."""
        key = next(keys)
        expiry = datetime.now(UTC) + timedelta(seconds=1)
        return {"access_key": key, "secret_key": key, "token": f"of {key}", "expiry_time": expiry.isoformat()}

    session = botocore.session.get_session()
    session._credentials = RefreshableCredentials.create_from_metadata(renewed(), renewed, "test")
    with table_stub() as stub:

        def connect(service: str, config: Any = None) -> Any:
            made = boto3.Session(botocore_session=session)
            return made.client(service, "eu-west-1", endpoint_url=stub.url, config=config)

        client = BatchClient(Aws(connect), TABLE, 1)
        for _each in range(3):
            client.write(LINES)
    tokens = [asked.headers["X-Amz-Security-Token"] for asked in stub.asked]
    assert len(set(tokens)) == 3
    for asked, token in zip(stub.asked, tokens, strict=True):
        key = token.removeprefix("of ")
        assert f"Credential={key}/" in asked.headers["Authorization"]
        assert asked.headers["Authorization"].endswith(signature(asked, Credentials(key, key, token)))


def test_a_botocore_that_hides_its_connections_makes_all_calls_itself() -> None:
    with table_stub() as stub:
        client = BatchClient(stub.aws(), TABLE, 1)
        client._repeated._connections = None
        for _each in range(2):
            client.write(LINES)
    assert all("amz-sdk-invocation-id" in asked.headers for asked in stub.asked)
    assert len(stub.items) == len(LINES)


def test_nothing_is_repeated_that_was_not_called() -> None:
    with table_stub() as stub:
        repeated = apply_repeated.RepeatedCall(stub.client("dynamodb"), "BatchWriteItem")
        with pytest.raises(ValueError, match="no call of BatchWriteItem yet"):
            repeated.send(b"{}")
