# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The door of the embedded AWS: every HTTP request passes here, is understood, checked, served, recorded."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from h11 import LocalProtocolError

from . import control, recorder, strict
from .wire import Call, Request, recognise

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_nowhere: list[Callable[[Call], bool]] = []


def break_off(leads_nowhere: Callable[[Call], bool]) -> None:
    """Hang up on calls to where AWS has no name to resolve, and on no others."""
    _nowhere.append(leads_nowhere)


def gateway(ministack: App) -> App:
    """ministack behind our control endpoints, the checks of requests, and the record of calls."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await ministack(scope, receive, send)
            return
        request = await _read(scope, receive)
        if request.path.startswith(control.PREFIX):
            status, body = await control.answer(
                request.method, request.path, parse_qs(request.query), request.body
            )
            await _respond(send, status, "application/json", body)
        else:
            await _serve(ministack, request, (scope, _once(request.body, receive), send))

    return app


async def _serve(ministack: App, request: Request, connection: tuple[Scope, Receive, Send]) -> None:
    scope, receive, send = connection
    call = recognise(request)
    if call and any(leads_nowhere(call) for leads_nowhere in _nowhere):
        await _break_off(send)
        return
    refusal = strict.refuse(call) if call else None
    status = 0

    async def watch(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        await send(message)

    if refusal:
        await _respond(watch, *refusal)
    else:
        await ministack(scope, receive, watch)
    if call:
        recorder.record(call, status)


async def _read(scope: Scope, receive: Receive) -> Request:
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    return Request(scope["method"], scope["path"], scope["query_string"].decode(), headers, b"".join(parts))


def _once(body: bytes, receive: Receive) -> Receive:
    """The body that was read already, then whatever else the connection brings."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay


async def _break_off(send: Send) -> None:
    """Promise more than is sent, so that nothing is, and the connection is closed: nobody is there."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
    with contextlib.suppress(LocalProtocolError):  # which is what makes hypercorn hang up
        await send({"type": "http.response.body", "body": b""})


async def _respond(send: Send, status: int, kind: str, body: bytes) -> None:
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
