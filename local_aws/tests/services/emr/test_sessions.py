# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Machines of many clusters get their credentials at the same time."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from ministack.services import emr, sts

from local_aws.services.emr import clusters

if TYPE_CHECKING:
    import pytest

MACHINES, SESSIONS = 4, 500


def test_none_is_in_the_way_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sts, "_sessions", {})
    monkeypatch.setattr(sts, "register_session", sts.register_session)
    monkeypatch.setattr(emr, "_HANDLERS", {**emr._HANDLERS})
    clusters.install()

    def register(machine: int) -> None:
        for number in range(SESSIONS):
            sts.register_session(f"{machine}-{number}", {"Expiration": time.time() + 60})

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(MACHINES) as pool:
            list(pool.map(register, range(MACHINES)))
    finally:
        sys.setswitchinterval(interval)
    assert len(sts._sessions) == MACHINES * SESSIONS
