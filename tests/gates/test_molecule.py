# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The role scenarios of extensions/molecule, in one account; each may begin in an empty one as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.gates.tools import ROOT, quick, run

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.fixtures import Account

SCENARIOS = sorted(path.parent.name for path in (ROOT / "extensions/molecule").glob("*/molecule.yml"))


@pytest.mark.slow
def test_scenarios(account: Account, tmp_path: Path) -> None:
    for scenario in SCENARIOS:
        env = {**account.env(), **quick(), "MOLECULE_EPHEMERAL_DIRECTORY": str(tmp_path / scenario)}
        run("molecule", "test", "--scenario-name", scenario, env=env)
