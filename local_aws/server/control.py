# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The embedded AWS's own endpoints, all below ``/_local_aws/``: JSON in, JSON out, no signature."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

PREFIX = "/_local_aws/"
# A handler gets the query (or the JSON body) as one mapping; ValueError becomes a 400.
Handler = Callable[[dict[str, Any]], Any]
_routes: dict[tuple[str, str], Handler] = {}


def route(method: str, name: str, handler: Handler) -> None:
    """Answer ``method /_local_aws/name`` with handler, which runs in a worker thread."""
    _routes[(method, PREFIX + name)] = handler


async def answer(method: str, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, bytes]:
    """Run the handler of a control request; returns status and JSON."""
    handler = _routes.get((method, path))
    if handler is None:
        return 404, _json({"error": f"{method} {path} is not an endpoint of the embedded AWS."})
    try:
        arguments = {key: values[-1] for key, values in query.items()} | (json.loads(body) if body else {})
        return 200, _json(await asyncio.to_thread(handler, arguments))
    except ValueError as error:
        return 400, _json({"error": str(error)})


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
