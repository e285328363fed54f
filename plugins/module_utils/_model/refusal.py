# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A call that AWS did not answer: what was asked, and why it said no."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """A call that AWS did not answer."""

    call: str  # as IAM writes it: "s3:GetObject"
    code: str
    message: str
    denied: bool  # by a policy; otherwise AWS failed
