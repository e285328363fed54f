# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Decides whether what was deployed for a table stands, and whether it is what the inventory lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._model.evidence import Evidence, SourceTable, StackState, Target
from .._model.restored import under_its_name
from .._model.standing import ADDED, ALTERED, EXTENDED, INACTIVE, MISSING, SHORTENED, UNTAGGED, Deviation
from .._stacks import ownership
from .._stacks.state import GONE, SETTLED, SHELLS, STUCK, is_moving
from .reasons import REPAIR, Reason, in_region

if TYPE_CHECKING:
    from collections.abc import Iterator

# The first part of a code, what the resource is, and what it is to the backups of a table.
KINDS = {
    "AWS::CloudWatch::Alarm": ("stack_alarm", "alarm", "which tells when runs of {table} fail"),
    "AWS::CloudWatch::Dashboard": ("dashboard", "dashboard", "which shows the alarms and runs of the target"),
    "AWS::IAM::InstanceProfile": ("role", "instance profile", "through which clusters back up {table}"),
    "AWS::IAM::ManagedPolicy": ("role", "policy", "which lets the backups read {table}"),
    "AWS::IAM::Role": ("role", "role", "through which {table} is backed up"),
    "AWS::KMS::Alias": ("key", "alias of the key", "which encrypts the backups of {table}"),
    "AWS::KMS::Key": ("key", "key", "which encrypts the backups of {table}"),
    "AWS::Logs::LogGroup": ("log_group", "log group", "which tells why runs of {table} failed"),
    "AWS::S3::Bucket": ("bucket", "bucket", "which holds the backups of {table}"),
    "AWS::S3::BucketPolicy": ("bucket", "policy of the bucket", "which holds the backups of {table}"),
    "AWS::SNS::Topic": ("heartbeat", "topic", "which tells the alarm that {table} was backed up"),
    "AWS::SNS::TopicPolicy": ("alert_topic", "policy of the topic", "which tells people of {table}"),
    "AWS::SQS::Queue": ("queue", "queue", "which keeps the starts of {table} that failed"),
    "AWS::Scheduler::Schedule": ("schedule", "schedule", "which starts the backups of {table}"),
    "AWS::Scheduler::ScheduleGroup": ("schedule", "schedule group", "which starts the backups of {table}"),
    "AWS::StepFunctions::StateMachine": ("machine", "state machine", "which backs up {table}"),
}
ALERTS = ("alert_topic", "topic", "which tells people of {table}")
OWNERS = {
    "AWS::KMS::Alias": "AWS::KMS::Key",
    "AWS::S3::BucketPolicy": "AWS::S3::Bucket",
    "AWS::SNS::TopicPolicy": "AWS::SNS::Topic",
    "AWS::Scheduler::Schedule": "AWS::Scheduler::ScheduleGroup",
}
PARTS = {"AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy"}  # of a thing that is there without them
ENDS = {MISSING: "missing", ALTERED: "altered", ADDED: "altered", SHORTENED: "altered", UNTAGGED: "altered"}
OFF = {"schedule": "schedule_stopped", "key": "key_unusable", "stack_alarm": "stack_alarm_disabled"}
SAID = {
    MISSING: "is gone",
    INACTIVE: "is switched off",
    ALTERED: "is not as it was deployed",
    ADDED: "has more than was deployed",
    SHORTENED: "deletes backups before their time",
    UNTAGGED: "is not as it was deployed",
    EXTENDED: "lets somebody else in, too",
}


# Of the keys of tables; where nobody asked, the state is empty.
USABLE = {"", "Enabled", "Updating"}
INACCESSIBLE = {"INACCESSIBLE_ENCRYPTION_CREDENTIALS", "ARCHIVING", "ARCHIVED"}
ARCHIVED = "After seven days without its key DynamoDB archives the table."

# Of the drills of a stack's tables.
DRILLS = {
    "DrillsHeartbeat": ("heartbeat", "topic", "which tells the alarm that {table} was drilled"),
    "DrillsMissed": ("stack_alarm", "alarm", "which tells when {table} is not drilled"),
}
HEARTBEAT = ("machine", "state machine", "which keeps the alarm of {table} quiet between backups")


