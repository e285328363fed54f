# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What AWS says when it means "later", and what sounds like that and is not."""

from __future__ import annotations

import random
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.stub import Stubber

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import dynamodb, kms, retry
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.export import recovery
from tests.unit.support.sleeping import without_waiting

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/export/01700000000000-abcdef01"


@pytest.fixture(name="waited", autouse=True)
def fixture_waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited each time; nobody really waits, and every wait is as long as it may be."""
    waits: list[float] = []
    without_waiting(monkeypatch, waits.append)
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    return waits


def client(service: str, endpoint_url: str | None = None) -> Any:
    made = boto3.client(
        service,
        "eu-west-1",
        endpoint_url=endpoint_url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    return retry.retrying(made)


def test_a_busy_control_plane_is_asked_again() -> None:
    asked = client("dynamodb")
    with Stubber(asked) as stub:
        stub.add_client_error("describe_export", "LimitExceededException")
        stub.add_response("describe_export", {"ExportDescription": {"ExportStatus": "COMPLETED"}})
        assert dynamodb.describe_export(asked, ARN) == {"ExportStatus": "COMPLETED"}


class Login(BaseHTTPRequestHandler):
    """A proxy that wants a login before it lets anything through."""

    def do_POST(self) -> None:
        body = b"<html>Log in</html>"
        self.send_response(200)
        self.send_header("Content-Type", "Text/HTML; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_said: Any) -> None:
        pass


@pytest.mark.parametrize(
    ("service", "operation"), [("dynamodb", "list_tables"), ("sns", "list_topics"), ("s3", "list_buckets")]
)
def test_a_web_page_is_no_answer_of_aws(service: str, operation: str, waited: list[float]) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Login) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        asked = client(service, endpoint_url=f"http://127.0.0.1:{server.server_port}")
        with pytest.raises(BotoCoreError, match=r"answered with a web page \(200\), and not by AWS"):
            getattr(asked, operation)()
        server.shutdown()
    assert waited == []


@pytest.mark.parametrize("code", ["LimitExceededException", "ContinuousBackupsUnavailableException"])
def test_where_it_does_not_mean_later_it_is_told_at_once(waited: list[float], code: str) -> None:
    asked = client("kms")
    with Stubber(asked) as stub:
        stub.add_client_error("describe_key", code)
        with pytest.raises(ClientError, match=code):
            kms.describe_key(asked, "1")
    assert waited == []


def test_every_code_is_one_that_aws_has() -> None:
    """In the model of its service, as the name of an error or as the code that stands for it."""
    session = boto3.session.Session()._session
    for service, codes in (
        *retry.BUSY.items(),
        *((service, codes) for (service, _operation), codes in retry.SETTLING.items()),
        ("dynamodb", recovery.LATER),
    ):
        model = session.get_service_model(service)
        known = {shape.name for shape in model.error_shapes} | {
            shape.error_code for shape in model.error_shapes
        }
        # S3 tells its codes in its list of error responses only.
        assert service == "s3" or set(codes) <= known, service
