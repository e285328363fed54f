# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The stand-in over HTTP, on a loopback port, for who has the token."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .api import Api

TOKEN = "stand-in"


@contextmanager
def serve(api: Api) -> Iterator[str]:
    """Its address, while it runs."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body in one packet: two would each wait for the other's acknowledgement.
        wbufsize = -1
        disable_nagle_algorithm = True

        def handle_one(self) -> None:
            address = urlsplit(self.path)
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status: int = 401
            body: Any = {"detail": "Authentication credentials were not provided."}
            if self.headers.get("Authorization") == f"Bearer {TOKEN}":
                with lock:
                    query = parse_qsl(address.query, keep_blank_values=True)
                    given = json.loads(sent) if sent else {}
                    status, body = api.answer(self.command, address.path, query, given)
            content = b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("X-API-Product-Name", "AWX")
            self.send_header("X-API-Product-Version", "24.6.1")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """The journal says what was asked."""

    for method in ("GET", "POST", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.handle_one)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