def standing_reasons(evidence: Evidence) -> Iterator[Reason]:
    """What of a table's deployment is gone, or was changed by hand."""
    for each in evidence.deviations:
        if not _told_with_its_owner(each, evidence):
            yield _deviation(evidence.table, each, evidence.path.topic)


def _told_with_its_owner(deviation: Deviation, evidence: Evidence) -> bool:
    """What is gone since what it belongs to is gone; and alarms and topics that are looked at otherwise."""
    kind, path = deviation.type, evidence.path
    if kind == "AWS::CloudWatch::Alarm":
        return deviation.logical_id.endswith("Missed") and deviation.logical_id not in DRILLS
    if deviation.kind == MISSING:
        gone = {each.type for each in evidence.deviations if each.kind == MISSING}
        return OWNERS.get(kind) in gone or _is_alerts_topic(deviation)
    if _is_alerts_topic(deviation):
        return path.key_open is False
    return kind == "AWS::SNS::TopicPolicy" and path.policy_open is False


def _is_alerts_topic(deviation: Deviation) -> bool:
    return deviation.type == "AWS::SNS::Topic" and not deviation.logical_id.endswith("Heartbeat")


def _deviation(table: str, deviation: Deviation, topic: str | None) -> Reason:
    begin, noun, purpose = _kind(deviation)
    details = f" ({'; '.join(deviation.details)})" if deviation.details else ""
    what = f"The {noun} {deviation.name}, {purpose.format(table=table)}, {SAID[deviation.kind]}{details}"
    return Reason(_code(begin, deviation), f"{what}: {_advice(begin, deviation, in_region(topic))}.")


def _kind(deviation: Deviation) -> tuple[str, str, str]:
    if _is_alerts_topic(deviation):
        return ALERTS
    if deviation.logical_id == "HeartbeatMachine":
        return HEARTBEAT
    return DRILLS.get(deviation.logical_id) or KINDS[deviation.type]


def _code(begin: str, deviation: Deviation) -> str:
    if deviation.kind == EXTENDED:
        return "policy_extended"
    if deviation.kind == SHORTENED:
        return "retention_shortened"
    if deviation.kind == INACTIVE:
        return OFF[begin]
    kind = ALTERED if deviation.type in PARTS else deviation.kind
    return f"{begin}_{ENDS[kind]}"


def _advice(begin: str, deviation: Deviation, region: str) -> str:
    if deviation.type == "AWS::KMS::Key" and deviation.kind == MISSING:
        another = "which makes another" if deviation.logical_id else "with another in tablekeeper_kms_key_arn"
        return (
            "every backup that was made with it is lost, since no other key reads them. Run the backup "
            f"playbook, {another}, then the run playbook, and find out who deleted it"
        )
    if begin == "key" and not deviation.logical_id:  # somebody else's, whom backup leaves alone
        return (
            "without it no backup can be made or read. If it waits to be deleted, stop that (aws kms "
            f"cancel-key-deletion --key-id {deviation.name}{region}), and enable it (aws kms enable-key "
            f"--key-id {deviation.name}{region}), or have whoever owns it do that"
        )
    if begin == "key" and deviation.kind == INACTIVE:
        return f"without it no backup can be read; {REPAIR}, which also stops its deletion"
    if deviation.kind == EXTENDED:
        return "see that it is meant to be so"
    if deviation.kind == ADDED:
        return "find out who did that and why, then take it away; the backup playbook leaves it"
    if deviation.type == "AWS::S3::Bucket" and deviation.kind == MISSING:
        return (
            "every backup in it is lost. Run the backup playbook to make it again, then the run playbook, "
            "and find out who deleted it"
        )
    if deviation.kind == SHORTENED:
        return f"{REPAIR}, and find out who changed it"
    return REPAIR


