# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to change to use the new table: for applications, for CloudFormation, and for Terraform.

Both tools take over a table that exists only if they are told its true properties.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html
https://developer.hashicorp.com/terraform/language/import
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from .._settings import write
from .._settings.document import ON_DEMAND, STANDARD, known, known_part

if TYPE_CHECKING:
    from .._settings.document import Index, Key, Settings

Json = dict[str, Any]

RESOURCE = "AWS::DynamoDB::Table"


def cut_over(old: str, actual: Settings, parameter: str = "", again: str = "") -> Json:
    """As text and as data; `again`: the options that restore it under its old name, if that is free."""
    region, new = actual.arn.split(":")[3], actual.name
    steps = []
    if parameter:
        steps.append(f"The parameter {parameter} names {new} now: have applications read it again.")
    elif old != new:
        steps.append(f"Have applications use {new} in place of {old}.")
    if again and old != new:
        steps.append(
            f"Or have {old} back under its old name, which is free: restore it again with {again}, and "
            f"delete {new}."
        )
    if actual.stream:
        steps.append(f"Point whatever read the stream of {old} to {actual.stream_arn}.")
    if old != new:
        steps.append(
            f"Back {new} up: add it to the inventory in place of {old}, and run the backup playbook, or the "
            "next incident finds no backup of it."
        )
    steps.append("Import it into CloudFormation or Terraform, if one of them is to own it.")
    return {
        "text": " ".join(steps),
        "parameter": parameter,
        "cloudformation": cloudformation(actual, region),
        "terraform": terraform(actual),
    }


def cloudformation(actual: Settings, region: str) -> Json:
    """A template with the table, what an import names, and the command that makes the change set."""
    logical = _logical_id(actual.name)
    template = {
        "Resources": {
            logical: {
                "Type": RESOURCE,
                "DeletionPolicy": "Retain",
                "UpdateReplacePolicy": "Retain",
                "Properties": _properties(actual),
            }
        }
    }
    resources = [
        {
            "ResourceType": RESOURCE,
            "LogicalResourceId": logical,
            "ResourceIdentifier": {"TableName": actual.name},
        }
    ]
    command = (
        f"aws cloudformation create-change-set --region {region} --change-set-type IMPORT --stack-name STACK "
        "--change-set-name import --template-body file://template.json "
        f"--resources-to-import '{json.dumps(resources)}'"
    )
    return {"template": template, "resources_to_import": resources, "command": command}


def _properties(actual: Settings) -> Json:
    """Every property that the table has, in the names of CloudFormation."""
    found: Json = {
        "TableName": actual.name,
        "AttributeDefinitions": write.attribute_definitions(actual),
        "KeySchema": write.key_schema(actual.keys),
        "BillingMode": actual.billing,
        "TableClass": actual.table_class,
        "DeletionProtectionEnabled": actual.deletion_protection,
    }
    days = actual.point_in_time_recovery
    policies = known(actual.policy, "")
    kinesis = known_part(actual.kinesis)
    own = [{"Key": key, "Value": value} for key, value in actual.tags.items() if not key.startswith("aws:")]
    more: Json = {
        "ProvisionedThroughput": write.capacity(actual.throughput),
        "OnDemandThroughput": _limits(actual),
        "LocalSecondaryIndexes": [_index(each) for each in actual.local_indexes],
        "GlobalSecondaryIndexes": [_index(each) for each in actual.global_indexes],
        "SSESpecification": _sse(actual),
        "StreamSpecification": {"StreamViewType": actual.stream} if actual.stream else {},
        "TimeToLiveSpecification": {"AttributeName": actual.ttl, "Enabled": True} if actual.ttl else {},
        "PointInTimeRecoverySpecification": {
            "PointInTimeRecoveryEnabled": True,
            "RecoveryPeriodInDays": days,
        }
        if days
        else {},
        "ResourcePolicy": {"PolicyDocument": json.loads(policies)} if policies else {},
        "KinesisStreamSpecification": {"StreamArn": kinesis[0].arn} if kinesis else {},
        "Tags": own,
    }
    return found | {name: value for name, value in more.items() if value}


def _limits(actual: Settings) -> Json:
    found = write.limits(actual.maximum)
    return {name: value for name, value in found.items() if value > 0}


def _index(index: Index) -> Json:
    found = write.index(index)
    found.pop("WarmThroughput", None)
    return found


