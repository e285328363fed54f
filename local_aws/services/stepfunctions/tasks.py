# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Task states: authorised against the machine's role, called, and told in AWS's words.

Imitates "Learning to use AWS service SDK integrations in Step Functions" (PascalCase results, timestamps as
ISO strings, blobs as text, error names from the SDK for Java), "Publish Amazon SNS topics with Step
Functions" and "Start a new AWS Step Functions state machine from a running execution"
(docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html, connect-sns.html).
"""

from __future__ import annotations

import email.utils
import json
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import UTC
from typing import TYPE_CHECKING, Any

from ministack import app
from ministack.core.responses import _service_model, get_account_id, get_region, new_uuid
from ministack.services import sns
from ministack.services import stepfunctions as sf

from local_aws.services.iam import permissions

from . import modelled
from .engine import background
from .rights import AWS_SDK, OPTIMIZED, rights
from .run import Context, Json, Run, State, error, jsonata, limited

if TYPE_CHECKING:
    from collections.abc import Callable

_BOTOCORE = {
    "states": "stepfunctions",
    "sfn": "stepfunctions",
    "applicationautoscaling": "application-autoscaling",
}
_S3_PUT_HEADERS = {
    "ContentType": "content-type", "ServerSideEncryption": "x-amz-server-side-encryption",
    "SsekmsKeyId": "x-amz-server-side-encryption-aws-kms-key-id", "IfNoneMatch": "if-none-match",
    "ChecksumAlgorithm": "x-amz-sdk-checksum-algorithm", "ExpectedBucketOwner": "x-amz-expected-bucket-owner",
}  # fmt: skip


def add_services() -> None:
    """Teach ministack's dispatcher the SDK services it lacks."""
    sf._AWS_SDK_SERVICE_MAP["applicationautoscaling"] = {
        "target_prefix": "AnyScaleFrontendService", "protocol": "json",
        "service_key": "application-autoscaling",
    }  # fmt: skip
    sf._AWS_SDK_ERROR_PREFIX["applicationautoscaling"] = "ApplicationAutoScaling"
    sf._AWS_SDK_ERROR_PREFIX |= modelled.PREFIXES


def perform(run: Run, state: State, data: Json, ctx: Context) -> Json:
    """One attempt of a Task state."""
    resource: str = state["Resource"]
    if jsonata(state, ctx):
        arguments = sf._apply_jsonata_arguments(state, data, ctx)
    else:
        arguments = sf._apply_parameters(state, sf._apply_input_path(state, data, ctx), ctx)
    family, _colon, operation = resource.removeprefix(OPTIMIZED).rpartition(":")
    about = {"resourceType": family, "resource": operation}
    parameters = limited(arguments, ctx["State"]["Name"])
    run.event(
        "TaskScheduled", "taskScheduledEventDetails", **about, region=get_region(), parameters=parameters
    )
    run.event("TaskStarted", "taskStartedEventDetails", **about)
    try:
        result = _timed(run, state, resource, arguments, data, ctx)
        output = limited(result, ctx["State"]["Name"])
    except sf._ExecutionError as failure:
        kind, key = (
            ("TaskTimedOut", "taskTimedOutEventDetails")
            if failure.error == "States.Timeout"
            else ("TaskFailed", "taskFailedEventDetails")
        )
        run.event(kind, key, **about, error=failure.error, cause=failure.cause)
        raise
    run.event("TaskSucceeded", "taskSucceededEventDetails", **about, output=output)
    return result


def _timed(run: Run, state: State, resource: str, arguments: Json, data: Json, ctx: Context) -> Json:
    def call() -> Json:
        with permissions.acting_as(run.role):
            return _authorised(run, resource, arguments)

    if "TimeoutSeconds" not in state:
        return call()
    seconds = state["TimeoutSeconds"]
    if jsonata(state, ctx):
        seconds = sf._jsonata_state_field(state, "TimeoutSeconds", "number", data, ctx)
    future: Future[Json] = Future()

    def attempt() -> None:
        try:
            future.set_result(call())
        except Exception as failure:
            future.set_exception(failure)

    background(attempt)
    try:
        return future.result(timeout=seconds)
    except FutureTimeoutError:
        raise error("States.Timeout", "Task timed out") from None


