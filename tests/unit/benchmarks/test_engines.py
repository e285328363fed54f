# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

import pytest

from benchmarks import documents, engines


def test_the_page_on_engines_is_what_the_formulas_say() -> None:
    written = (documents.DOCS / "engines.md").read_text(encoding="utf-8")
    assert written == engines.page(), "Run: .venv/bin/python -m benchmarks --costs"


def test_a_run_of_a_shared_cluster_by_hand() -> None:
    """Two nodes of m5.xlarge, twelve minutes of them shared by ten tables, a minute for each."""
    hours = 0.2 / 10 + 1 / 60 + 10 / 180
    assert engines.price.run(10, 10) == pytest.approx(0.48 * hours + 10 * 131072 * 0.125e-6)
    month = 30.4 * (engines.price.run(10, 10) + 6 * 25e-6) + 0.6 + (35 + 14) * 10 * 0.023 + 0.1
    assert engines.pipeline_month(10, 1, 35, 10) == pytest.approx(month)


@pytest.mark.parametrize("tables", engines.SHARING)
def test_pipelines_are_cheaper_from_the_size_told_and_not_below(tables: int) -> None:
    size = engines.cheaper_from(1, 7, tables, recovery=True)
    assert size
    for other, cheaper in ((size, True), (size - 0.1, False)):
        month = engines.pipeline_month(other, 1, 7, tables)
        assert (month < engines.export_month(other, 1, 7, recovery=True)) == cheaper
