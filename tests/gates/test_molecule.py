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

# In the order in which each finds what it needs: what they deploy and back up first is removed last.
SCENARIOS = sorted(
    (path.parent.name for path in (ROOT / "extensions/molecule").glob("*/molecule.yml")),
    key=lambda name: (name == "teardown", name not in ("backup", "run"), name),
)


@pytest.mark.slow
def test_scenarios(account: Account, tmp_path: Path) -> None:
    named = [f"--scenario-name={scenario}" for scenario in SCENARIOS]
    run("molecule", "test", *named, env={**account.env(), **quick(), "ANSIBLE_HOME": str(tmp_path)})
