# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The templates by which a store's stack adopts the buckets and the log group that an earlier store kept.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Json = dict[str, Any]
# What a store keeps: logical id, type, and the property that names it.
BUCKET = ("Bucket", "AWS::S3::Bucket", "BucketName")
LOG_GROUP = ("LogGroup", "AWS::Logs::LogGroup", "LogGroupName")
LOG_BUCKET = ("LogBucket", "AWS::S3::Bucket", "BucketName")


def resource(kept: tuple[str, str, str], name: str) -> Json:
    """A kept resource as ResourcesToImport has it."""
    logical_id, kind, identifier = kept
    return {
        "ResourceType": kind,
        "LogicalResourceId": logical_id,
        "ResourceIdentifier": {identifier: name},
    }


def names(resources: Iterable[Json]) -> list[str]:
    """The names of resources."""
    return [name for each in resources for name in each["ResourceIdentifier"].values()]


def only(template: Json, resources: list[Json]) -> str:
    """The template cut down to the resources given and their names: an import may hold nothing else.

    An import changes no resource. Properties that it names count as deployed, so that the update after it
    would leave an old lifecycle or encryption as it is; and they may refer to what is not there yet, a key.
    """
    head = {"AWSTemplateFormatVersion": "2010-09-09", "Description": template.get("Description", "")}
    return json.dumps({**head, "Resources": _named(template, resources)}, sort_keys=True)


def beside(deployed: Json, template: Json, resources: list[Json]) -> str:
    """The deployed template with the resources given in it: an import may change nothing else."""
    together = {**deployed["Resources"], **_named(template, resources)}
    return json.dumps({**deployed, "Resources": together}, sort_keys=True)


def _named(template: Json, resources: list[Json]) -> Json:
    kept = {}
    for each in resources:
        name, identifiers = each["LogicalResourceId"], each["ResourceIdentifier"]
        whole = template["Resources"][name]
        kept[name] = {**whole, "Properties": {key: whole["Properties"][key] for key in identifiers}}
    return kept
