# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a subscription may ask for, and which messages its filter policy lets through.

Imitates docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html, "Filter policy constraints"
and "Raw message delivery" (docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html,
sns-large-payload-raw-message-delivery.html) and "Payload-based message filtering"
(aws.amazon.com/blogs/compute/introducing-payload-based-message-filtering-for-amazon-sns), where a policy
reaches into the objects of a list. With another text for each protocol it is compared with the one that the
subscriber would get, which is not documented.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from contextvars import ContextVar
from math import prod
from typing import TYPE_CHECKING, Any

from ministack.services import sns as ministack_sns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCOPES = ("MessageAttributes", "MessageBody")
RAW_PROTOCOLS = frozenset({"sqs", "http", "https", "firehose"})
MOST_KEYS, MOST_COMBINATIONS = 5, 150
PROPERTIES = ("FilterPolicyScope", "FilterPolicy", "RawMessageDelivery")

_attributes: ContextVar[dict[str, Any] | None] = ContextVar("attributes", default=None)


def install() -> None:
    ministack_sns._policy_matches = _matching(ministack_sns._policy_matches)
    ministack_sns._matches_filter_policy = _seeing(ministack_sns._matches_filter_policy)


@contextmanager
def seeing(attributes: dict[str, Any]) -> Iterator[None]:
    """Compare filter policies with these attributes, whatever is delivered."""
    token = _attributes.set(attributes)
    try:
        yield
    finally:
        _attributes.reset(token)


def _seeing(original: Callable[..., bool]) -> Callable[..., bool]:
    def matches(subscription: dict[str, Any], given: dict[str, Any], message: str = "") -> bool:
        known = _attributes.get()
        return original(subscription, given if known is None else known, message)

    return matches


def _matching(original: Callable[..., bool]) -> Callable[..., bool]:
    """Also what a policy says of the objects of a list: one of them has to match in all."""

    def matches(policy: dict[str, Any], lookup: Any, nested: bool = False) -> bool:
        inner = {key: rules for key, rules in policy.items() if nested and isinstance(rules, dict)}
        for key, rules in inner.items():
            present, values, _any = lookup(key)
            found = [each for each in values if isinstance(each, dict)] if present else []
            if not any(matches(rules, ministack_sns._body_lookup(each), True) for each in found):
                return False
        outer = {key: rules for key, rules in policy.items() if key not in inner}
        return not outer or original(outer, lookup, nested)

    return matches


def refused(protocol: str, wanted: dict[str, str]) -> str:
    """The attributes that a subscription of a protocol has or would get; the fault, or an empty string."""
    scope = wanted.get("FilterPolicyScope") or SCOPES[0]
    if scope not in SCOPES:
        return (
            f"FilterPolicyScope: Invalid value [{scope}]. Please use either MessageBody or MessageAttributes"
        )
    raw = wanted.get("RawMessageDelivery") or "false"
    if raw.lower() not in ("true", "false"):
        return f"RawMessageDelivery: Invalid value [{raw}]. Must be true or false."
    if raw.lower() == "true" and protocol not in RAW_PROTOCOLS:
        return f"Attributes Reason: Delivery protocol [{protocol}] does not support raw message delivery."
    problem = _refused_policy(wanted.get("FilterPolicy") or "{}", scope)
    return f"FilterPolicy: {problem}" if problem else ""


def _refused_policy(text: str, scope: str) -> str:
    try:
        policy = json.loads(text)
    except ValueError:
        return "failed to parse JSON."
    if not isinstance(policy, dict):
        return "Filter policy must be a JSON object"
    if len(policy) > MOST_KEYS:
        return f"Filter policy can not have more than {MOST_KEYS} keys"
    sizes: list[int] = []
    problem = _walk(policy, scope, 1, sizes)
    return problem or ("Filter policy is too complex" if prod(sizes) > MOST_COMBINATIONS else "")


def _walk(policy: dict[str, Any], scope: str, depth: int, sizes: list[int]) -> str:
    for key, rules in policy.items():
        if key == "$or" and ministack_sns._is_or_operator(rules):
            inner = [_walk(each, scope, depth, sizes) for each in rules]
            if problem := next(filter(None, inner), ""):
                return problem
        elif isinstance(rules, dict):
            if scope == SCOPES[0]:
                return "Filter policy scope MessageAttributes does not support nested filter policy"
            if problem := _walk(rules, scope, depth + 1, sizes):
                return problem
        elif not isinstance(rules, list):
            return f'"{key}" must be an object or an array'
        elif not rules:
            return "Empty arrays are not allowed"
        else:
            sizes.append(len(rules) * depth)
    return ""