def refused_trust(role: str, machine_arn: str) -> str:
    """Why Step Functions may not assume a machine's role; empty if it may."""
    source = {"aws:SourceArn": machine_arn, "aws:SourceAccount": get_account_id()}
    if permissions.role_trusts(role, "states.amazonaws.com", source):
        return ""
    return (
        "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to "
        f"assume the provided role {role}."
    )


def _authorised(run: Run, resource: str, arguments: Json) -> Json:
    if problem := refused_trust(run.role, run.record["stateMachineArn"]):
        raise error("States.TaskFailed", problem)
    for action, target in rights(resource, arguments):
        decision = permissions.role_allows(run.role, action, target)
        if not decision.allowed:
            raise error(_denied_name(resource, action), _with_service(resource, decision.message, 400))
    return _call(resource, arguments)


def _call(resource: str, arguments: Json) -> Json:
    if ".waitForTaskToken" in resource:
        raise error("States.Runtime", f"{resource} is not imitated by this embedded AWS.")
    special = _SPECIAL.get(resource)
    if special is not None:
        return special(arguments)
    if (named := resource.removeprefix(AWS_SDK)) in modelled.CALLS:
        service, operation = named.split(":")
        return modelled.call(service, operation, arguments)
    try:
        return sf._invoke_resource(resource, arguments)
    except sf._ExecutionError as failure:
        raise _as_sdk(resource, failure) from None


def _denied_name(resource: str, action: str) -> str:
    """No SDK model names an authorisation error for these services, so its base exception is thrown."""
    if resource.startswith(AWS_SDK):
        prefix = _prefix(resource)
        return f"{prefix}.{prefix}Exception"
    if ":sns:" in resource:
        return (
            "SNS.KmsAccessDeniedException" if action.startswith("kms:") else "SNS.AuthorizationErrorException"
        )
    return "StepFunctions.AWSStepFunctionsException"


def _prefix(resource: str) -> str:
    service = resource.removeprefix(AWS_SDK).split(":")[0].lower()
    return str(sf._AWS_SDK_ERROR_PREFIX.get(service, service.capitalize()))


def _with_service(resource: str, message: str, status: int) -> str:
    service = _prefix(resource) if resource.startswith(AWS_SDK) else resource.split(":")[5].upper()
    return f"{message} (Service: {service}, Status Code: {status}, Request ID: {new_uuid()})"


def _as_sdk(resource: str, failure: Any) -> Exception:
    """Name the error as the SDK for Java does: the modelled exception, or the service's base exception."""
    if failure.error.startswith("States.") or not resource.startswith(AWS_SDK):
        return error(failure.error, failure.cause)
    prefix = _prefix(resource)
    code = failure.error.rsplit("#", 1)[-1].rsplit(".", 1)[-1]
    name = code.removesuffix("Exception").removesuffix("Error")
    service = resource.removeprefix(AWS_SDK).split(":")[0].lower()
    model = _service_model(_BOTOCORE.get(service, service))
    known = {shape.name for shape in model.error_shapes} if model is not None else set()
    if code not in known and not {name, f"{name}Exception", f"{name}Error"} & known:
        code = f"{prefix}Exception"
    elif not code.endswith("Exception"):
        code += "Exception"
    return error(f"{prefix}.{code}", _with_service(resource, failure.cause, 400))


