# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A stack of pipelines that really run in the embedded AWS, without CloudFormation."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import naming
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.data_pipeline import history
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.data_pipeline.records import (
    PipelineRecord,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import Outputs
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.stack import Stack
from local_aws.client.pipelines import (
    EXPORT,
    Pipe,
    alarm,
    at,
    bucket_of,
    cluster,
    default,
    pipe,
    pipeline_object,
    schedule,
)
from local_aws.client.samples import create, simple
from tests.unit.support import records

if TYPE_CHECKING:
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.evidence import Past
    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import TableRecord
    from local_aws.client.fixtures import Account

STACK = "tablekeeper-data-pipeline-1"
TAGS = {"dynamodbdatapipeline": "true", "tablekeeper-prefix": "tablekeeper", "tablekeeper-stack": STACK}
TIME = "#{format(@scheduledStartTime,'YYYYMMdd')}T#{format(@scheduledStartTime,'HHmmss')}Z-dp"
SETTINGS = (
    "table={0} arn=arn:aws:dynamodb:eu-west-1:1:table/{0} run='#{{myDirectory}}' "
    "execution='{1}/#{{@scheduledStartTime}}'\n"
    "echo '{{}}' | aws s3 cp - $run/settings.json"
)


def row(name: str, number: int = 1, ratio: float = 0.25, **changes: Any) -> TableRecord:
    """A table's record in the outputs of its stack."""
    common = {"schedule": "24h-0200-abcdef", "own": {"pipeline": number, "ratio": ratio}}
    return records.table(name, engine="data_pipeline", **{**common, **changes})


def pipeline_record(name: str, **changes: Any) -> PipelineRecord:
    """A pipeline's record there."""
    common: dict[str, Any] = {"id": "df-1", "schedule": "24h-0200-abcdef", "number": 1, "start": ""}
    return PipelineRecord(**{"name": name, **common, "every": 24, "limit": 6, **changes})


@dataclass
class Piped:
    """Tables of one stack, in pipelines that start within the hour."""

    account: Account
    rows: list[TableRecord] = field(default_factory=list)
    pipes: list[Pipe] = field(default_factory=list)
    records: list[PipelineRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.aws = Aws(self.account.client)
        topic = self.account.client("sns").create_topic(Name="alerts")["TopicArn"]
        self.alarms = [alarm("Failed", topic), alarm("Late", topic)]

    @property
    def bucket(self) -> str:
        return bucket_of(self.account)

    @property
    def stack(self) -> Stack:
        raw = {"ClusterRoleArn": "arn", "Pipelines0": json.dumps([each.to_json() for each in self.records])}
        outputs = Outputs(raw=raw)
        return Stack(STACK, "CREATE_COMPLETE", outputs, tuple(self.rows), "data_pipeline")

    def tables(self, *names: str, **changes: Any) -> None:
        """A pipeline of its own for these tables, which are made."""
        create(self.account.client("dynamodb"), tuple(simple(name) for name in names), pitr=False)
        self.pipeline(*names, **changes)

    def pipeline(self, *names: str, **changes: Any) -> Pipe:
        """A pipeline for tables; activities are exports unless `changes` make them something else."""
        number = len(self.pipes) + 1
        name, start = f"{STACK}-24h-0200-abcdef-{number}-0123abcd", at(self.account, hours=1)
        tags = [{"key": key, "value": value} for key, value in TAGS.items()]
        made = pipe(self.account, name, tags=tags)
        self.rows += [row(each, number) for each in names]
        self.pipes.append(made)
        self.records.append(pipeline_record(name, id=made.id, number=number, start=start))
        activities = [self.activity(each, name, **changes) for each in names]
        common = default(self.account, scheduleType="cron", schedule=("Schedule",))
        made.define(common, schedule(start), cluster(), *self.alarms, *activities).activate()
        return made

    def activity(self, table: str, pipeline: str, **changes: Any) -> dict[str, Any]:
        fields = {
            "type": "EmrActivity",
            "runsOn": ("Cluster",),
            "myDirectory": f"s3://{self.bucket}/retain-35d/{table}/{TIME}",
            "step": f"{EXPORT},#{{myDirectory}}/data,{table},0.25",
            "preStepCommand": SETTINGS.format(table, pipeline),
            "postStepCommand": f"table={table} run='#{{myDirectory}}' empty=no\ntrue",
            "maximumRetries": "0",
            "lateAfterTimeout": "6 hours",
            "onLateAction": ("Late",),
            "onFail": ("Failed",),
        }
        fields = {key: value for key, value in {**fields, **changes}.items() if value}
        return {**pipeline_object(naming.logical_id(table), **fields), "name": table}

    def run(self) -> None:
        """Let a run of every pipeline begin and end, the first two hours after it was made."""
        self.account.aws.advance(hours=2 if not self.pipes[0].instances() else 24)
        for each in self.pipes:
            each.wait(60)

    def past(self, *tables: str, young_hours: float | None = 30) -> dict[str, Past]:
        """What the engine knows of tables, or of all."""
        names = tables or tuple(each.name for each in self.rows if each.enabled)
        now: datetime = self.account.aws.now()
        young = {} if young_hours is None else dict.fromkeys(names, now - timedelta(hours=young_hours))
        return history.latest_runs(self.aws, self.stack, self.bucket, names, young=young)
