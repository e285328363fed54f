# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What differs from a table that is well, and the codes that it has then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import (
    AlertPath,
    DrillRecord,
    Drills,
    Flaw,
    Mute,
    SavedSettings,
    SourceTable,
    StackState,
    Starter,
    Subscriber,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.refusal import Refusal
from tests.unit.support.evidence import (
    ALARM,
    DENIED,
    NOW,
    PATH,
    RECORD,
    SUBSCRIBER,
    TOPIC,
    deviation,
    point,
    run,
)

PENDING = Subscriber("email", "new@example.com", confirmed=False, listed=True)
QUEUE = Subscriber("sqs", "arn:aws:sqs:eu-west-1:123456789012:alerts", confirmed=True, listed=True)
GONE = replace(PENDING, exists=False)
BUSY = Refusal("cloudwatch:DescribeAlarms", "InternalFailure", "try later", denied=False)
YOUNG = replace(ALARM, configured=NOW - timedelta(hours=29))


def starter(state: str, *, runs: bool | None) -> Starter:
    return Starter("df-1", "tablekeeper-data-pipeline-1-24h", state, runs)


# A week, and a quarter of it: 8 days and 18 hours.
ASKING = replace(RECORD, drill_every=168, drill_armed=True)


def drilled(days_ago: float) -> DrillRecord:
    return DrillRecord(NOW - timedelta(days=days_ago), "s3://backups/drills/orders/it.json", ("It differs.",))


STACKS = {
    "UPDATE_COMPLETE": "",
    "UPDATE_ROLLBACK_COMPLETE": "deployment_rolled_back",
    "UPDATE_IN_PROGRESS": "stack_moving",
    "UPDATE_ROLLBACK_FAILED": "stack_stuck",
    "DELETE_FAILED": "stack_stuck",
    "DELETE_COMPLETE": "store_missing",
    "BEWITCHED": "stack_stuck",
    "ROLLBACK_COMPLETE": "stack_empty",
    "REVIEW_IN_PROGRESS": "stack_empty",
}
DEVIATIONS = [
    ("bucket_missing", deviation("S3::Bucket", "Bucket", "missing")),
    ("bucket_altered", deviation("S3::Bucket", "Bucket", "altered")),
    ("bucket_altered", deviation("S3::Bucket", "Bucket", "untagged")),
    ("bucket_altered", deviation("S3::BucketPolicy", "BucketPolicy", "missing")),
    ("role_altered", deviation("IAM::Role", "MachineRole", "added", "it", "a permissions boundary was set")),
    ("retention_shortened", deviation("S3::Bucket", "Bucket", "shortened", "it", "a rule is gone")),
    ("machine_missing", deviation("StepFunctions::StateMachine", "Machine", "missing")),
    ("machine_altered", deviation("StepFunctions::StateMachine", "Machine", "altered")),
    ("role_missing", deviation("IAM::Role", "MachineRole", "missing")),
    ("role_altered", deviation("IAM::ManagedPolicy", "TablesPolicy0", "altered")),
    ("role_altered", deviation("IAM::InstanceProfile", "ClusterProfile", "altered")),
    ("schedule_missing", deviation("Scheduler::Schedule", "S24", "missing")),
    ("schedule_stopped", deviation("Scheduler::Schedule", "S24", "inactive")),
    ("schedule_altered", deviation("Scheduler::Schedule", "S24", "altered")),
    ("key_missing", deviation("KMS::Key", "Key", "missing")),
    ("key_unusable", deviation("KMS::Key", "Key", "inactive")),
    ("key_altered", deviation("KMS::Alias", "Alias", "altered")),
    ("key_missing", deviation("KMS::Key", "", "missing")),
    ("key_unusable", deviation("KMS::Key", "", "inactive", "it", "its state is Disabled")),
    ("queue_missing", deviation("SQS::Queue", "DeadLetterQueue", "missing")),
    ("queue_altered", deviation("SQS::Queue", "DeadLetterQueue", "altered")),
    ("log_group_missing", deviation("Logs::LogGroup", "LogGroup", "missing")),
    ("log_group_altered", deviation("Logs::LogGroup", "LogGroup", "altered")),
    ("stack_alarm_missing", deviation("CloudWatch::Alarm", "RunFailedAlarm", "missing")),
    ("stack_alarm_altered", deviation("CloudWatch::Alarm", "RunFailedAlarm", "altered")),
    ("stack_alarm_disabled", deviation("CloudWatch::Alarm", "DeadLetterAlarm", "inactive")),
    ("stack_alarm_missing", deviation("CloudWatch::Alarm", "DrillsMissed", "missing")),
    ("heartbeat_missing", deviation("SNS::Topic", "DrillsHeartbeat", "missing")),
    ("", deviation("CloudWatch::Alarm", "TordersMissed", "altered")),  # looked at by itself
    ("heartbeat_missing", deviation("SNS::Topic", "TordersHeartbeat", "missing")),
    ("heartbeat_altered", deviation("SNS::Topic", "TordersHeartbeat", "altered")),
    ("", deviation("SNS::Topic", "AlertsTopic", "missing")),  # looked at by itself
    ("alert_topic_altered", deviation("SNS::Topic", "AlertsTopic", "altered")),
    ("alert_topic_altered", deviation("SNS::TopicPolicy", "AlertsTopicPolicy", "altered")),
    ("dashboard_missing", deviation("CloudWatch::Dashboard", "Dashboard", "missing")),
    ("dashboard_altered", deviation("CloudWatch::Dashboard", "Dashboard", "altered")),
    ("policy_extended", deviation("SNS::TopicPolicy", "AlertsTopicPolicy", "extended")),
]

