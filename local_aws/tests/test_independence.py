# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The embedded AWS is a product of its own: it knows nothing of the repository that it stands in."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import local_aws

HERE = Path(local_aws.__file__).parent
FILES = sorted(str(path.relative_to(HERE)) for path in HERE.rglob("*.py"))
NEEDED = {
    "amazon", "awscli", "boto3", "botocore", "h11", "hypercorn", "lark", "ministack", "pytest",
    "time_machine",
}  # fmt: skip
ASK = """\
from local_aws.client.process import LocalAws
with LocalAws() as aws:
    print(aws.client("datapipeline").list_pipelines()["pipelineIdList"])
"""


@pytest.mark.parametrize("name", FILES)
def test_it_imports_itself_and_what_it_needs(name: str) -> None:
    tree = ast.parse((HERE / name).read_text(encoding="utf-8"))
    assert imported(tree) <= {"local_aws", *NEEDED, *sys.stdlib_module_names}


def imported(tree: ast.Module) -> set[str]:
    """The packages that a file imports from."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.name.split(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(str(node.module).split(".")[0])
    return found


@pytest.mark.aws
def test_it_runs_alone(tmp_path: Path) -> None:
    """A copy of the directory serves where nothing of the repository is."""
    shutil.copytree(HERE, tmp_path / "local_aws", ignore=shutil.ignore_patterns("tests", "__pycache__"))
    asked = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{ASK}"],
        cwd=tmp_path, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert asked.stdout == "[]\n", asked.stderr
