# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The proof of the benchmark that an incident was undone, which test_quick.py has it give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.incident import Incident, Sizes
from benchmarks.target import BenchmarkError

if TYPE_CHECKING:
    from benchmarks.incident import Item
    from local_aws.client.fixtures import Account


def test_the_proof_fails_where_it_should(account: Account) -> None:
    """On a write that nobody wanted, a good one that was written over, one too many, and one too few."""
    incident = Incident(account.aws, account.id, Sizes(items=100, ruined=10, since=2, inserted=1, expired=1))
    incident.make()
    incident.happen()

    def told(*items: Item) -> str:
        before = len(incident.records())
        incident.put(items)
        with pytest.raises(BenchmarkError) as why:
            incident.prove(before)
        return str(why.value)

    rightly, ruined, expired = incident.numbers[0], incident.numbers[2], incident.numbers[-1]
    assert "good writes were lost" in told(incident.item(rightly))
    assert "other items were written" in told({**incident.item(3), "total": {"N": "0"}})
    assert "items were written more than once" in told(incident.item(ruined), incident.ruined(ruined))
    others = {**incident.item(5), "by": {"S": "other"}}
    assert "nobody else wrote meanwhile" in told(incident.item(ruined))
    assert "items were not put back" in told(others)
    incident.put([incident.ruined(ruined)])  # what changes nothing has no record
    again = {**others, "total": {"N": "9"}}
    whole = [incident.item(number) for number in (*incident.numbers[2:-1], *incident.inserted)]
    assert "items whose time was over were put back" in told(again, *whole, incident.item(expired))
