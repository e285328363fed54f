# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A role is assumed with the credentials that botocore would find, told by botocore itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import botocore.session
import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.credentials import (
    PROFILE,
    ambiguous,
    configuration,
    options,
)

if TYPE_CHECKING:
    from pathlib import Path

ROLE = "arn:aws:iam::222222222222:role/tablekeeper"
KEYS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
WEB = {"AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn:aws:iam::111111111111:role/pod"}
CONTAINER = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"}
SSO = "[default]\nsso_session = corp\nregion = eu-west-1\n[sso-session corp]\nsso_start_url = https://x\n"


def read(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, str]]:
    """The profiles as botocore understands the file."""
    path = tmp_path / "config"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    profiles: dict[str, dict[str, str]] = botocore.session.Session().full_config["profiles"]
    return profiles


@pytest.mark.parametrize(
    ("environ", "profile", "config", "source"),
    [
        (KEYS, "", "", {"credential_source": "Environment"}),
        (KEYS, "", SSO, {"credential_source": "Environment"}),
        (KEYS, "hub", "", {"source_profile": "hub"}),
        ({"AWS_PROFILE": "mine"}, "", SSO, {"source_profile": "mine"}),
        (WEB, "", SSO, {"source_profile": "tablekeeper-source"}),
        (CONTAINER, "", SSO, {"source_profile": "default"}),
        (CONTAINER, "", "[default]\nregion = eu-west-1\n", {"credential_source": "EcsContainer"}),
        ({}, "", "not a configuration", {"credential_source": "Ec2InstanceMetadata"}),
        ({"AWS_ACCESS_KEY_ID": ""}, "", "", {"credential_source": "Ec2InstanceMetadata"}),
    ],
)
def test_the_role_is_assumed_with_what_there_is(
    environ: dict[str, str],
    profile: str,
    config: str,
    source: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = configuration(
        ROLE, region="eu-west-1", session="tablekeeper-awx-42", external_id="x1", profile=profile,
        environ=environ, config="" if config.startswith("not") else config, credentials="",
    )  # fmt: skip
    profiles = read(text, tmp_path, monkeypatch)
    assert profiles[PROFILE] == {
        "role_arn": ROLE,
        "role_session_name": "tablekeeper-awx-42",
        "region": "eu-west-1",
        "external_id": "x1",
        **source,
    }
    if environ is WEB:
        assert profiles["tablekeeper-source"]["web_identity_token_file"] == "/token"
    if config is SSO:
        assert profiles["default"]["sso_session"] == "corp"


def test_no_secret_is_written() -> None:
    keys = "aws_access_key_id = AKIA1\naws_secret_access_key=shh\naws_session_token = t\n"
    config = f"[profile hub]\n{keys}region = x\n"
    text = configuration(ROLE, region="eu-west-1", session="s", profile="hub", environ=KEYS, config=config)
    assert "AKIA1" not in text
    assert "shh" not in text
    assert "[profile hub]\nregion = x" in text


def test_a_profile_keeps_the_keys_of_the_environment_out() -> None:
    assert options("hub") == {"profile": "hub", "access_key": "", "secret_key": "", "session_token": ""}
    assert options("") == {}


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        (KEYS, False),
        ({"AWS_PROFILE": "a"}, False),
        ({**KEYS, "AWS_PROFILE": ""}, False),
        ({**KEYS, "AWS_PROFILE": "a"}, True),
        ({**KEYS, "AWS_DEFAULT_PROFILE": "a"}, True),
        ({"AWS_ACCESS_KEY": "a", "AWS_PROFILE": "a"}, True),
    ],
)
def test_a_profile_beside_keys_is_seen(environ: dict[str, str], told: bool) -> None:
    assert ambiguous(environ) is told
