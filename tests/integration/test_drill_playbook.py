# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The drill playbook on the embedded AWS; what a drill finds is tried in tests/unit/modules/drill."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from . import state
from .playbooks import host
from .standing import first_backup, run

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

    from .playbooks import Played, Target

QUICKLY = {"drill_poll_seconds": 0.1}


def published(played: Played, target: str = "target") -> dict[str, Any]:
    """What the play published of a target."""
    told: dict[str, Any] = played.stats["tablekeeper_drill"]["targets"][target]
    return told


def test_the_morning_after(account: Account, target: Target) -> None:
    """Look at what would be drilled, drill it, and fail where a point is damaged."""
    state.tables(account, "orders", "carts")
    inventory = host("orders", "carts")
    first_backup(account, inventory)
    run(account, "orders", "carts")
    would = target.play("drill", inventory, check=True, **QUICKLY)
    assert "Would drill carts for about" in would.said
    assert "remove: the new table (DeleteTable)" in would.said

    done = target.play("drill", inventory, tables="orders,carts", **QUICKLY)
    told = published(done)
    assert told["succeeded"], told
    assert {each["table"]: each["verdict"] for each in told["tables"]} == {
        "orders": "passed",
        "carts": "passed",
    }
    assert sorted(account.client("dynamodb").list_tables()["TableNames"]) == ["carts", "orders"]
    assert done.too_wide == []

    s3, bucket = account.client("s3"), state.outputs(account, "tablekeeper-store")["BucketName"]
    for each in s3.list_objects_v2(Bucket=bucket, Prefix="retain-35d/orders/")["Contents"]:
        if each["Key"].endswith("json.gz"):
            s3.delete_object(Bucket=bucket, Key=each["Key"])
    failed = target.play("drill", inventory, tables="orders", fails=True, **QUICKLY)
    assert published(failed)["failed_tables"] == ["orders"]
    assert "cannot be restored. Its data files are gone." in failed.failures["target"]

    # Both drills in one document; without a drill, and with a name that would be markup.
    page = target.folder / "drills.html"
    told = {"drill_report": "drills.html", "drill_count": 0, "drill_started_by": "<b>me</b>"}
    target.play("drill", inventory, tables="carts", **QUICKLY, **told)
    target.play("drill", inventory, **QUICKLY, **told)
    text = page.read_text(encoding="utf-8")
    assert "4 drills, of which 3 passed and\n1 failed" in text
    assert "&lt;b&gt;me&lt;/b&gt;" in text
    assert "<b>me" not in text
    assert "Its data files are gone." in text
    assert not re.findall(r"(?:src|href)=", text), "nothing is loaded from elsewhere"
