# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A target with a table in each state that there is, and the file that the playbook `status` writes of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from plugins.module_utils._model import drill
from tests.integration.playbooks import Target, host
from tests.unit.modules.status_info.machinery import Machinery, record

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.fixtures import Account


def written(account: Account, folder: Path) -> str:
    """The text of the file, as the playbook leaves it."""
    target, file = Target(folder, account), folder / "target.prom"
    _arrange(account)
    unlike = host(log_retention_days=30)  # what is not deployed so is told of the target
    target.play("status", unlike, status_prometheus_file=str(file), status_verify="none", fails=True)
    return file.read_text(encoding="utf-8")


def _arrange(account: Account) -> None:
    machinery = Machinery(account)
    machinery.deploy_store()
    _somebody_who_has_not_confirmed(machinery)
    machinery.deploy(
        record("orders", drill_every=168, drill_armed=True),
        record("sessions", drill_every=168, drill_armed=True),
        record("never"),
        record("catalog"),
        record("archive", enabled=False),
    )
    old = (account.aws.now() - timedelta(hours=31)).isoformat()
    machinery.run(machinery.entry("sessions", finished=old, started=old), machinery.entry("orders"))
    machinery.run(machinery.failure("sessions"), machinery.failure("never"))
    _drilled(machinery, "orders", 2)
    _drilled(machinery, "sessions", 20)
    _drilled(machinery, "sessions", 1, "It differed.")


def _somebody_who_has_not_confirmed(machinery: Machinery) -> None:
    machinery.client("sns").subscribe(
        TopicArn=machinery.topic, Protocol="email", Endpoint="ops@example.com", ReturnSubscriptionArn=True
    )


def _drilled(machinery: Machinery, table: str, days_ago: float, *why: str) -> None:
    when = machinery.account.aws.now() - timedelta(days=days_ago)
    told = {
        "finished": when.isoformat(),
        "why": list(why),
        "rto": {"seconds": 244.7, "allowed_seconds": None},
        "rpo": {"seconds": 3600, "allowed_seconds": 108000},
    }
    machinery.client("s3").put_object(
        Bucket=machinery.bucket,
        Key=drill.key(table, when, drill.FAILED if why else drill.PASSED),
        Body=json.dumps(told),
    )
