# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What leads to the account of a target that has a profile or a role of its own.

A role is assumed by botocore itself, which does so again before a session ends; it takes the role from a
profile of a configuration file only. See
https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html
"""

from __future__ import annotations

import configparser
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PROFILE = "tablekeeper-target"
SOURCE = "tablekeeper-source"
# Amazon's modules look for these, and want no keys beside a profile: an empty one keeps what is in the
# environment out.
KEYS = ("access_key", "secret_key", "session_token")
KEYS_OF_ENVIRONMENT = ("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY")
PROFILES_OF_ENVIRONMENT = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
_CONTAINER = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
_LEAD_SOMEWHERE = (
    "aws_access_key_id",
    "credential_process",
    "login_session",
    "role_arn",
    "sso_session",
    "sso_start_url",
)
_SECRET = re.compile(r"^\s*aws_(access_key_id|secret_access_key|session_token)\s*=.*\n?", re.MULTILINE)


def options(profile: str) -> dict[str, str]:
    """What each module is told, so that this profile is used and nothing else."""
    return {"profile": profile, **dict.fromkeys(KEYS, "")} if profile else {}


def first_of(names: tuple[str, ...], environ: Mapping[str, str]) -> str:
    """The value of the first variable that is set and not empty."""
    return next((environ[name] for name in names if environ.get(name)), "")


def ambiguous(environ: Mapping[str, str]) -> bool:
    """Whether the environment has a profile beside keys: most tools take the keys and say nothing."""
    return bool(first_of(KEYS_OF_ENVIRONMENT, environ) and first_of(PROFILES_OF_ENVIRONMENT, environ))


def configuration(
    role: str,
    *,
    region: str,
    session: str,
    external_id: str = "",
    profile: str = "",
    environ: Mapping[str, str],
    config: str = "",
    credentials: str = "",
) -> str:
    """A file with a profile that assumes the role, beside the user's own profiles, and without secrets."""
    lines = [
        f"[profile {PROFILE}]",
        f"role_arn = {role}",
        f"role_session_name = {session}",
        f"region = {region}",
    ]
    lines += [f"external_id = {external_id}"] if external_id else []
    lines += _source(profile, environ, [config, credentials])
    return "\n".join([*lines, "", _SECRET.sub("", config)])


def _source(profile: str, environ: Mapping[str, str], files: list[str]) -> list[str]:
    """Whose credentials assume the role: in the order in which botocore looks for credentials."""
    if not profile and first_of(KEYS_OF_ENVIRONMENT, environ):
        return ["credential_source = Environment"]
    if named := profile or first_of(PROFILES_OF_ENVIRONMENT, environ):
        return [f"source_profile = {named}"]
    if environ.get("AWS_WEB_IDENTITY_TOKEN_FILE") and environ.get("AWS_ROLE_ARN"):
        return [
            f"source_profile = {SOURCE}",
            "",
            f"[profile {SOURCE}]",
            f"role_arn = {environ['AWS_ROLE_ARN']}",
            f"web_identity_token_file = {environ['AWS_WEB_IDENTITY_TOKEN_FILE']}",
        ]
    if any(_has_default(text) for text in files):
        return ["source_profile = default"]
    if first_of(_CONTAINER, environ):
        return ["credential_source = EcsContainer"]
    return ["credential_source = Ec2InstanceMetadata"]


def _has_default(text: str) -> bool:
    parser = configparser.RawConfigParser(strict=False, default_section="")
    try:
        parser.read_string(text)
    except configparser.Error:
        return False
    return parser.has_section("default") and any(parser.has_option("default", key) for key in _LEAD_SOMEWHERE)
