# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Connections of botocore's, on which one thread has many calls under way.

With a thread for each call, calls take half as much again of the processor and more: Python hands its lock on
whenever one of them waits for the network. Here a request is sent without waiting for its answer, and the
answers are read later, one after another.

The connections are made by botocore's own pool, with its certificates and time-outs, and are then used as
Python's http.client does: urllib3 can only wait for an answer. With a proxy, or a botocore that hides its
pool, there are none.
"""

from __future__ import annotations

import contextlib
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

with contextlib.suppress(ImportError):  # it comes with botocore, handled by AnsibleAWSModule
    from urllib3.exceptions import HTTPError


class BrokenError(Exception):
    """A connection did not hold: whether the call was done is not known."""


class UnderWay(NamedTuple):
    """A call whose answer was not read yet."""

    connection: Any


class Connections:
    """As many as there are calls under way, each used again."""

    def __init__(self, session: Any, url: str) -> None:
        self._pool = _pool(session, url)
        self._path = urlsplit(url).path or "/"
        self._idle: list[Any] = []

    def begin(self, method: str, body: bytes, headers: Mapping[str, Any]) -> UnderWay | None:
        """Send a request; None if there are no connections."""
        if self._pool is None:
            return None
        connection: Any = self._idle.pop() if self._idle else self._pool._new_conn()  # noqa: SLF001 - as _pool() says
        try:
            if connection.sock is None:
                connection.connect()
            connection.sock.settimeout(self._pool.timeout.read_timeout)
            # Not urllib3's own, which sends head and body apart.
            HTTPConnection.request(connection, method, self._path, body, _texts(headers))
        except (OSError, HTTPException, HTTPError) as error:
            connection.close()
            raise BrokenError(str(error)) from error
        return UnderWay(connection)

    def end(self, under_way: UnderWay) -> tuple[int, Any, bytes]:
        """Status, headers and body of the answer."""
        connection = under_way.connection
        try:
            answer = HTTPConnection.getresponse(connection)
            content = answer.read()
        except (OSError, HTTPException, HTTPError) as error:
            connection.close()
            raise BrokenError(str(error)) from error
        if answer.will_close:
            connection.close()  # it connects anew for the next
        self._idle.append(connection)
        return answer.status, answer.headers, content


def _pool(session: Any, url: str) -> Any:
    """Where botocore takes its connections from. It has no other door, and one without is used as ever."""
    try:
        if session._proxy_config.proxy_url_for(url):  # noqa: SLF001 - as said
            return None
        pool = session._get_connection_manager(url).connection_from_url(url)  # noqa: SLF001 - as said
        session._setup_ssl_cert(pool, url, session._verify)  # noqa: SLF001 - as said
    except AttributeError:
        return None
    return pool if hasattr(pool, "_new_conn") and hasattr(pool, "timeout") else None


def _texts(headers: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: value.decode() if isinstance(value, bytes) else str(value) for name, value in headers.items()
    }
