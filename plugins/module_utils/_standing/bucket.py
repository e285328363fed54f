# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A bucket as its template wants it beside what S3 tells: above all, when it deletes what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._base.naming import TAG
from .._model import expiry
from .._model.standing import ALTERED, SHORTENED, UNTAGGED, Difference
from .differences import compared, differing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def bucket_differences(properties: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Difference]:
    """Property by property, of those that could be read."""
    if "versioning" in found and "VersioningConfiguration" in properties:
        state = found["versioning"].get("Status")
        yield from _one("Versioning", properties["VersioningConfiguration"]["Status"], state)
    if "lifecycle" in found:
        wanted = properties.get("LifecycleConfiguration", {}).get("Rules", [])
        yield from rule_differences(wanted, found["lifecycle"].get("Rules", []))
    if "encryption" in found and "BucketEncryption" in properties:
        wanted = _encryption(properties["BucketEncryption"]["ServerSideEncryptionConfiguration"])
        yield from compared(wanted, _encryption(found["encryption"].get("Rules", [])))
    if "public_access" in found and "PublicAccessBlockConfiguration" in properties:
        yield from compared(properties["PublicAccessBlockConfiguration"], found["public_access"])
    if "ownership" in found and "OwnershipControls" in properties:
        yield from compared(
            properties["OwnershipControls"]["Rules"][0], next(iter(found["ownership"].get("Rules", [])), {})
        )
    if "lock" in found and "ObjectLockConfiguration" in properties:
        wanted = properties["ObjectLockConfiguration"].get("Rule", {}).get("DefaultRetention", {})
        held = found["lock"].get("Rule", {}).get("DefaultRetention", {})
        yield from (Difference(f"Object lock: {each.sentence}") for each in compared(wanted, held))


def _one(what: str, wanted: Any, found: Any) -> Iterator[Difference]:
    if wanted != found:
        yield Difference(differing(what, found, wanted))


def _encryption(rules: list[Mapping[str, Any]]) -> dict[str, Any]:
    """CloudFormation and S3 write the same here, but for the name of the part that tells how."""
    rule = next(iter(rules), {})
    how = rule.get("ServerSideEncryptionByDefault") or rule.get("ApplyServerSideEncryptionByDefault") or {}
    return {
        "SSEAlgorithm": how.get("SSEAlgorithm"),
        "KMSMasterKeyID": how.get("KMSMasterKeyID"),
        "BucketKeyEnabled": bool(rule.get("BucketKeyEnabled")),
    }


def tag_differences(wanted: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Difference]:
    """The tag by which a later deployment knows the bucket; CloudFormation copies it from the stack."""
    if TAG in wanted and found.get(TAG) != wanted[TAG]:
        yield Difference(differing(f"the tag {TAG}", found.get(TAG), wanted[TAG]), UNTAGGED)


# When a rule deletes what.
DELETES = ("ExpirationInDays", "ExpirationDate", "NoncurrentDays")
# Where it puts them: DynamoDB imports nothing from the storage classes of S3 Glacier.
MOVES = ("Transitions", "NoncurrentVersionTransitions")


def rule_differences(wanted: list[Mapping[str, Any]], found: list[Mapping[str, Any]]) -> Iterator[Difference]:
    """What of the lifecycle is not as deployed. What deletes sooner is told apart: data are lost by it."""
    ours = {str(rule["Id"]): _wanted_rule(rule) for rule in wanted}
    theirs = {str(rule.get("ID")): _found_rule(rule) for rule in found}
    for name, rule in ours.items():
        if name in theirs:
            yield from _changed(name, rule, theirs[name])
        else:
            yield Difference(f"the lifecycle rule {name} is gone")
    for name in sorted(theirs.keys() - ours.keys()):
        yield _added(name, theirs[name])