def stack_reasons(table: str, stack: StackState) -> Iterator[Reason]:
    """What the state of a stack means for what it backs up."""
    where = f"The stack {stack.name}, on which the backups of {table} depend,"
    status = stack.status
    if status == GONE:
        yield Reason(
            "store_missing",
            f"{where} is gone, and with it the way of alarms to people: run the backup playbook, which makes "
            "it again and adopts its bucket and log group, which stay. Find out who deleted it.",
        )
    elif status in SHELLS:
        yield Reason("stack_empty", f"{where} is {status} and holds nothing: run the backup playbook.")
    elif is_moving(status):
        yield Reason("stack_moving", f"{where} is being deployed or removed ({status}): ask again later.")
    elif status not in SETTLED:
        unknown = "this state is not known here; look at the stack"
        advice = STUCK.get(status, unknown).replace("run this again", "run the backup playbook")
        yield Reason("stack_stuck", f"{where} is in the state {status}: {advice}.")
    elif stack.by_hand:
        yield Reason(
            "stack_changed_by_hand",
            f"{where} is not as the backup playbook deployed it: somebody has changed its template or its"
            " parameters since. What it says now is no measure of what should stand: run the backup playbook,"
            " and find out who changed it.",
        )
    if status in SETTLED and "ROLLBACK" in status:
        yield Reason(
            "deployment_rolled_back",
            f"{where} is as it was before its last deployment, which failed ({status}): see its events. If "
            "what was to change is still wanted, mend the cause and run the backup playbook. CloudFormation "
            "says so until a change of the stack succeeds.",
        )


def missing_stack(name: str) -> Reason:
    """Of machinery that should stand beside other machinery."""
    return Reason(
        "stack_missing",
        f"The stack {name} is gone, and nothing backs up the tables that it held: run the backup playbook to"
        " have it made again, and find out who removed it.",
    )


def foreign_stack(stack: StackState, target: Target) -> Reason:
    """Of a stack that has one of our names."""
    told = ownership.sentence({stack.name: stack.status}, target.prefix, target.place or "this account")
    return Reason("stack_foreign", told)


def source_reasons(evidence: Evidence) -> Iterator[Reason]:
    """Whether there is still something to back up."""
    table, source = evidence.table, evidence.source
    if not isinstance(source, SourceTable):
        return
    if not source.exists:
        yield Reason(
            "table_missing",
            f"DynamoDB has no table {table} any more, so its next backup will fail: run the restore playbook "
            f"with {under_its_name(table)}, which brings its last backup back under its name, or write "
            "enabled: false at its entry and run the backup playbook.",
        )
    if source.key_state not in USABLE:
        yield _unusable_key(table, source)
    elif source.status in INACCESSIBLE:
        yield Reason(
            "table_key_unusable",
            f"DynamoDB cannot use the key {source.key}, which encrypts {table} ({source.status}), so its "
            "next backup will fail: let DynamoDB use the key again (the key's policy and its grants). "
            f"{ARCHIVED}",
        )
    if source.recovery == "DISABLED":
        yield Reason(
            "recovery_off",
            f"Point-in-time recovery of {table} is off, so its next backup will fail: switch it on "
            "(tablekeeper_enable_pitr: true and the backup playbook, or aws dynamodb "
            f"update-continuous-backups --table-name {table} "
            "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true"
            f"{in_region(evidence.path.topic)}).",
        )


def _unusable_key(table: str, source: SourceTable) -> Reason:
    key, state = source.key, source.key_state
    if state is None:
        return Reason(
            "table_key_unusable",
            f"The key {key}, which encrypts {table}, is gone, so nothing can read the table any more, and "
            "its next backup will fail: restore it from its last backup to a table with another key.",
        )
    enable = f"aws kms enable-key --key-id {key}{in_region(key)}"
    advice = {
        "Disabled": f"enable it ({enable})",
        "PendingDeletion": (
            f"stop its deletion (aws kms cancel-key-deletion --key-id {key}{in_region(key)}), then {enable}"
        ),
    }.get(state, "see in KMS what it needs")
    return Reason(
        "table_key_unusable",
        f"The key {key}, which encrypts {table}, is {state}, so its next backup will fail: {advice}. "
        f"{ARCHIVED}",
    )


def listing_reasons(evidence: Evidence) -> Iterator[Reason]:
    """Whether what is deployed is what is listed."""
    table = evidence.table
    if evidence.unlike:
        told = "; ".join(evidence.unlike)
        yield Reason(
            "not_as_listed",
            f"{table} is not deployed as the inventory lists it ({told}): run the backup playbook.",
        )
    elif evidence.listed is False and evidence.record:
        yield Reason(
            "no_longer_listed",
            f"{table} is backed up, and the inventory does not list it any more: list it again, or tell the "
            f'backup playbook to stop (-e \'{{"tablekeeper_stop_backups_of": ["{table}"]}}\').',
        )
