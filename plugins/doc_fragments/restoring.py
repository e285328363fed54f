# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of what is restored, how, and as what; `_restore/options.py` has it as code."""

from __future__ import annotations


class ModuleDocFragment:
    """What Ansible looks for."""

    DOCUMENTATION = r"""
options:
  from:
    description: A backup that others made, in place of a point.
    type: dict
    suboptions:
      bucket:
        description: The bucket where it lies.
        type: str
        required: true
      prefix:
        description: Its folder there, or the key of one file.
        type: str
        default: ""
      format:
        description: Its format. If it is none of these, or damaged, the module fails before it writes.
        type: str
        choices:
          - auto
          - dynamodb_json
          - ion
          - emr
          - hive
          - dynamodump
          - scan
        default: auto
      chosen:
        description: Where several backups lie there, the folder or file, or in an archive the table.
        type: str
        default: ""
      owner:
        description: The account that owns the bucket, if it is not that of the new table. An import needs it.
        type: str
        default: ""
  keys:
    description:
      - The attributes of the key with their types (V(S), V(N) or V(B)), the partition key first.
      - For files beside which no settings are, if the bucket has none of the table and it is gone.
    type: dict
    default: {}
  bucket:
    description:
      - The bucket with the points. If empty, the one of the store of O(prefix).
      - Needed if the stacks are gone, or to restore into another region or account than theirs. O(region) and
        the credentials are those of the new table.
    type: str
    default: ""
  overrides:
    description: What of the new table is to be otherwise than it was.
    type: dict
    suboptions:
      billing_mode:
        description: How it is billed.
        type: str
        choices: [PAY_PER_REQUEST, PROVISIONED]
      read_capacity:
        description: Read capacity, if it is provisioned. Needs O(overrides.write_capacity), too.
        type: int
      write_capacity:
        description: Write capacity, if it is provisioned. Needs O(overrides.read_capacity), too.
        type: int
      max_read_units:
        description: The most read units a second that it may use on demand, or V(-1) for no limit.
        type: int
      max_write_units:
        description: The most write units a second that it may use on demand, or V(-1) for no limit.
        type: int
      table_class:
        description: The class of the table.
        type: str
        choices: [STANDARD, STANDARD_INFREQUENT_ACCESS]
      kms_key:
        description: The ARN of a key, V(AWS_OWNED) or V(AWS_MANAGED).
        type: str
  skip:
    description:
      - The settings that are not to be brought back, such as V(ttl), V(stream), V(scalable_targets),
        V(policy) or V(global_indexes).
    type: list
    elements: str
    default: []
  way:
    description:
      - How to bring it back. V(auto) chooses the first of these that is possible, and tells why.
      - V(pitr) restores a moment from point-in-time recovery.
      - V(backup) restores a backup of DynamoDB's own.
      - V(import) has DynamoDB import an export as it lies there. It makes no local secondary indexes.
      - V(convert) writes another format as DynamoDB JSON below O(state_prefix), then imports that.
      - V(load) makes a table and writes each item. V(auto) prefers it for up to O(load_up_to_mb).
      - V(bulk), StartBulkPutItems, is refused as long as the format of its lines is not verified.
    type: str
    choices: [auto, pitr, backup, import, convert, load, bulk]
    default: auto
"""
