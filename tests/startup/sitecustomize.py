# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes the many short processes that Ansible starts cost less. Python runs it when it starts.

tests/conftest.py puts the folder into PYTHONPATH. Ansible sends a zip of sources to a new Python for each
module, and Python keeps compiled files only of what is not in a zip: here they are kept, too, and those of
collections, which Ansible loads itself, and what it reads of two long files of YAML. Ansible keeps such a zip
for one playbook: here for all that find modules in the same places, while pytest runs. And what imports much
and ends soon need not look for garbage as often.
"""

from __future__ import annotations

import _imp
import gc
import hashlib
import importlib.util
import marshal
import os
import sys
import zipimport
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType

# Where zips are kept: a folder of this run of pytest's, which tests/conftest.py makes.
ZIPS = os.environ.get("TABLEKEEPER_TESTS_ZIPS")
ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "modules" / str(sys.implementation.cache_tag)
compile_source = zipimport._compile_source


def compile_once(pathname: str, source: bytes) -> CodeType:
    """The code of a source in a zip, as zipimport compiles it."""
    code: CodeType = once("code", source, lambda: compile_source(pathname, source))
    _imp._fix_co_filename(code, pathname)  # as Python does for compiled files that were moved
    return code


def once(kind: str, source: bytes, make: Callable[[], Any]) -> Any:
    """What is made of a source, from the file where it is kept, if any."""
    kept = CACHE / f"{kind}-{hashlib.sha256(source).hexdigest()}"
    try:
        return marshal.loads(kept.read_bytes())
    except FileNotFoundError:
        made = make()
    CACHE.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(f".{os.getpid()}")  # another process may look for it at the same time
    part.write_bytes(marshal.dumps(made))
    part.replace(kept)
    return made


class Changed:
    """Finds a module as Python would, and changes it when it is loaded."""

    def find_spec(self, name: str, *_place: object) -> ModuleSpec | None:
        change = CHANGES.pop(name, None)
        if not change:
            return None
        found = importlib.util.find_spec(name)
        if found and found.loader:
            load = found.loader.exec_module

            def load_and_change(module: ModuleType) -> None:
                load(module)
                change(module)

            found.loader.exec_module = load_and_change
        return found


def keep_compiled(finder: ModuleType) -> None:
    """Have what loads collections, and would compile each file in each process, ask `compile_once`."""
    finder.compile = lambda source, filename, **_how: compile_once(filename, source)


def keep_metadata(meta: ModuleType) -> None:
    """Have `meta/runtime.yml` of collections read once: that of Ansible itself is long."""
    read = meta._meta_yml_to_dict
    meta._meta_yml_to_dict = lambda text, content: once(
        "metadata", text.encode() if isinstance(text, str) else text, lambda: read(text, content)
    )


def keep_settings(manager: ModuleType) -> None:
    """Have the file that says which settings Ansible knows read once."""
    read = manager.yaml_load
    manager.yaml_load = lambda file: once("settings", text := file.read(), lambda: read(text))


def lead_to_zips(module_common: ModuleType) -> None:
    """Put a link where Ansible keeps the zips of a playbook, unless a test may have changed its collections.

    A test can name others that it does not change. Ansible locks what it makes there, against itself in
    other processes.
    """
    constants = module_common.C
    unchanged = {str(ROOT / ".collections"), os.environ.get("TABLEKEEPER_TESTS_UNCHANGED")}
    if not unchanged.intersection(constants.COLLECTIONS_PATHS):
        return
    places = (
        module_common.__file__,
        constants.COLLECTIONS_PATHS,
        constants.DEFAULT_MODULE_PATH,
        constants.DEFAULT_MODULE_UTILS_PATH,
    )
    kept = Path(ZIPS, hashlib.sha256(repr(places).encode()).hexdigest())
    kept.mkdir(exist_ok=True)
    Path(constants.DEFAULT_LOCAL_TMP, "ansiballz_cache").symlink_to(kept)


zipimport._compile_source = compile_once
CHANGES = {
    "ansible.config.manager": keep_settings,
    "ansible.utils.collection_loader._collection_finder": keep_compiled,
    "ansible.utils.collection_loader._collection_meta": keep_metadata,
}
if ZIPS:
    CHANGES["ansible.executor.module_common"] = lead_to_zips
sys.meta_path.insert(0, Changed())
gc.set_threshold(100_000, 50, 100)
