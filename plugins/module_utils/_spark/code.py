# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The code that is shipped with a job: a script of two lines, and a zip of the files that it needs of these.

What is needed is found by the imports, beginning at apply_job.py. In the zip the files keep their packages,
so that their imports of each other hold. The same files make the same bytes, and so the same name in the
bucket.
"""

from __future__ import annotations

import ast
import hashlib
import io
import zipfile
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from . import apply_job

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.machinery import ModuleSpec

PACKAGE = "tablekeeper_job"
# Imported so that Ansible brings it, with all that it imports, to where the module runs.
BEGIN = f"_spark.{apply_job.__name__.rpartition('.')[2]}"
SCRIPT = f"""\
import sys
from {PACKAGE}.{BEGIN} import main
main(sys.argv[1:])
"""
# The oldest that a zip can say.
_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Code:
    """What a job runs."""

    script: bytes
    library: bytes  # a zip

    @property
    def sha256(self) -> str:
        """Of both, in hexadecimal digits."""
        return hashlib.sha256(self.script + b"\0" + self.library).hexdigest()


def code() -> Code:
    """The code of this version of the collection."""
    sources = dict(sorted(_needed().items()))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as library:
        for name, source in sources.items():
            library.writestr(zipfile.ZipInfo(name, _TIME), source, zipfile.ZIP_DEFLATED)
    return Code(SCRIPT.encode(), buffer.getvalue())


def _needed() -> dict[str, str]:
    """Sources by their names in the zip: of all that the job imports, and of the packages around that."""
    found: dict[str, str] = {f"{PACKAGE}/__init__.py": ""}
    waiting = [BEGIN]
    while waiting:
        module = waiting.pop()
        source, is_package = _source(module)
        path = f"{PACKAGE}/{module.replace('.', '/')}"
        name = f"{path}/__init__.py" if is_package else f"{path}.py"
        if name in found:
            continue
        found[name] = source
        parents = [module.rpartition(".")[0]] if "." in module else []
        waiting += [*parents, *_imported(module, source, is_package=is_package)]
    return found


def _source(module: str) -> tuple[str, bool]:
    """The source of a module of this collection, also where Ansible runs it from a zip of its own."""
    spec = _spec(module)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"there is no {module} to be shipped with a job")
    source: str = spec.loader.get_source(spec.name) or ""  # type: ignore[attr-defined]  # all that are used have it
    return source, spec.submodule_search_locations is not None


def _spec(module: str) -> ModuleSpec | None:
    """Of a module, by its name from the rooms on; None if there is none."""
    try:
        return find_spec(f"{__package__.rpartition('.')[0]}.{module}")
    except ModuleNotFoundError:  # what would be around it is no package
        return None


def _imported(module: str, source: str, *, is_package: bool) -> Iterator[str]:
    """What a module imports of this collection while it runs, each from the top of its rooms."""
    tree = ast.parse(source)
    typing = {id(each) for node in tree.body if _is_for_types(node) for each in ast.walk(node)}
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or not node.level or id(node) in typing:
            continue
        base = package[: len(package) - node.level + 1]
        whole = [*base, node.module] if node.module else base
        named = [".".join([*whole, each.name]) for each in node.names]
        modules = [each for each in named if _spec(each)]
        yield from modules
        if len(modules) < len(named):
            yield ".".join(whole)


def _is_for_types(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
