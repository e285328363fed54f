# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sends the head of an answer together with what follows it.

hypercorn sends the head alone, which wakes a client twice: a quarter of what a short call costs the two.
"""

from __future__ import annotations

from typing import Any

import h11
from hypercorn.events import RawData
from hypercorn.protocol.h11 import H11Protocol


def install() -> None:
    H11Protocol._send_h11_event = _send  # type: ignore[assignment,method-assign]  # a function of ours


async def _send(protocol: Any, event: Any) -> None:
    """As hypercorn's own, but a head waits for the body, or the end. If neither may be sent, nothing is."""
    try:
        data = protocol.connection.send(event)
    except h11.LocalProtocolError:
        if protocol.connection.their_state != h11.ERROR:
            raise
        return
    if isinstance(event, h11.Response):
        protocol.head = data
    else:
        head, protocol.head = getattr(protocol, "head", b""), b""
        await protocol.send(RawData(head + data))
