# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes the many short processes that Ansible starts cost less. Python runs it when it starts.

tests/conftest.py puts the folder into PYTHONPATH, tests/gates/sanity.py into environments of ansible-test.
Ansible sends a zip of sources to a new Python for each module, and Python keeps compiled files only of what
is not in a zip: here they are kept, too, and those of collections, which Ansible loads itself, the methods of
dataclasses, and what it reads of two long files of YAML. Ansible keeps such a zip for one playbook, and for
each task it compiles templates and reads what plugins document: here these are kept for all that find plugins
in the same places, while pytest runs. And what imports much and ends soon need not look for garbage as often.
"""

from __future__ import annotations

import _imp
import functools
import gc
import hashlib
import importlib
import importlib.util
import marshal
import os
import pickle
import sys
import types
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
# For each environment: what Python warns of when it compiles a file is an error in those of ansible-test.
CACHE = ROOT / ".cache" / "modules" / Path(sys.prefix).name / str(sys.implementation.cache_tag)
compile_source = zipimport._compile_source


def compile_once(pathname: str, source: bytes) -> CodeType:
    """The code of a source in a zip, as zipimport compiles it."""
    code: CodeType = once(CACHE, "code", source, lambda: compile_source(pathname, source))
    _imp._fix_co_filename(code, pathname)  # as Python does for compiled files that were moved
    return code


def once(folder: Path, kind: str, source: bytes, make: Callable[[], Any]) -> Any:
    """What is made of a source, from the file where it is kept, if any."""
    kept = folder / f"{kind}-{hashlib.sha256(source).hexdigest()}"
    try:
        return marshal.loads(kept.read_bytes())
    except FileNotFoundError:
        made = make()
    folder.mkdir(parents=True, exist_ok=True)
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


def keep_methods(dataclasses: ModuleType) -> None:
    """Have the methods that are written for a dataclass compiled once: that is most of what one costs."""

    def execute(source: str, *places: Any) -> None:
        compiled = once(
            CACHE, "methods", source.encode(), lambda: compile(source, "<string>", "exec", dont_inherit=True)
        )
        exec(compiled, *places)

    vars(dataclasses)["exec"] = execute


def keep_metadata(meta: ModuleType) -> None:
    """Have `meta/runtime.yml` of collections read once: that of Ansible itself is long."""
    read = meta._meta_yml_to_dict
    meta._meta_yml_to_dict = lambda text, content: once(
        CACHE, "metadata", text.encode() if isinstance(text, str) else text, lambda: read(text, content)
    )


def keep_settings(manager: ModuleType) -> None:
    """Have the file that says which settings Ansible knows read once."""
    read = manager.yaml_load
    manager.yaml_load = lambda file: once(CACHE, "settings", text := file.read(), lambda: read(text))


def kept_here(kind: str) -> Path | None:
    """A folder for what depends on where Ansible finds plugins, unless a test may change its collections.

    A test can name others that it does not change.
    """
    constants = importlib.import_module("ansible.constants")
    unchanged = {str(ROOT / ".collections"), os.environ.get("TABLEKEEPER_TESTS_UNCHANGED")}
    if not unchanged.intersection(constants.COLLECTIONS_PATHS):
        return None
    places = (
        constants.__file__,
        constants.COLLECTIONS_PATHS,
        constants.DEFAULT_MODULE_PATH,
        constants.DEFAULT_MODULE_UTILS_PATH,
    )
    folder = Path(ZIPS, f"{kind}-{hashlib.sha256(repr(places).encode()).hexdigest()}")
    folder.mkdir(exist_ok=True)
    return folder


def keep_documentation(loader: ModuleType) -> None:
    """Have the documentation of plugins read once.

    Ansible reads that of all connections when it starts, and that of a lookup for each task that asks it.
    """
    folder = kept_here("documentation")
    if not folder:
        return
    read, origin = loader.yaml.load, loader._tags.Origin

    def read_once(text: Any, **how: Any) -> Any:
        if not isinstance(text, str):
            return read(text, **how)
        key = f"{origin.get_tag(text)!r} {text}".encode()  # what is read knows where it is from
        return pickle.loads(once(folder, "documentation", key, lambda: pickle.dumps(read(text, **how))))

    loader.yaml = types.SimpleNamespace(load=read_once)


def keep_templates(templating: ModuleType) -> None:
    """Have Jinja compile each template once: Ansible would in each process, so for each task, all it needs.

    What is made of a text depends on how it is read, and on which parameters the filters in it have.
    """
    folder = kept_here("templates")
    if not folder:
        return
    names, context = templating._TEMPLATE_OVERRIDE_FIELD_NAMES, templating._TemplateCompileContext
    compile_template = templating.AnsibleEnvironment.compile

    def compile_kept(environment: Any, source: Any, *how: Any, **more: Any) -> Any:
        reading = context.current(optional=True)
        if how or more or not reading or not isinstance(source, str):
            return compile_template(environment, source, *how, **more)
        settings = [reading.escape_backslashes, *(getattr(environment, name) for name in names)]
        key = repr((settings, str(source))).encode()
        return once(folder, "template", key, lambda: compile_template(environment, source))

    templating.AnsibleEnvironment.compile = compile_kept


def lead_to_zips(module_common: ModuleType) -> None:
    """Put a link where Ansible keeps the zips of a playbook: it locks what it makes there."""
    if folder := kept_here("zips"):
        Path(module_common.C.DEFAULT_LOCAL_TMP, "ansiballz_cache").symlink_to(folder)


zipimport._compile_source = compile_once
# What finds a module there asks for its code, and what loads it a moment later again.
zipimport._get_module_code = functools.lru_cache(maxsize=1)(zipimport._get_module_code)
CHANGES = {
    "dataclasses": keep_methods,
    "ansible.config.manager": keep_settings,
    "ansible.utils.collection_loader._collection_finder": keep_compiled,
    "ansible.utils.collection_loader._collection_meta": keep_metadata,
}
if ZIPS:
    CHANGES["ansible._internal._templating._jinja_bits"] = keep_templates
    CHANGES["ansible.plugins.loader"] = keep_documentation
    CHANGES["ansible.executor.module_common"] = lead_to_zips
sys.meta_path.insert(0, Changed())
gc.set_threshold(100_000, 50, 100)
