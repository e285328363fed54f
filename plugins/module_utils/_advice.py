# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to do about an error of AWS's that has nothing to do with backups: no way there, or not let in."""

from __future__ import annotations

import re

# The words of botocore's exceptions, and the codes that AWS answers with.
# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
_ADVICE = {
    r"Could not connect to the endpoint|timeout on endpoint|Connection was closed before|connect to proxy": (
        "Check the region, and that this machine (in AWX: the execution environment) reaches that address: "
        "name resolution, firewall, HTTPS_PROXY."
    ),
    r"SSL validation failed": "If a proxy comes between, name its certificates in AWS_CA_BUNDLE.",
    r"Unable to locate credentials|Partial credentials found": (
        "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; in AWX, give the job template a "
        "credential of the type Amazon Web Services."
    ),
    r"config profile \(.*\) could not be found": (
        "Correct AWS_PROFILE: `aws configure list-profiles` names those that this machine has."
    ),
    r"a profile and access tokens": (
        "Unset AWS_PROFILE, or unset AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN."
    ),
    r"\((ExpiredToken|ExpiredTokenException|RequestExpired)\)": (
        "The credentials have expired: sign in again."
    ),
    r"\((InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClientException|AuthFailure)\)": (
        "AWS does not know the access key, or its session token is missing: see with "
        "`aws sts get-caller-identity` which credentials are used."
    ),
    r"\((SignatureDoesNotMatch|InvalidSignatureException|RequestTimeTooSkewed)\)": (
        "Check the secret key, and the clock of this machine."
    ),
    r"\((AccessDenied|AccessDeniedException|UnauthorizedOperation|AuthorizationError)\)": (
        "The page docs/iam.md of the collection names the policies that each playbook needs."
    ),
}


def advice(message: str) -> str:
    """A sentence on what to do next, or nothing."""
    return " ".join(told for words, told in _ADVICE.items() if re.search(words, message))
