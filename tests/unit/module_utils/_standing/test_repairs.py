# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
from __future__ import annotations

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._standing.repairs import by_hand, repairs
from tests.unit.support.evidence import deviation


def test_what_was_put_onto_a_role_is_left_alone() -> None:
    assert not repairs([deviation("IAM::Role", "MachineRole", "added")])


def test_a_filter_is_taken_away_and_nobody_asked_again() -> None:
    filtered = deviation("SNS::Subscription", "Subscription1", "altered")
    found = repairs([filtered])
    assert (found.puts, found.subscriptions) == ((filtered,), ())


def test_what_others_added_is_left_alone() -> None:
    extended = deviation("SNS::TopicPolicy", "AlertsTopicPolicy", "extended")
    assert not repairs([extended])
    altered = deviation("SNS::TopicPolicy", "AlertsTopicPolicy", "altered")
    assert repairs([extended, altered]).puts == (altered,)


def test_what_may_stand_in_the_way_of_a_bucket_policy_is_taken_away_with_it() -> None:
    """CloudFormation, which is asked about others, detects no drift of it."""
    told = by_hand(deviation("S3::BucketPolicy", "BucketPolicy", "altered", "backups"))
    assert told.endswith("aws s3api delete-bucket-policy --bucket backups")
    assert "detect-stack-drift" in by_hand(deviation("IAM::Role", "MachineRole", "altered"))
