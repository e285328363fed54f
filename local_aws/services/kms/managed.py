# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The key that AWS manages for DynamoDB: made when the first table of an account and region needs it.

https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk
https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html (KeyManager)
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SSEDescription.html (KMSMasterKeyArn)

DynamoDB tells of it by the ARN of the key, as of any other: only KMS tells whose it is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import dynamodb, kms

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

ALIAS = "alias/aws/dynamodb"

_managed = AccountRegionScopedDict()  # the ids of such keys, by alias


def install() -> None:
    dynamodb._sse_description_from_spec = _with_key(dynamodb._sse_description_from_spec)
    kms._key_metadata = _with_manager(kms._key_metadata)


def _with_key(describe: Callable[[Any], Json | None]) -> Callable[[Any], Json | None]:
    def described(specification: Any) -> Json | None:
        found = describe(specification)
        if found and str(found.get("KMSMasterKeyArn", "")).endswith(ALIAS):
            found["KMSMasterKeyArn"] = kms._arn(_key_id())
        return found

    return described


def _key_id() -> str:
    if ALIAS not in _managed:
        _status, _headers, body = kms._create_key({"Description": "Default key of DynamoDB"})
        _managed[ALIAS] = json.loads(body)["KeyMetadata"]["KeyId"]
        kms._aliases[kms._alias_arn(ALIAS)] = _managed[ALIAS]
    return str(_managed[ALIAS])


def _with_manager(metadata: Callable[[Json], Json]) -> Callable[[Json], Json]:
    def told(record: Json) -> Json:
        found = metadata(record)
        return found | {"KeyManager": "AWS"} if record["KeyId"] in _managed.values() else found

    return told
