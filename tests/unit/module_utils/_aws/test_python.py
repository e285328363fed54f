# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import importlib
import sys
from types import SimpleNamespace

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import retry


def test_an_older_python_is_told_before_aws_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    class Version(tuple[int, ...]):
        major, minor = 3, 10

    old = SimpleNamespace(
        version_info=Version((3, 10, 4)), executable="/usr/bin/python3.10", modules=sys.modules
    )
    monkeypatch.setitem(sys.modules, "sys", old)  # type: ignore[arg-type]
    with pytest.raises(
        ImportError, match=r"needs Python 3\.11 or newer, and /usr/bin/python3\.10 is 3\.10: set ansi"
    ):
        importlib.reload(retry)
    monkeypatch.undo()
    importlib.reload(retry)
