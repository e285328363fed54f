#!/usr/bin/python
# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: backup_expiry
short_description: (internal) Tell when a bucket's rules delete the last backups, or switch them off
version_added: 0.1.0
description:
  - The bucket of a store deletes backups by lifecycle rules, which belong to the bucket and not to the
    machinery. They go on when nothing is backed up any more, until nothing is left.
  - Tells of each table when its last backup is deleted.
  - With O(keep) the rules are switched off, so that every backup stays until somebody deletes it. The backup
    playbook switches them on again. They are looked at afterwards; while AWS tells that one is on, the module
    waits for a minute, and fails then.
  - A rule that somebody added counts like those of the store, if it can meet a backup. With O(keep) it is
    switched off if it is for backups only. If it is for other objects, too, nothing is changed, and the
    module fails and names it, also in check mode.
author:
  - Tablekeeper contributors (@tablekeeper)
options:
  bucket:
    description: The bucket.
    type: str
    required: true
  keep:
    description: Switch off the rules that delete backups.
    type: bool
    default: false
extends_documentation_fragment:
  - tablekeeper.dynamodb.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: See until when there are backups
  tablekeeper.dynamodb.backup_expiry:
    bucket: tablekeeper-123456789012-eu-west-1
    region: eu-west-1

- name: Let no backup be deleted any more
  tablekeeper.dynamodb.backup_expiry:
    bucket: tablekeeper-123456789012-eu-west-1
    keep: true
    region: eu-west-1
"""

RETURN = r"""
missing:
  description: Whether there is no such bucket, and so no backup in it.
  returned: always
  type: bool
  sample: false
tables:
  description:
    - Of each table that has a backup in the bucket, when its last one was made, the day it is deleted on, and
      the day on which it is gone for good, since its version can be brought back until then. A day is empty
      if no rule deletes it.
  returned: always
  type: list
  elements: dict
  sample:
    - {table: orders, made: "2026-11-27T02:07:51+00:00", deleted: "2027-01-02", gone: "2027-01-16"}
rules:
  description: The ids of the rules that delete backups. With O(keep), of those that were switched off.
  returned: always
  type: list
  elements: str
  sample: [retain-35d]
others:
  description: The rules among them that no store is deployed with, and what they delete, in words.
  returned: always
  type: list
  elements: str
  sample: ["corp-cleanup (deletes everything after 2 days)"]
refusal:
  description:
    - Why this is not known, if AWS refused to tell.
    - With RV(tables), only manifests could not be read, so that what is taken for a table's last backup may
      be an export of a part of it.
  returned: always
  type: str
  sample: ""
"""

from typing import Any

try:
    import botocore
except ImportError:
    pass  # handled by AnsibleAWSModule

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws import s3
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._aws.client import Aws, ask, settled
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model import expiry as model_expiry
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.refusal import Refusal
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._points.gather_last import last_backups


class DeletedStillError(Exception):
    """Rules go on deleting backups: those of somebody else, or some that are not off."""


def expiry(aws: Aws, bucket: str, *, keep: bool, check: bool) -> dict[str, Any]:
    """The module's result."""
    client = aws("s3")
    answer = s3.get_lifecycle(client, bucket)
    lifecycle = (answer or {}).get("Rules", [])
    at_work = model_expiry.rules(lifecycle)
    if keep and (refusal := model_expiry.refusal(bucket, model_expiry.beyond(at_work))):
        raise DeletedStillError(refusal)
    if keep and at_work and not check:
        s3.put_lifecycle_rules(client, bucket, model_expiry.switched_off(lifecycle))
        _see_them_off(client, bucket)
    made, unread = last_backups(aws, bucket)
    versions, deleting = model_expiry.rules_of_versions(lifecycle), [] if keep else at_work
    ends = [model_expiry.last_backup(table, when, deleting, versions) for table, when in sorted(made.items())]
    return {
        "changed": keep and bool(at_work),
        "missing": answer is None,
        "tables": [
            {
                "table": end.table,
                "made": end.made.isoformat(),
                "deleted": end.deleted.isoformat() if end.deleted else "",
                "gone": end.gone.isoformat() if end.gone else "",
            }
            for end in ends
        ],
        "rules": [rule.id for rule in at_work],
        "others": [model_expiry.shown(rule) for rule in model_expiry.added(at_work)],
        "refusal": _words(unread) if unread else "",
    }


def _see_them_off(client: Any, bucket: str) -> None:
    """Look at the rules after the change; DeletedStillError if one goes on deleting backups."""

    def left() -> list[model_expiry.Rule]:
        return model_expiry.rules((s3.get_lifecycle(client, bucket) or {}).get("Rules", []))

    if still := settled(left, lambda rules: not rules):
        raise DeletedStillError(model_expiry.still_on(bucket, still))


def told(aws: Aws, bucket: str, *, check: bool) -> dict[str, Any]:
    """The same without a change, or why it is not known: to remove a deployment nobody need know it."""
    nothing: dict[str, Any] = {"changed": False, "missing": False, "tables": [], "rules": [], "others": []}
    try:
        found = ask("s3", lambda: expiry(aws, bucket, keep=False, check=check))
    except botocore.exceptions.BotoCoreError as error:
        return {**nothing, "refusal": str(error)}
    if isinstance(found, Refusal):
        return {**nothing, "refusal": _words(found)}
    return found


def _words(refusal: Refusal) -> str:
    return f"{refusal.call} was refused with {refusal.code}: {refusal.message}"


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec={
            "bucket": {"type": "str", "required": True},
            "keep": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    bucket, keep = module.params["bucket"], module.params["keep"]
    aws = Aws.of(module)
    try:
        result = (
            expiry(aws, bucket, keep=True, check=module.check_mode)
            if keep
            else told(aws, bucket, check=module.check_mode)
        )
    except DeletedStillError as error:
        module.fail_json(msg=str(error))
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        module.fail_json_aws(error, msg=f"The lifecycle rules of the bucket {bucket} cannot be switched off")
    module.exit_json(**result)


if __name__ == "__main__":
    main()
