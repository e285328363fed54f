# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The policies of docs/iam for undoing are enough, and no more: who may plan cannot write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.integration.rights import FOLDER, actions, policy, used
from tests.unit.modules.status_info.machinery import Machinery
from tests.unit.support import restorable
from tests.unit.support.incidents import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from local_aws.client.fixtures import Account

    from .conftest import Night

PLANS = ("undo_plan", "compare_kms")
# What AWS asks for by its documentation, and the embedded AWS does not.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport_Requesting.html
UNASKED = {"s3:PutObjectAcl", "s3:AbortMultipartUpload"}


def asked_by(account: Account, user: str) -> set[str]:
    """But for what everybody may ask."""
    asked = {action for who, action, _on in used(account) if who.endswith(f":user/{user}")}
    return asked - {"sts:GetCallerIdentity"}


def test_enough_and_no_more(account: Account, night: Night, become: Callable[..., None]) -> None:
    """A window, two points, a point alone, and the undo of an undo, in a store with a key of its own."""
    target = Machinery(account)
    target.deploy_store()
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    encrypted = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    account.client("s3").put_bucket_encryption(
        Bucket=target.bucket, ServerSideEncryptionConfiguration={"Rules": [encrypted]}
    )
    for run in ("20261123T140003Z-1a2b3c4d", "20261124T140003Z-1a2b3c4d"):
        restorable.point(account, TABLE, run, target.bucket)
    night.scene.bucket = ""  # that of the store
    become(*PLANS)
    made = night.undo(**night.window)
    assert "plan" in made, made["msg"]
    assert [each["state"] for each in made["plan"]["effects"]].count("unknown") == 0
    points = {"before": "20261123T140003Z-1a2b3c4d", "after": "20261124T140003Z-1a2b3c4d"}
    for options in (points, {"before": "latest"}, {"plan": made["plan"]["id"]}):
        assert "plan" in (answer := night.undo(**options)), answer["msg"]
    before = night.items()
    refused = night.undo(**night.yes(made, "stream"))
    assert "of orders is not allowed" in refused["msg"], refused["msg"]
    assert night.items() == before
    planner, writer = "-".join(PLANS), "-".join([*PLANS, "undo"])
    assert sorted(asked_by(account, planner) ^ (actions(*map(policy, PLANS)) - UNASKED)) == []

    become(*PLANS, "undo")
    done = night.undo(**night.yes(made, "stream"))
    assert done["succeeded"], done["msg"]
    back = night.undo(of=made["plan"]["id"])
    assert night.undo(**night.yes(back, "stream"))["succeeded"]
    assert asked_by(account, writer) - asked_by(account, planner) == actions(policy("undo"))


def test_who_plans_writes_exports_and_plans_only() -> None:
    writing = {
        (action, json.dumps(statement["Resource"]))
        for statement in json.loads((FOLDER / "undo_plan.json").read_text(encoding="utf-8"))["Statement"]
        for action in actions({"Statement": [statement]})
        if not action.partition(":")[2].startswith(("BatchGet", "Describe", "Get", "List", "Scan"))
    }
    exports = json.dumps("arn:aws:s3:::tablekeeper-*/exports/*")
    assert writing == {
        ("dynamodb:ExportTableToPointInTime", json.dumps("arn:aws:dynamodb:*:*:table/*")),
        ("s3:AbortMultipartUpload", exports),
        ("s3:PutObject", exports),
        ("s3:PutObjectAcl", exports),
        ("s3:PutObject", json.dumps("arn:aws:s3:::tablekeeper-*/undo/*")),
    }
