# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a bucket really is, in the words of AWS::S3::Bucket.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

from ministack.services import s3

Json = dict[str, Any]
READ = (
    "BucketEncryption", "LifecycleConfiguration", "ObjectLockConfiguration", "ObjectLockEnabled",
    "OwnershipControls", "PublicAccessBlockConfiguration", "VersioningConfiguration",
)  # fmt: skip


def read(name: str, props: Json) -> Json | None:
    if name not in s3._buckets:
        return None
    lock = _xml(s3._get_object_lock_configuration(name))
    wanted = props.get("PublicAccessBlockConfiguration") or {}
    block = _one(_xml(s3._get_public_access_block(name)))
    shown: Json = {
        "BucketEncryption": _encryption(name, props.get("BucketEncryption") or {}),
        "LifecycleConfiguration": _lifecycle(name),
        "ObjectLockConfiguration": _one(lock),
        "ObjectLockEnabled": lock is not None,
        "OwnershipControls": _ownership(name),
        "PublicAccessBlockConfiguration": {key: value for key, value in block.items() if key in wanted},
        "Tags": dict(s3._bucket_tags.get(name) or {}),
        "VersioningConfiguration": {"Status": s3._bucket_versioning.get(name, "Suspended")},
    }
    return {key: value for key, value in shown.items() if value != {}}


def _encryption(name: str, wanted: Json) -> Json:
    """Whether a bucket key is used is compared where the template says so."""
    says = any("BucketKeyEnabled" in each for each in wanted.get("ServerSideEncryptionConfiguration", ()))
    rules = [
        {"ServerSideEncryptionByDefault": each["ApplyServerSideEncryptionByDefault"]}
        | ({"BucketKeyEnabled": each.get("BucketKeyEnabled", "false")} if says else {})
        for each in _all(_xml(s3._get_bucket_encryption(name)), "Rule")
    ]
    return {"ServerSideEncryptionConfiguration": rules} if rules else {}


def _ownership(name: str) -> Json:
    rules = _all(_xml(s3._get_bucket_ownership_controls(name)), "Rule")
    return {"Rules": rules} if rules else {}


def _lifecycle(name: str) -> Json:
    rules = [_rule(each) for each in _all(_xml(s3._get_bucket_lifecycle(name)), "Rule")]
    return {"Rules": rules} if rules else {}


def _rule(found: Json) -> Json:
    """A rule in the words of a template; what it does not know keeps S3's."""
    rule = {key: value for key, value in found.items() if key not in {"ID", "Filter", "Expiration"}}
    if "ID" in found:
        rule["Id"] = found["ID"]
    if prefix := (found.get("Filter") or {}).get("Prefix"):
        rule["Prefix"] = prefix
    expiration = found.get("Expiration") or {}
    names = {"Days": "ExpirationInDays", "Date": "ExpirationDate"}
    return rule | {names.get(key, key): value for key, value in expiration.items()}


def _xml(answer: tuple[int, Any, bytes | str]) -> ET.Element | None:
    """The root of S3's answer; None if there is no such setting."""
    return ET.fromstring(answer[2]) if answer[0] < 400 else None


def _one(root: ET.Element | None) -> Json:
    found = {} if root is None else _value(root)
    return found if isinstance(found, dict) else {}


def _all(root: ET.Element | None, tag: str) -> list[Json]:
    return [] if root is None else [_one(each) for each in root if each.tag.rsplit("}", 1)[-1] == tag]


def _value(element: ET.Element) -> Any:
    """Text, or a mapping of what is below."""
    if len(element) == 0:
        return element.text or ""
    return {each.tag.rsplit("}", 1)[-1]: _value(each) for each in element}
