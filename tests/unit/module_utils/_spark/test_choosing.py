# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import ast
import io
import sys
import zipfile

import pytest

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark.choose_engine import (
    MOST,
    to_plan,
    to_put_back,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._spark.code import code


class TestCode:
    def test_the_same_files_have_the_same_name(self) -> None:
        assert code().sha256 == code().sha256

    def test_nothing_of_ansible_is_shipped_and_the_rule_is(self) -> None:
        with zipfile.ZipFile(io.BytesIO(code().library)) as library:
            sources = {name: library.read(name).decode() for name in library.namelist()}
        shared = {"rule", "change", "deciding", "steps", "condition", "request", "log", "told"}
        assert {f"tablekeeper_job/_undo/{name}.py" for name in shared} <= sources.keys()
        imported = {
            name.split(".")[0]
            for source in sources.values()
            for node in ast.walk(ast.parse(source))
            for name in (
                [node.module]
                if isinstance(node, ast.ImportFrom) and not node.level and node.module
                else [each.name for each in node.names]
                if isinstance(node, ast.Import)
                else []
            )
        }
        brought = {"boto3", "botocore", "jmespath", "orjson", "pyspark", "urllib3"}
        assert imported - brought <= sys.stdlib_module_names


class TestEngines:
    def test_what_is_short_is_done_here(self) -> None:
        choice = to_plan("auto", 1_000_000)
        assert (choice.way.engine, choice.other.engine, choice.why) == ("local", "glue", "it is not long")
        assert choice.told == (
            "on this machine about 4 minutes, at no price (it is not long); on 2 machines of AWS Glue about "
            "3 minutes, $0.05 at $0.44 per DPU and hour of AWS Glue in us-east-1 (third-party pages)"
        )

    def test_what_takes_long_is_done_on_as_many_machines_as_end_soon(self) -> None:
        choice = to_plan("auto", 1_000_000_000)
        assert (choice.way.engine, choice.way.workers) == ("glue", MOST)
        assert choice.way.seconds < 3_600 < choice.other.seconds
        assert to_plan("auto", 100_000_000).way.workers == 15

    @pytest.mark.parametrize("engine", ["local", "glue"])
    def test_who_asks_for_one_gets_it(self, engine: str) -> None:
        for choice in (to_plan(engine, 10), to_put_back(engine, 10, 10, 500)):
            assert (choice.way.engine, choice.why) == (engine, "as it was asked for")

    def test_where_the_rate_is_the_limit_more_machines_do_not_help(self) -> None:
        choice = to_put_back("auto", 10_000_000, 10_000_000, 500)
        assert (choice.way.engine, choice.other.workers) == ("local", 3)
        assert choice.way.seconds == 20_000

    def test_a_high_rate_is_only_used_by_many(self) -> None:
        choice = to_put_back("auto", 100_000_000, 100_000_000, 40_000)
        assert choice.way.engine == "glue"
        assert choice.way.seconds < choice.other.seconds / 10
