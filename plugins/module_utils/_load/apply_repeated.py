# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A call that is made again and again, with nothing but another body.

botocore finds out anew for each call where it goes and who makes it, and takes the answer to pieces. Here it
does so for the first call. Those that follow are the same request: signed by the client's signer, with
credentials that are renewed as ever, and sent through its connections, with its proxies, certificates and
time-outs.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .apply_connections import Connections

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .apply_connections import UnderWay

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.awsrequest import AWSRequest
    from botocore.exceptions import ClientError
    from botocore.parsers import create_parser

OK = 200


@dataclass(frozen=True)
class _Request:
    """All of a request but its body, before it is signed."""

    method: str
    url: str
    headers: dict[str, str]
    context: dict[str, Any]  # what the signer looks at

    def with_body(self, body: bytes) -> AWSRequest:
        request = AWSRequest(self.method, self.url, self.headers, body)
        request.context = dict(self.context)
        return request


class RepeatedCall:
    """An operation of a client whose protocol is JSON."""

    def __init__(self, client: Any, operation: str) -> None:
        self._operation = operation
        self._events = client.meta.events
        self._created = f"request-created.{client.meta.service_model.service_id.hyphenize()}.{operation}"
        # botocore tells of its connections nowhere else. Without them all calls remain its own.
        self._connections: Any = getattr(getattr(client, "_endpoint", None), "http_session", None)
        self._request: _Request | None = None
        self._own: Connections | None = None  # until it is known where the call goes
        self._events.register_first(self._created, self._learn)

    @property
    def is_known(self) -> bool:
        """Whether a call was made that can be repeated."""
        return self._request is not None

    def send(self, body: bytes) -> bytes:
        """The body of the answer; ClientError and what else botocore's own call raises."""
        answer = self._connections.send(self._signed(body).prepare())
        return self._content(answer.status_code, answer.headers, answer.content)

    def ask(self, body: bytes) -> tuple[int, bytes]:
        """The status and the body of the answer, also of a refusal; BotoCoreError if there is none."""
        answer = self._connections.send(self._signed(body).prepare())
        return answer.status_code, answer.content

    def begin(self, body: bytes) -> UnderWay | None:
        """The same call, whose answer is read by end(), for one thread; None if it can only be sent.

        BrokenError says no more than that the connection did not hold.
        """
        request = self._signed(body)
        if self._own is None:
            self._own = Connections(self._connections, str(request.url))
        return self._own.begin(str(request.method), body, dict(request.headers.items()))

    def end(self, under_way: UnderWay) -> bytes:
        """The body of the answer to what was begun; ClientError or BrokenError."""
        if self._own is None:
            raise ValueError(f"no call of {self._operation} was begun")
        return self._content(*self._own.end(under_way))

    def _signed(self, body: bytes) -> AWSRequest:
        if self._request is None:
            raise ValueError(f"there was no call of {self._operation} yet")
        request = self._request.with_body(body)
        self._events.emit(self._created, request=request, operation_name=self._operation)
        return request

    def _content(self, status: int, headers: Mapping[str, str], content: bytes) -> bytes:
        if status != OK:
            raise ClientError(_refusal(status, headers, content), self._operation)
        return content

    def _learn(self, request: AWSRequest, **_event: Any) -> None:
        if self._request is None and self._connections is not None:
            # That it was tried before is not true of another call.
            context = {name: value for name, value in request.context.items() if name != "retries"}
            self._request = _Request(
                str(request.method), str(request.url), dict(request.headers.items()), context
            )


def _refusal(status: int, headers: Mapping[str, str], content: bytes) -> Any:
    told = {"status_code": status, "headers": headers, "body": content}
    parser: Any = create_parser("json")
    return parser.parse(told, None)  # what is no error would have a shape
