# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The calls that make the new table, and the one loop that waits until it is made."""

from __future__ import annotations

import contextlib
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from .._aws import dynamodb, table_settings
from .._model.progress import Progress
from .._model.restored import RESTORE_TAG
from . import looks
from .options import BACKUP, CONVERT, IMPORT, LOAD, PITR
from .state import WAIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._aws.client import Aws
    from .._model.lines import Lines
    from .state import State

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    from botocore.exceptions import ClientError

# DescribeTable may not know of a new table yet, or still.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html
SETTLING_SECONDS = 120
# Between our clock, by which a restore begins, and that by which a table is made.
SLACK = timedelta(minutes=1)


class NotMadeError(Exception):
    """Why there is no whole table, as a sentence. If it is final, nothing goes on with what there is."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.final = final


class Made(NamedTuple):
    """What a call that makes a table answers."""

    table_id: str
    import_arn: str = ""


def make(aws: Aws, state: State, making: Mapping[str, Any]) -> Made:
    """Have AWS begin to make the table. Each of the calls is refused where such a table exists."""
    client, name = aws("dynamodb"), _name(state)
    try:
        if state.way == LOAD:
            return _described(client.create_table(**making))
        if state.way in (IMPORT, CONVERT):
            return _import(aws, state, making)
        if state.way == PITR:
            return _described(
                client.restore_table_to_point_in_time(
                    SourceTableArn=state.point["source_arn"],
                    TargetTableName=name,
                    RestoreDateTime=datetime.fromisoformat(state.point["moment"]),
                    **making,
                )
            )
        if state.way == BACKUP:
            return _described(
                client.restore_table_from_backup(TargetTableName=name, BackupArn=state.point["id"], **making)
            )
    except ClientError as error:
        problem = error.response["Error"]
        raise NotMadeError(
            f"AWS refused to make {name} ({error.operation_name}: {problem['Code']}: "
            f"{problem.get('Message', 'without a reason')})."
        ) from error
    raise NotMadeError(f"There is no way {state.way}.")


def _described(answer: Mapping[str, Any]) -> Made:
    return Made(str(answer["TableDescription"].get("TableId", "")))


def _import(aws: Aws, state: State, making: Mapping[str, Any]) -> Made:
    """Begin an import, or find the one that was begun and not noted.

    As long as that goes on, AWS answers with it for its token. Once it has ended there is a table, and AWS
    refuses before it looks at the token (test/alternator/test_import.py of scylladb/scylladb#31619).
    """
    client = aws("dynamodb")
    source = {
        "S3Bucket": state.imports["bucket"],
        "S3KeyPrefix": state.imports["prefix"],
        "S3BucketOwner": state.imports.get("owner", ""),
    }
    try:
        told = client.import_table(
            ClientToken=state.token,
            S3BucketSource={key: value for key, value in source.items() if value},
            InputFormat=state.imports["format"],
            InputCompressionType=state.imports["compression"],
            TableCreationParameters=dict(making),
        )["ImportTableDescription"]
    except ClientError as error:
        taken = error.response["Error"]["Code"] == "ResourceInUseException"
        table = dynamodb.describe_table(client, _name(state)) if taken else None
        if table is None or (made := made_before(aws, state, table)) is None:
            raise
        return made
    return Made(str(told.get("TableId", "")), str(told["ImportArn"]))


def may_appear(aws: Aws, state: State) -> bool:
    """Whether a table that is not there may still come; otherwise somebody has removed it."""
    if state.has_passed(WAIT):
        return False
    if state.import_arn:
        told = table_settings.describe_import(aws("dynamodb"), state.import_arn)
        return told.get("ImportStatus") in looks.IMPORTING
    if not state.made:
        return True
    return aws.time() - datetime.fromisoformat(state.made) < timedelta(seconds=SETTLING_SECONDS)


def made_before(aws: Aws, state: State, table: Mapping[str, Any]) -> Made | None:
    """Whether a table is the one that this restore has made, or begun to make; None if it is another."""
    identity = str(table.get("TableId", ""))
    if state.table_id:
        return Made(identity, state.import_arn) if identity == state.table_id else None
    # The call was made, and nobody noted its answer any more.
    if table["CreationDateTime"] < datetime.fromisoformat(state.begun) - SLACK:
        return None
    client, arn = aws("dynamodb"), table["TableArn"]
    if state.way in (IMPORT, CONVERT):
        for each in table_settings.list_imports(client, arn):
            told = table_settings.describe_import(client, each["ImportArn"])
            if told.get("ClientToken") == state.token:
                return Made(identity, each["ImportArn"])
        return None
    if state.way in (PITR, BACKUP):
        return Made(identity) if _restored_from(state, table.get("RestoreSummary") or {}) else None
    tags = {each["Key"]: each["Value"] for each in table_settings.tags(client, arn)}
    return Made(identity) if tags.get(RESTORE_TAG) == state.digest else None


def _restored_from(state: State, summary: Mapping[str, Any]) -> bool:
    if state.way == BACKUP:
        return bool(summary.get("SourceBackupArn") == state.point["id"])
    asked, told = datetime.fromisoformat(state.point["moment"]), summary.get("RestoreDateTime")
    is_then = told is not None and abs(told - asked) < timedelta(seconds=1)
    return is_then and bool(summary.get("SourceTableArn") == state.point["source_arn"])


def require_own(state: State, table: Mapping[str, Any] | None) -> None:
    """Raise if the table of that name is no longer the one that this restore has made."""
    if table is None:
        raise NotMadeError(f"The table {_name(state)} is gone.")
    if state.table_id and table.get("TableId") != state.table_id:
        raise NotMadeError(
            f"The table {_name(state)} is another one: somebody has removed the one that this restore had"
            " made, and made this in its place.",
            final=True,
        )


def wait(aws: Aws, state: State, lines: Lines, seconds: float, totals: tuple[int | None, int | None]) -> None:
    """Look again and again until the table, its indexes and what fills it are ready."""
    began = time.monotonic()
    phase = "import" if state.import_arn else "restore" if state.way in (PITR, BACKUP) else "create"
    while True:
        look = _look(aws, state, time.monotonic() - began)
        if look.failed:
            raise NotMadeError(look.failed, final=bool(state.import_arn))
        if look.ready:
            return
        if look.items or look.bytes:
            found = Progress(phase, look.items, look.bytes, *totals, time.monotonic() - began)
            lines.progress(found, look.doing)
        else:
            lines.at_work(phase, look.doing)
        time.sleep(seconds)


def wait_active(aws: Aws, state: State, lines: Lines, seconds: float) -> Mapping[str, Any]:
    """Wait until a table that is made can be changed again; returns its description."""
    while True:
        table = dynamodb.describe_table(aws("dynamodb"), _name(state))
        require_own(state, table)
        look = looks.at_table(table or {})
        if look.failed:
            raise NotMadeError(look.failed)
        if look.ready:
            return table or {}
        lines.at_work("settings", look.doing)
        time.sleep(seconds)


def _look(aws: Aws, state: State, waited: float) -> looks.Look:
    client = aws("dynamodb")
    if state.import_arn:
        look = looks.at_import(table_settings.describe_import(client, state.import_arn))
        if not look.ready:
            return look
    table = dynamodb.describe_table(client, _name(state))
    if table is None:
        name = _name(state)
        gone = f"The table {name} is not there, although AWS began to make it."
        return looks.Look(
            False, f"{name} does not show yet", failed=gone if waited > SETTLING_SECONDS else ""
        )
    return looks.at_table(table)


def _name(state: State) -> str:
    return state.target_arn.rpartition("/")[2]