def _sse(actual: Settings) -> Json:
    if actual.encryption is None:
        return {}
    mine = {} if actual.encryption.manager == "AWS" else {"KMSMasterKeyId": actual.encryption.key_arn}
    return {"SSEEnabled": True, "SSEType": "KMS"} | mine


def terraform(actual: Settings) -> str:
    """An import block and the resource."""
    name = re.sub(r"[^A-Za-z0-9_]", "_", actual.name)
    name = name if name[0].isalpha() or name[0] == "_" else f"_{name}"
    lines = [
        "import {",
        f"  to = aws_dynamodb_table.{name}",
        f"  id = {_quoted(actual.name)}",
        "}",
        "",
        f'resource "aws_dynamodb_table" "{name}" {{',
        *_indented(_arguments(actual)),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _arguments(actual: Settings) -> list[str]:
    lines = [f"name = {_quoted(actual.name)}", f"billing_mode = {_quoted(actual.billing)}"]
    lines += _schema(actual.keys)
    if actual.throughput:
        lines += [f"read_capacity = {actual.throughput.read}", f"write_capacity = {actual.throughput.write}"]
    if actual.table_class != STANDARD:
        lines.append(f"table_class = {_quoted(actual.table_class)}")
    if actual.deletion_protection:
        lines.append("deletion_protection_enabled = true")
    if actual.stream:
        lines += ["stream_enabled = true", f"stream_view_type = {_quoted(actual.stream)}"]
    for each in write.attribute_definitions(actual):
        name, kind = each["AttributeName"], each["AttributeType"]
        lines += _block("attribute", [f"name = {_quoted(name)}", f"type = {_quoted(kind)}"])
    for index in actual.local_indexes:
        lines += _block("local_secondary_index", _index_lines(index, local=True))
    for index in actual.global_indexes:
        lines += _block("global_secondary_index", _index_lines(index, local=False))
    return [*lines, *_blocks(actual), *_tags(actual)]


def _blocks(actual: Settings) -> list[str]:
    lines = []
    if actual.ttl:
        lines += _block("ttl", ["enabled = true", f"attribute_name = {_quoted(actual.ttl)}"])
    if days := actual.point_in_time_recovery:
        lines += _block("point_in_time_recovery", ["enabled = true", f"recovery_period_in_days = {days}"])
    if actual.encryption:
        key = actual.encryption
        arn = [f"kms_key_arn = {_quoted(key.key_arn)}"] if key.manager != "AWS" else []
        lines += _block("server_side_encryption", ["enabled = true", *arn])
    if actual.maximum and actual.billing == ON_DEMAND:
        limits = (("read", actual.maximum.read), ("write", actual.maximum.write))
        lines += _block(
            "on_demand_throughput", [f"max_{name}_request_units = {value}" for name, value in limits]
        )
    return lines


def _schema(keys: tuple[Key, ...]) -> list[str]:
    names = {"HASH": "hash_key", "RANGE": "range_key"}
    return [f"{names[each.role]} = {_quoted(each.name)}" for each in keys]


def _index_lines(index: Index, *, local: bool) -> list[str]:
    lines = [f"name = {_quoted(index.name)}"]
    roles = [each.role for each in index.keys]
    if local:
        lines += _schema(tuple(each for each in index.keys if each.role == "RANGE"))
    elif len(set(roles)) == len(roles):
        lines += _schema(index.keys)
    else:  # of several attributes
        for key in index.keys:
            lines += _block(
                "key_schema", [f"attribute_name = {_quoted(key.name)}", f"key_type = {_quoted(key.role)}"]
            )
    lines.append(f"projection_type = {_quoted(index.projection)}")
    if index.attributes:
        lines.append(f"non_key_attributes = {json.dumps(list(index.attributes))}")
    if index.throughput:
        lines += [f"read_capacity = {index.throughput.read}", f"write_capacity = {index.throughput.write}"]
    return lines


def _tags(actual: Settings) -> list[str]:
    own = {key: value for key, value in actual.tags.items() if not key.startswith("aws:")}
    if not own:
        return []
    return ["tags = {", *(f"  {_quoted(key)} = {_quoted(value)}" for key, value in own.items()), "}"]


def _block(name: str, lines: list[str]) -> list[str]:
    return [f"{name} {{", *(f"  {each}" for each in lines), "}"]


def _indented(lines: list[str]) -> list[str]:
    return [f"  {each}" for each in lines]


def _quoted(text: str) -> str:
    """A string of HCL, in which ${ and %{ would begin something."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def _logical_id(name: str) -> str:
    """Letters and digits only."""
    return "Table" + "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name))
