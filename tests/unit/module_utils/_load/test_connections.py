# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Calls under way on connections of botocore's own making: its certificates, its proxies, its time-outs."""

from __future__ import annotations

import ipaddress
import ssl
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._load import apply_connections
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._load.apply_batch import NotLoadedError
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._load.apply_connections import (
    BrokenError,
    Connections,
)
from tests.unit.support.loading import EVERY_TYPE, exported, load, numbered, spelled
from tests.unit.support.table_stub import table_stub

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = ipaddress.ip_address("127.0.0.1")
ITEMS = numbered(2_000, **EVERY_TYPE)


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """What a server shows, and the bundle that vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    bundle, private = tmp_path / "bundle.pem", tmp_path / "key.pem"
    bundle.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(bundle, private)
    return context, bundle


def test_each_connection_has_many_calls() -> None:
    with table_stub() as stub:
        load(stub.aws(), exported(ITEMS), at_once=4)
        assert spelled(stub.items.values()) == spelled(ITEMS)
        assert len(stub.asked) == 80
        # The first call is botocore's own.
        assert len({asked.port for asked in stub.asked}) == 1 + 4


def test_answers_are_waited_for_together() -> None:
    """80 calls of 50 ms each, 16 at once."""
    with table_stub(delay=0.05) as stub:
        began = time.monotonic()
        load(stub.aws(), exported(ITEMS))
        assert time.monotonic() - began < 80 * 0.05 / 2
        assert max(stub.calls) - min(stub.calls) < 80 * 0.05 / 2


def test_with_a_certificate(tls: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    context, bundle = tls
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    with table_stub(context) as stub:
        load(stub.aws(), exported(ITEMS), at_once=4)
        assert spelled(stub.items.values()) == spelled(ITEMS)
        assert len({asked.port for asked in stub.asked}) == 1 + 4


def test_a_certificate_that_nobody_vouches_for(tls: tuple[ssl.SSLContext, Path]) -> None:
    context, _bundle = tls
    with table_stub(context) as stub:
        client = stub.client("dynamodb")
        connections = Connections(client._endpoint.http_session, f"{stub.url}/")
        with pytest.raises(BrokenError, match="certificate verify failed"):
            connections.begin("POST", b"{}", {})
        assert not stub.asked


def test_a_proxy_is_left_to_botocore(monkeypatch: pytest.MonkeyPatch) -> None:
    with table_stub() as proxy, table_stub() as stub:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        # It answers itself what it is to pass on.
        load(stub.aws(), exported(ITEMS))
        assert spelled(proxy.items.values()) == spelled(ITEMS)
        assert (len(proxy.asked), len(stub.asked)) == (80, 0)


def test_a_botocore_with_other_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply_connections, "_pool", lambda *_where: None)
    with table_stub() as stub:
        load(stub.aws(), exported(ITEMS))
        assert spelled(stub.items.values()) == spelled(ITEMS)


def test_one_item_that_is_refused_ends_the_load_soon() -> None:
    """Not when all others were sent."""
    refused = (400, "x#ValidationException")
    items = numbered(20_000)
    with table_stub(refuses=lambda call: refused if call > 40 else None, delay=0.002) as stub:
        with pytest.raises(NotLoadedError, match=r"line \d+: DynamoDB refuses the item"):
            load(stub.aws(), exported(items))
        assert len(stub.asked) < 400
