# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How work for a pipeline goes wrong."""

from __future__ import annotations


class FailedError(Exception):
    """The work failed; it may be tried again."""

    def __init__(self, code: str, message: str, trace: str = "", log: str = "") -> None:
        super().__init__(message)
        self.code, self.trace, self.log = code, trace, log

    def fields(self) -> dict[str, str]:
        """The runtime fields that tell it."""
        told = {"errorId": self.code, "errorMessage": str(self), "errorStackTrace": self.trace}
        return {key: value for key, value in (told | {"emrStepLog": self.log}).items() if value}


class LostError(Exception):
    """The resource is gone: nothing more can be done on it."""


class StoppedError(Exception):
    """The pipeline was deactivated or deleted."""
