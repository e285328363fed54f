# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an older boto3 cannot ask is noted, in plain words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.unit.modules.old_boto import grow_old
from tests.unit.modules.status_info.backed import codes

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.unit.support.deployed import Target

    Ask = Callable[..., dict[str, Any]]


def test_what_keeps_alarms_quiet_is_not_seen_and_noted(
    backed: Target, look: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = {
        "Expression": f"at({backed.account.aws.now() - timedelta(hours=1):%Y-%m-%dT%H:%M})",
        "Duration": "PT4H",
    }
    backed.client("cloudwatch").put_alarm_mute_rule(
        Name="quiet",
        Rule={"Schedule": schedule},
        MuteTargets={"AlarmNames": ["tablekeeper-missed-orders"]},
    )
    assert (codes(look()), look()["notes"]) == (["alarm_muted"], [])
    grow_old(monkeypatch)
    answer = look()
    assert (answer["healthy"], codes(answer)) == (True, [])
    old = "the boto3 in use is too old to ask, 1.43 can."
    settings = (
        "whether somebody set EvaluationWindow and WarmUpConfiguration of an alarm, which may keep it quiet"
    )
    assert [(each["code"], each["message"]) for each in answer["notes"]] == [
        ("not_looked_at", f"It is not known {settings}: {old}"),
        ("not_looked_at", f"It is not known whether a rule mutes the alarms: {old}"),
    ]
