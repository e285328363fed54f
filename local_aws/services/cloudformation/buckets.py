# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The settings of a bucket that CloudFormation passes on to S3 and ministack leaves out.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html:
BucketEncryption, LifecycleConfiguration, ObjectLockConfiguration and OwnershipControls go through the same
functions as PutBucketEncryption, PutBucketLifecycleConfiguration and so on. Of lifecycle rules, those with
transitions are refused: nothing here makes them. The tags of a stack are the bucket's, too:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-resource-tags.html

A bucket policy is not written over one that is there:
https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1068
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, tostring

from ministack.services import s3
from ministack.services.cloudformation import provisioners

if TYPE_CHECKING:
    from collections.abc import Callable

Props = dict[str, Any]
Put = Any  # a function of ministack, which carries no types


def install() -> None:
    provisioners._S3_BUCKET_CONFIGURATIONS += (
        ("BucketEncryption", _encryption, _told(s3._put_bucket_encryption), s3._delete_bucket_encryption),
        ("LifecycleConfiguration", _lifecycle, _told(s3._put_bucket_lifecycle), s3._delete_bucket_lifecycle),
        (
            "ObjectLockConfiguration",
            _object_lock,
            _told(s3._put_object_lock_configuration),
            _lock_stays,
        ),
        (
            "OwnershipControls",
            _ownership,
            _told(s3._put_bucket_ownership_controls),
            s3._delete_bucket_ownership_controls,
        ),
        ("Tags", _tags, _told(s3._put_bucket_tagging), s3._delete_bucket_tagging),
    )
    provisioners._STACK_TAG_PROPERTY["AWS::S3::Bucket"] = ("Tags", "list")
    provisioners._RESOURCE_HANDLERS["AWS::S3::BucketPolicy"]["create"] = _create_policy


def _told(put: Put) -> Callable[[str, bytes], None]:
    """Fail the resource with S3's answer if S3 refuses."""

    def checked(bucket: str, body: bytes) -> None:
        answer = put(bucket, body)
        if answer[0] >= 400:
            raise ValueError(f"{answer[2].decode()} (Service: S3, Status Code: {answer[0]})")

    return checked


def _create_policy(logical_id: str, props: Props, stack_name: str) -> tuple[str, Props]:
    if props["Bucket"] in s3._bucket_policies:
        raise ValueError(f"The bucket policy already exists on bucket {props['Bucket']}.")
    made: tuple[str, Props] = provisioners._s3_bucket_policy_create(logical_id, props, stack_name)
    return made


def _lock_stays(_bucket: str) -> None:
    """Object Lock cannot be switched off again; S3 leaves the bucket as it is."""


def _encryption(wanted: Props) -> bytes:
    root = _root("ServerSideEncryptionConfiguration")
    for rule in wanted["ServerSideEncryptionConfiguration"]:
        _add(root, "Rule", {
            "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
            "BucketKeyEnabled": rule.get("BucketKeyEnabled", False),
        })  # fmt: skip
    return _text(root)


def _lifecycle(wanted: Props) -> bytes:
    root = _root("LifecycleConfiguration")
    for rule in wanted["Rules"]:
        known = {
            "Id", "Status", "Prefix", "ExpirationInDays", "ExpiredObjectDeleteMarker",
            "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload",
        }  # fmt: skip
        if unknown := rule.keys() - known:
            raise ValueError(f"{sorted(unknown)} of a lifecycle rule are not imitated by this embedded AWS")
        expiration = {"Days": rule.get("ExpirationInDays")}
        if "ExpiredObjectDeleteMarker" in rule:
            expiration = {"ExpiredObjectDeleteMarker": rule["ExpiredObjectDeleteMarker"]}
        _add(root, "Rule", {
            "ID": rule.get("Id"),
            "Status": rule["Status"],
            "Filter": {"Prefix": rule.get("Prefix", "")},
            "Expiration": {key: value for key, value in expiration.items() if value is not None},
            "NoncurrentVersionExpiration": rule.get("NoncurrentVersionExpiration"),
            "AbortIncompleteMultipartUpload": rule.get("AbortIncompleteMultipartUpload"),
        })  # fmt: skip
    return _text(root)


def _object_lock(wanted: Props) -> bytes:
    root = _root("ObjectLockConfiguration")
    _add(root, "ObjectLockEnabled", wanted["ObjectLockEnabled"])
    _add(root, "Rule", wanted.get("Rule"))
    return _text(root)


def _ownership(wanted: Props) -> bytes:
    root = _root("OwnershipControls")
    for rule in wanted["Rules"]:
        _add(root, "Rule", rule)
    return _text(root)


def _tags(wanted: list[Props]) -> bytes:
    root = _root("Tagging")
    tags = SubElement(root, "TagSet")
    for tag in wanted:
        _add(tags, "Tag", {"Key": tag["Key"], "Value": tag["Value"]})
    return _text(root)


def _root(tag: str) -> Element:
    return Element(tag, xmlns=s3.S3_NS)


def _add(parent: Element, tag: str, value: Any) -> None:
    """Add a value as XML; empty mappings and null are left out."""
    if value is None or value == {}:
        return
    child = SubElement(parent, tag)
    if isinstance(value, dict):
        for key, each in value.items():
            _add(child, key, each)
    else:
        child.text = str(value).lower() if isinstance(value, bool) else str(value)


def _text(root: Element) -> bytes:
    text: bytes = tostring(root, encoding="utf-8")
    return text
