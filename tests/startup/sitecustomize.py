# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes the many short processes that Ansible starts cost less. Python runs it when it starts.

tests/conftest.py puts the folder into PYTHONPATH. Ansible sends a zip of sources to a new Python for each
module, and Python keeps compiled files only of what is not in a zip: here they are kept, too. And what
imports much and ends soon need not look for garbage as often.
"""

from __future__ import annotations

import _imp
import gc
import hashlib
import marshal
import os
import sys
import zipimport
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import CodeType

CACHE = Path(__file__).parents[2] / ".cache" / "modules" / str(sys.implementation.cache_tag)
compile_source = zipimport._compile_source


def compile_once(pathname: str, source: bytes) -> CodeType:
    """The code of a source in a zip, as zipimport compiles it."""
    compiled = CACHE / hashlib.sha256(source).hexdigest()
    try:
        code = marshal.loads(compiled.read_bytes())
    except FileNotFoundError:
        code = compile_source(pathname, source)
        keep(compiled, code)
    _imp._fix_co_filename(code, pathname)  # as Python does for compiled files that were moved
    return code


def keep(compiled: Path, code: CodeType) -> None:
    """Put the file there whole, since another process may look for it at the same time."""
    CACHE.mkdir(parents=True, exist_ok=True)
    part = compiled.with_suffix(f".{os.getpid()}")
    part.write_bytes(marshal.dumps(code))
    part.replace(compiled)


zipimport._compile_source = compile_once
gc.set_threshold(100_000, 50, 100)
