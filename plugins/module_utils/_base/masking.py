# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Addresses that whoever knows them can use: the path of a webhook holds its key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_URL = re.compile(r"\s*(https?://)(?:[^/\s@]*@)?([^/\s]*)\S*\s*", re.IGNORECASE)
_WITHIN = re.compile(r"(https?://)(?:[^/\s\"'@]*@)?([^/\s\"']*)[^\s\"']*", re.IGNORECASE)


def webhooks(alerts: object) -> list[str]:
    """The web addresses among the subscribers, however wrong the list of them may be."""
    found = alerts if isinstance(alerts, (list, tuple)) else [alerts]
    endpoints = [each.get("endpoint") if isinstance(each, Mapping) else each for each in found]
    return [str(each) for each in endpoints if isinstance(each, str) and _URL.fullmatch(each)]


def masked(endpoint: str) -> str:
    """An address as it may be shown: of a web address the host, any other as it is."""
    return masked_within(endpoint.strip()) if _URL.fullmatch(endpoint) else endpoint


def masked_within(text: str) -> str:
    """Text that shows of every web address in it the host only."""
    return _WITHIN.sub(lambda url: f"{url[1]}{url[2]}/***", text)


def hidden(text: str, secrets: Iterable[str]) -> str:
    """Text without the secrets, the longest first, since one may begin as another does."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, masked(secret))
    return text


def masked_all(value: Any) -> Any:
    """Data in which every web address of a subscriber is masked."""
    if isinstance(value, Mapping):
        return {
            key: masked(each)
            if key in {"Endpoint", "endpoint"} and isinstance(each, str)
            else masked_all(each)
            for key, each in value.items()
        }
    return [masked_all(each) for each in value] if isinstance(value, list) else value
