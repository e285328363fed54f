# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._repairs import repairs
from tests.unit.module_utils.evidence import deviation


def test_what_others_added_is_left_alone() -> None:
    extended = deviation("SNS::TopicPolicy", "AlertsTopicPolicy", "extended")
    assert not repairs([extended])
    altered = deviation("SNS::TopicPolicy", "AlertsTopicPolicy", "altered")
    assert repairs([extended, altered]).puts == (altered,)
