# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the embedded AWS is and who asks it, as environment variables."""

from __future__ import annotations

HOST = "127.0.0.1"
ACCOUNT = "123456789012"
REGION = "eu-west-1"


def environment(url: str, account: str = ACCOUNT, region: str = REGION) -> dict[str, str]:
    """What a client must have in its environment to reach the embedded AWS as an account in a region."""
    return {
        "AWS_URL": url,
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": account,
        # No word of the language: Ansible puts stars in its place, wherever it stands in an output.
        "AWS_SECRET_ACCESS_KEY": "embedded-secret",
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
    }
