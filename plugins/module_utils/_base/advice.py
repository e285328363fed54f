# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to do about an error of AWS's that has nothing to do with backups: no way there, or not let in."""

from __future__ import annotations

import re

# Not let in, or nothing there: S3 says no more than the number.
_DENIED = r"\((403|Forbidden|AccessDenied(Exception)?|UnauthorizedOperation|AuthorizationError(Exception)?)\)"
_NOT_THERE = r"\((404|Not ?Found|NoSuchBucket|NoSuchKey|NotFoundException|ResourceNotFoundException)\)"
LIKE_REFUSALS = f"{_DENIED}|{_NOT_THERE}"

# Of what a run did at AWS, whose region and account are those of what is missing. Elsewhere the code is told.
_IN_A_RUN = rf"(?s)\A(?!.*{_NOT_THERE}).*"

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
        "Correct AWS_PROFILE, or tablekeeper_profile if the target has one: `aws configure list-profiles` "
        "names those that this machine has."
    ),
    r"a profile and access tokens": (
        "Unset AWS_PROFILE and AWS_DEFAULT_PROFILE, or unset AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and "
        "AWS_SESSION_TOKEN."
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
    r"when calling the AssumeRole operation": (
        "tablekeeper_role_arn cannot be assumed: its trust policy has to name who asks, with the same "
        "tablekeeper_external_id, and who asks needs sts:AssumeRole on it."
    ),
    rf"{_DENIED}(?!.*when calling the AssumeRole operation)": (
        "The page docs/iam.md of the collection names the policies that each playbook needs; who administers "
        "the account attaches them."
    ),
    r"\((403|Forbidden)\)": (
        "If these credentials have them, the policy of the bucket or of its key keeps them out: ask who "
        "looks after those."
    ),
    _NOT_THERE: (
        "What is not there was deleted, or is in another account or region: check tablekeeper_region and the "
        "credentials; if they are right, run the backup playbook, which makes what is its own again."
    ),
    r"\((StateMachineDoesNotExist|TopicNotFound)\)": (
        "It was deleted: run the backup playbook, which makes it again."
    ),
    rf"{_IN_A_RUN}Topic does not exist": (
        "The topic was deleted: run the backup playbook, which makes it again."
    ),
    rf"{_IN_A_RUN}The specified bucket does not exist": (
        "The bucket was deleted, and every backup in it is lost: run the backup playbook, which makes it "
        "again, and find out who deleted it."
    ),
    rf"{_IN_A_RUN}(Table not found: |Requested resource not found: Table)": (
        "The table is gone: run the restore playbook with -e restore_table=NAME -e restore_to=NAME, its name "
        "both times, which brings its last backup back under that name; or write enabled: false at its entry "
        "in tablekeeper_tables and run the backup playbook."
    ),
    r"KMS\.?\w*Exception|\bkms:\w+": (
        "Who administers the KMS key has to let it be used: see the key's policy, and whether it is enabled."
    ),
    r"PointInTimeRecoveryUnavailable|(?i:point in time recovery is not enabled)": (
        "Switch point-in-time recovery on: set tablekeeper_enable_pitr: true and run the backup playbook (it "
        "costs money by the size of the table)."
    ),
    r"_IN_PROGRESS state and can ?not be updated|\(AlreadyExistsException\)": (
        "Another job is deploying the same target now: wait until it has ended, run this again, and see "
        "that no two do."
    ),
    r"\[(\S+)\] cannot be deleted while TerminationProtection is enabled": (
        "The teardown playbook switches the protection of its own stacks off."
    ),
}


def denied(message: str) -> bool:
    """Whether AWS let nobody in, as far as the message tells."""
    return re.search(_DENIED, message) is not None


def advice(message: str) -> list[str]:
    """Sentences on what to do next, if any is known."""
    return [told for words, told in _ADVICE.items() if re.search(words, message)]