def _publish(arguments: dict[str, Any]) -> Json:
    sent = {key: each for key, each in arguments.items() if key != "MessageAttributes"}
    for number, (name, attribute) in enumerate(arguments.get("MessageAttributes", {}).items(), 1):
        sent[f"MessageAttributes.entry.{number}.Name"] = name
        sent |= {f"MessageAttributes.entry.{number}.Value.{key}": each for key, each in attribute.items()}
    status, _headers, body = sns._publish(sent)
    text = body.decode() if isinstance(body, bytes) else body
    if status >= 400:
        code, message = _xml_error(text)
        raise error(
            f"SNS.{code.removesuffix('Exception').replace('KMS', 'Kms')}Exception",
            f"{message} (Service: AmazonSNS; Status Code: {status})",
        )
    message_id = text.split("<MessageId>", 1)[1].split("<", 1)[0]
    return {"MessageId": message_id, **_metadata()}


def _metadata() -> dict[str, Json]:
    """What optimised integrations add to the answer."""
    return {"SdkHttpMetadata": {"HttpStatusCode": 200}, "SdkResponseMetadata": {"RequestId": new_uuid()}}


def _xml_error(text: str) -> tuple[str, str]:
    def between(tag: str) -> str:
        return text.split(f"<{tag}>", 1)[1].split("<", 1)[0] if f"<{tag}>" in text else ""

    return between("Code"), between("Message")


def _start_execution(arguments: dict[str, Any]) -> Json:
    status, _headers, body = sf._start_execution(sf._nested_start_execution_request(arguments))
    answer = json.loads(body)
    if status >= 400:
        name = str(answer["__type"]).rsplit("#", 1)[-1].removesuffix("Exception")
        raise error(
            f"StepFunctions.{name}Exception",
            f"{answer['message']} (Service: AWSStepFunctions; Status Code: 400)",
        )
    return {"ExecutionArn": answer["executionArn"], "StartDate": answer["startDate"], **_metadata()}


def _s3(method: str, arguments: dict[str, Any], body: bytes = b"") -> tuple[dict[str, str], bytes]:
    region = get_region()
    headers = {
        "host": f"s3.{region}.amazonaws.com", "content-length": str(len(body)),
        "authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/{region}/s3/aws4_request",
    }  # fmt: skip
    headers |= {
        _S3_PUT_HEADERS[name]: str(value) for name, value in arguments.items() if name in _S3_PUT_HEADERS
    }
    path = f"/{arguments['Bucket']}/{arguments['Key']}"
    status, answered, content = app.call_service_handler_sync(
        app.SERVICE_HANDLERS["s3"], method, path, headers, body, {}
    )
    content = content if isinstance(content, bytes) else str(content or "").encode()
    if status >= 400:
        code, message = _xml_error(content.decode())
        raise _as_sdk(f"{AWS_SDK}s3:x", error(f"S3.{code or 'S3'}", message))
    return {key.lower(): value for key, value in answered.items()}, content


def _put_object(arguments: dict[str, Any]) -> Json:
    body = arguments.get("Body", "")
    text = body if isinstance(body, str) else json.dumps(body, separators=(",", ":"))
    headers, _answer = _s3("PUT", arguments, text.encode())
    wanted = {
        "ETag": "etag",
        "VersionId": "x-amz-version-id",
        "ServerSideEncryption": "x-amz-server-side-encryption",
    }
    return {name: headers[key] for name, key in wanted.items() if key in headers}


def _get_object(arguments: dict[str, Any]) -> Json:
    headers, content = _s3("GET", arguments)
    stamp = email.utils.parsedate_to_datetime(headers["last-modified"]).astimezone(UTC)
    found = {
        "AcceptRanges": "bytes", "Body": content.decode(), "ContentLength": len(content),
        "ETag": headers["etag"],
        "ContentType": headers.get("content-type", "binary/octet-stream"), "Metadata": {},
        "LastModified": stamp.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }  # fmt: skip
    if "x-amz-version-id" in headers:
        found["VersionId"] = headers["x-amz-version-id"]
    return found


_SPECIAL: dict[str, Callable[[dict[str, Any]], Json]] = {
    f"{OPTIMIZED}sns:publish": _publish,
    f"{OPTIMIZED}states:startExecution": _start_execution,
    f"{AWS_SDK}s3:putObject": _put_object,
    f"{AWS_SDK}s3:getObject": _get_object,
}