def _changed(name: str, wanted: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Difference]:
    for key, value in wanted.items():
        if found[key] != value:
            sooner = found["Status"] == "Enabled" and _sooner(key, wanted, found)
            sentence = f"the lifecycle rule {name}: {differing(key, found[key], value)}"
            yield Difference(sentence, SHORTENED if sooner else ALTERED)


def _added(name: str, rule: Mapping[str, Any]) -> Difference:
    deletes = {key: rule[key] for key in DELETES if rule[key]}
    sentence = f"the lifecycle rule {name} was not deployed"
    if rule["Status"] != "Enabled" or not (deletes and expiry.meets(rule["Prefix"])):
        moved = "; ".join(told for key in MOVES for told in rule[key])
        return Difference(f"{sentence}{f', and moves objects ({moved})' if moved else ''}")
    told = ", ".join(f"{key} {value}" for key, value in deletes.items())
    return Difference(f"{sentence}, and deletes {rule['Prefix'] or 'everything'} ({told})", SHORTENED)


def _sooner(key: str, wanted: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Whether it deletes backups sooner, or others than it should."""
    if not expiry.meets(found["Prefix"]):
        return False
    if key == "Prefix":
        others = not found["Prefix"].startswith(wanted["Prefix"])
        return others and any(found[each] for each in DELETES)
    if key not in DELETES or found[key] is None:
        return False
    return bool(wanted[key] is None or key == "ExpirationDate" or found[key] < wanted[key])


def _moves(listed: Iterable[Mapping[str, Any]]) -> list[str]:
    """To which storage classes objects go, and when, as CloudFormation and S3 both write it."""
    return sorted(f"to {each['StorageClass']} {_when(each)}" for each in listed)


def _when(move: Mapping[str, Any]) -> str:
    days = [move[key] for key in ("TransitionInDays", "Days", "NoncurrentDays") if key in move]
    return f"after {days[0]} days" if days else f"on {move.get('TransitionDate', move.get('Date'))}"


def _wanted_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule as CloudFormation writes it."""
    tags = {each["Key"]: each["Value"] for each in rule.get("TagFilters", [])}
    expiration = {
        "Days": rule.get("ExpirationInDays"),
        "Date": rule.get("ExpirationDate"),
        "ExpiredObjectDeleteMarker": rule.get("ExpiredObjectDeleteMarker"),
    }
    return _rule({**rule, "Expiration": expiration}, rule.get("Prefix"), tags)


def _found_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule as S3 writes it: its prefix is in the filter, unless the rule was made long ago."""
    chosen = rule.get("Filter", {})
    chosen = chosen.get("And", chosen)
    tags = chosen.get("Tags") or ([chosen["Tag"]] if "Tag" in chosen else [])
    named = {each["Key"]: each["Value"] for each in tags}
    sizes = {key: value for key, value in chosen.items() if key.startswith("ObjectSize")}
    return _rule({**rule, **sizes}, chosen.get("Prefix") or rule.get("Prefix"), named)


def _rule(rule: Mapping[str, Any], prefix: str | None, tags: Mapping[str, str]) -> dict[str, Any]:
    """What both write alike, on one level."""
    expiration, noncurrent = rule.get("Expiration", {}), rule.get("NoncurrentVersionExpiration", {})
    return {
        "Status": rule["Status"],
        "Prefix": prefix or "",
        "Tags": tags,
        "ObjectSizeGreaterThan": rule.get("ObjectSizeGreaterThan"),
        "ObjectSizeLessThan": rule.get("ObjectSizeLessThan"),
        "ExpirationInDays": expiration.get("Days"),
        "ExpirationDate": expiration.get("Date"),
        "ExpiredObjectDeleteMarker": bool(expiration.get("ExpiredObjectDeleteMarker")),
        "NoncurrentDays": noncurrent.get("NoncurrentDays"),
        "NewerNoncurrentVersions": noncurrent.get("NewerNoncurrentVersions"),
        **{key: _moves(rule.get(key, ())) for key in MOVES},
        "DaysAfterInitiation": rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation"),
    }