# Each case differs from a healthy table in what its keywords say, and has exactly these codes.
CASES: list[tuple[list[str], dict[str, Any]]] = [
    ([], {}),
    (["not_listed"], {"record": None}),
    (["not_deployed"], {"record": None, "deployed": False}),
    (["access_denied"], {"record": None, "path": AlertPath(None, exists=DENIED)}),
    (["table_missing"], {"record": None, "listed": True, "source": SourceTable(exists=False)}),
    (["not_listed"], {"record": None, "listed": True, "source": SourceTable(exists=True)}),
    (["not_listed"], {"record": None, "listed": True, "source": DENIED}),
    (["not_listed"], {"record": None, "listed": False, "source": SourceTable(exists=False)}),
    (["not_deployed"], {"record": None, "deployed": False, "source": SourceTable(exists=False)}),
    (["disabled"], {"record": replace(RECORD, enabled=False), "runs": (), "alarm": None}),
    (["no_longer_backed_up"], {"record": None, "retired": True}),
    # runs
    (["last_run_failed"], {"runs": (run(10), run(2, "FAILED"))}),
    (["last_run_failed"], {"runs": (run(10), run(2, "PENDING_REDRIVE"))}),
    (["last_run_timed_out"], {"runs": (run(10), run(2, "TIMED_OUT"))}),
    (["last_run_aborted"], {"runs": (run(10), run(2, "ABORTED"))}),
    (["run_state_unknown"], {"runs": (run(10), run(2, "HALTED"))}),
    ([], {"runs": (run(2), run(10, "FAILED"))}),
    ([], {"runs": (run(10), run(1, "RUNNING"))}),
    (["last_run_failed"], {"runs": (run(10), run(2, "FAILED"), run(1, "RUNNING"))}),
    (["run_stuck"], {"runs": (run(10), run(31, "RUNNING"))}),
    ([], {"runs": (run(10), run(29, "RUNNING"))}),
    (["last_run_aborted"], {"runs": (run(10), run(2, "PAUSED"))}),
    # what starts them
    (["start_missed"], {"missed_start": NOW - timedelta(hours=3)}),
    ([], {"starter": starter("SCHEDULED", runs=True)}),
    (["schedule_missing"], {"starter": starter("", runs=False)}),
    (["schedule_stopped"], {"starter": starter("INACTIVE", runs=False)}),
    (["schedule_state_unknown"], {"starter": starter("DREAMING", runs=None)}),
    # drills
    ([], {"drills": Drills(passed=drilled(400))}),
    (["drill_failed"], {"drills": Drills(passed=drilled(4), failed=drilled(2))}),
    ([], {"record": ASKING, "drills": Drills(passed=drilled(8.7))}),
    (["not_drilled"], {"record": ASKING, "drills": Drills(passed=drilled(8.8))}),
    (["drill_failed", "not_drilled"], {"record": ASKING, "drills": Drills(drilled(9), drilled(2))}),
    ([], {"record": ASKING, "drills": Drills(), "drills_asked": NOW - timedelta(days=8.7)}),
    (["not_drilled"], {"record": ASKING, "drills": Drills(), "drills_asked": NOW - timedelta(days=8.8)}),
    (["not_drilled"], {"record": ASKING, "drills": Drills()}),
    (["access_denied"], {"record": ASKING, "refusals": (DENIED,)}),
    (
        ["stack_alarm_disabled"],
        {"record": replace(ASKING, drill_armed=False), "drills": Drills(passed=drilled(1))},
    ),
    (["disabled"], {"record": replace(ASKING, enabled=False), "runs": (), "alarm": None}),
    # points
    (["no_good_point", "last_run_failed"], {"runs": (run(2, "FAILED"),)}),
    (["never_ran"], {"runs": ()}),
    (["never_ran", "alarm_missing"], {"runs": (), "alarm": None}),
    (["waiting_for_first_run"], {"runs": (), "alarm": YOUNG}),
    (["waiting_for_first_run"], {"runs": (run(1, "RUNNING"),), "alarm": YOUNG}),
    (["no_good_point", "last_run_failed"], {"runs": (run(2, "FAILED"),), "alarm": YOUNG}),
    ([], {"runs": (), "points": (point(10),)}),
    ([], {"runs": (run(10, "FAILED"),), "points": (point(2),)}),
    (["last_run_failed"], {"runs": (run(2, "FAILED"),), "points": (point(10),)}),
    (["too_old"], {"runs": (run(30.5),)}),
    ([], {"runs": (run(30.25),)}),
    # of the moment of its data, however long it took to write them
    (["too_old"], {"runs": (), "points": (point(1, taken=NOW - timedelta(hours=31)),)}),
    ([], {"runs": (), "points": (point(1, taken=NOW - timedelta(hours=29)),)}),
    (["point_expired"], {"runs": (), "points": (point(35 * 24 + 1),)}),
    (["too_old"], {"runs": (), "points": (replace(point(35 * 24 + 1), expires=None),)}),
    (["point_expires_soon", "too_old"], {"runs": (), "points": (point(29 * 24),)}),
    (["too_old"], {"runs": (), "points": (point(27 * 24),)}),
    (
        ["point_expires_soon", "last_run_failed"],
        {"runs": (run(2, "FAILED"),), "points": (point(10, retention_days=2),)},
    ),
    ([], {"runs": (), "points": (point(10, retention_days=2),)}),
    (["points_deleted"], {"deleted": (NOW - timedelta(days=2),)}),
    (["settings_missing"], {"saved": SavedSettings(exists=False)}),
    ([], {"saved": SavedSettings(exists=True)}),
    (["settings_unreadable"], {"saved": SavedSettings(exists=True, readable=False)}),
    (["points_deleted"], {"lost": (NOW - timedelta(days=2),)}),
    (["point_expired"], {"runs": (), "points": (point(25, retention_days=1),)}),
    (["point_missing"], {"flaws": (Flaw("point_missing", "there is no manifest-summary.json"),)}),
    (["point_incomplete"], {"flaws": (Flaw("point_incomplete", "a file is gone"),)}),
    (["point_corrupt"], {"flaws": (Flaw("point_corrupt", "the counts differ"),)}),
    (["point_filtered"], {"flaws": (Flaw("point_filtered", "it was exported with a filter"),)}),
    (["export_state_unknown"], {"flaws": (Flaw("export_state_unknown", "it is HALTED"),)}),
    (["export_expired"], {"flaws": (Flaw("export_expired", "90 days"),)}),
    # the table itself
    (["table_missing"], {"source": SourceTable(exists=False)}),
    (["recovery_off"], {"source": SourceTable(exists=True, recovery="DISABLED")}),
    ([], {"source": SourceTable(True, status="ACTIVE", key="arn", key_state="Enabled")}),
    ([], {"source": SourceTable(True, status="ACTIVE", key="arn", key_state="Updating")}),
    (["table_key_unusable"], {"source": SourceTable(True, key="arn", key_state="Disabled")}),
    (["table_key_unusable"], {"source": SourceTable(True, key="arn", key_state="PendingDeletion")}),
    (["table_key_unusable"], {"source": SourceTable(True, key="arn", key_state="PendingImport")}),
    (["table_key_unusable"], {"source": SourceTable(True, key="arn", key_state=None)}),
    (
        ["table_key_unusable"],
        {"source": SourceTable(True, status="INACCESSIBLE_ENCRYPTION_CREDENTIALS", key="arn")},
    ),
    (
        ["table_key_unusable"],
        {"source": SourceTable(True, status="ARCHIVED", key="arn", key_state="Enabled")},
    ),
    ([], {"source": SourceTable(exists=True, recovery="ENABLED", items=5)}),
    (["items_fell"], {"source": SourceTable(exists=True, items=0)}),
    ([], {"source": SourceTable(exists=True, items=1)}),
    ([], {"runs": (run(5),), "source": SourceTable(exists=True, items=0)}),  # it may not be counted yet
    (["items_fell"], {"runs": (), "points": (point(10), point(34, items=500))}),
    ([], {"runs": (), "points": (point(10), point(34, items=49))}),
    (["made_anew"], {"source": SourceTable(True, id="b"), "saved": SavedSettings(True, id="a")}),
    ([], {"source": SourceTable(True, id="a"), "saved": SavedSettings(True, id="a")}),
    # the stacks
    *(
        ([code] if code else [], {"stacks": (StackState("tablekeeper-export-1", status),)})
        for status, code in STACKS.items()
    ),
    (
        ["stack_changed_by_hand"],
        {"stacks": (StackState("tablekeeper-export-1", "UPDATE_COMPLETE", by_hand=True),)},
    ),
    # what stands
    *(([code] if code else [], {"deviations": (each,)}) for code, each in DEVIATIONS),
    (
        ["schedule_missing"],
        {
            "deviations": (
                deviation("Scheduler::ScheduleGroup", "ScheduleGroup", "missing"),
                deviation("Scheduler::Schedule", "S24", "missing"),
            )
        },
    ),
    # the inventory
    (["not_as_listed"], {"unlike": ("every is listed as 1 hour and deployed as 1 day",)}),
    (["no_longer_listed"], {"listed": False}),
    ([], {"listed": True}),
    (
        ["not_as_listed", "disabled"],
        {"record": replace(RECORD, enabled=False), "unlike": ("enabled is listed as true",)},
    ),
    # what AWS would not tell
    (["access_denied"], {"runs": (), "refusals": (DENIED,)}),
    (["not_answered"], {"runs": (), "refusals": (BUSY,)}),
    (["access_denied"], {"alarm": DENIED}),
    (["not_answered"], {"alarm": BUSY}),
    # the alarm
    (["alarm_missing"], {"alarm": None}),
    (["alarm_altered"], {"alarm": replace(ALARM, deviations=("TreatMissingData is missing",))}),
    (["alarm_muted"], {"mutes": (Mute("quiet", "at(2026-11-23T10:00) for PT4H, UTC", NOW),)}),
    (["alarm_muted"], {"mutes": (Mute("quiet", "cron(0 2 * * ? *) for PT4H, UTC", None),)}),
    (["access_denied"], {"alarm": None, "refusals": (DENIED,)}),
    (["alarm_actions_disabled"], {"alarm": replace(ALARM, actions_enabled=False)}),
    (["alarm_actions_missing"], {"alarm": replace(ALARM, actions=())}),
    (["alarm_points_elsewhere"], {"alarm": replace(ALARM, actions=(f"{TOPIC}-2",))}),
    ([], {"alarm": replace(ALARM, actions=(f"{TOPIC}-2", TOPIC))}),
    (["alarm_firing"], {"alarm": replace(ALARM, state="ALARM")}),
    (["alarm_state_unknown"], {"alarm": replace(ALARM, state="INSUFFICIENT_DATA")}),
    (["alarm_state_unknown"], {"alarm": replace(ALARM, state="SNOOZED")}),
    # the way to people
    (["alert_topic_missing"], {"path": AlertPath(TOPIC, exists=False)}),
    (["alert_topic_missing"], {"path": AlertPath(None, exists=False)}),
    (["access_denied"], {"path": replace(PATH, exists=DENIED)}),
    (["no_confirmed_subscriber"], {"path": replace(PATH, subscribers=())}),
    (["no_confirmed_subscriber"], {"path": replace(PATH, subscribers=(PENDING,))}),
    (["no_confirmed_subscriber"], {"path": replace(PATH, subscribers=(PENDING, GONE))}),
    (["subscriber_pending"], {"path": replace(PATH, subscribers=(PENDING, SUBSCRIBER))}),
    ([], {"path": replace(PATH, subscribers=(replace(PENDING, listed=False), SUBSCRIBER))}),
    (
        ["no_confirmed_subscriber", "subscriber_unreachable"],
        {"path": replace(PATH, subscribers=(replace(QUEUE, endpoint_exists=False),))},
    ),
    (["access_denied"], {"path": replace(PATH, subscribers=(replace(QUEUE, endpoint_exists=DENIED),))}),
    ([], {"path": replace(PATH, subscribers=(replace(QUEUE, endpoint_exists=True),))}),
    (["subscriber_filtered"], {"path": replace(PATH, subscribers=(replace(SUBSCRIBER, kept_from="x"),))}),
    (["subscriber_missing"], {"path": replace(PATH, subscribers=(GONE, SUBSCRIBER))}),
    (["no_confirmed_subscriber"], {"path": replace(PATH, subscribers=(GONE,))}),
    (["nobody_listed"], {"path": replace(PATH, subscribers=(replace(SUBSCRIBER, listed=False),))}),
    (["access_denied"], {"path": replace(PATH, subscribers=DENIED)}),
    (["alert_policy_blocks_cloudwatch"], {"path": replace(PATH, policy_open=False)}),
    (["alert_key_blocks_cloudwatch"], {"path": replace(PATH, key="alias/aws/sns", key_open=False)}),
    (
        ["alert_key_blocks_cloudwatch"],
        {"path": replace(PATH, key="alias/aws/sns", key_open=False, key_deployed=False)},
    ),
    (
        ["no_confirmed_subscriber", "subscriber_unreachable"],
        {
            "path": replace(
                PATH, subscribers=(replace(QUEUE, endpoint_exists=False, endpoint_lacks="sqs:SendMessage"),)
            )
        },
    ),
    ([], {"path": replace(PATH, key="alias/ours", key_open=True)}),
    (["access_denied"], {"path": replace(PATH, key="alias/ours", key_open=DENIED)}),
    (["alert_key_not_known"], {"path": replace(PATH, key="arn:theirs", key_owner="210987654321")}),
]
