# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How an added operation answers: a dictionary becomes JSON, a ``RefusedError`` becomes AWS's error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.core.responses import error_response_json, json_response

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = tuple[int, dict[str, str], bytes]


class RefusedError(Exception):
    """An error that the API call itself answers."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class NotImitatedError(RefusedError):
    """AWS does this, the embedded AWS does not, and says so."""

    def __init__(self, message: str) -> None:
        super().__init__("NotImitatedException", f"The embedded AWS does not imitate this: {message}")


def answering(operation: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[dict[str, Any]], Answer]:
    """A JSON operation in the shape of ministack's own."""

    def answer(data: dict[str, Any]) -> Answer:
        try:
            response: Answer = json_response(operation(data))
        except RefusedError as error:
            response = error_response_json(error.code, str(error))
        return response

    return answer
