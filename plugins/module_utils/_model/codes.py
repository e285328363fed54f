# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The codes with which AWS refuses, by what they mean for whoever asked."""

from __future__ import annotations

SERVER_ERROR = 500  # and above: AWS has failed, or is busy
# "Later", beside what AWSRetry knows by itself.
THROTTLED = (
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "ProvisionedThroughputExceededException",
    "SlowDown",
    "InternalServerError",
    "InternalServerException",
    "InternalServiceError",
    "ServiceUnavailableException",
)
# Of a call for items. The other replicas of a table with strong consistency, or a transaction, may write the
# same items now.
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html#API_PutItem_Errors
BUSY_ITEMS = frozenset(
    {
        *THROTTLED,
        "RequestLimitExceeded",
        "ReplicatedWriteConflictException",
        "TransactionConflictException",
    }
)
DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "KMSAccessDeniedException",
        "NotAuthorized",
        "UnauthorizedOperation",
    }
)
# Whoever gets one of these cannot ask AWS anything.
NOBODY = frozenset(
    {
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
