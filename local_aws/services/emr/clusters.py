# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Amazon EMR as far as AWS Data Pipeline drives it: clusters with steps, and the identity of their machines.

https://docs.aws.amazon.com/emr/latest/APIReference/API_RunJobFlow.html
https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-iam-roles.html (service role, instance profile)
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-iam-roles.html

ministack keeps and shows the clusters; their states are set from here. Clusters and steps that anybody else
asks for are refused: nothing would run them. Of the many EC2 rights that EMR's service role needs, those that
no cluster starts without are asked for.
"""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import ec2, sts
from ministack.services import emr as ministack_emr

from local_aws.server import recorder
from local_aws.server.answers import NotImitatedError, answering
from local_aws.services.datapipeline.failures import FailedError
from local_aws.services.iam import permissions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Json = dict[str, Any]
SESSION_SECONDS = 30 * 86400
_PIPELINE = ("AddJobFlowSteps", "AddTags", "DescribeCluster", "ListSteps", "TerminateJobFlows")
_SERVICE = {
    "*": (
        "DescribeAccountAttributes", "DescribeAvailabilityZones", "DescribeInstances", "DescribeRouteTables",
        "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs",
    ),
    "instance/i-0local": ("CreateTags", "RunInstances", "TerminateInstances"),
    "security-group/sg-0local": ("AuthorizeSecurityGroupIngress", "CreateSecurityGroup"),
}  # fmt: skip


def install() -> None:
    for operation in ("RunJobFlow", "AddJobFlowSteps"):
        ministack_emr._HANDLERS[operation] = answering(_refused(operation))
    sts.register_session = _one_at_a_time(sts.register_session)


def _one_at_a_time(register: Callable[[str, Json], None]) -> Callable[[str, Json], None]:
    """ministack looks through all sessions for each new one, and the machines of clusters are threads."""
    lock = threading.Lock()

    def registered(access_key: str, session: Json) -> None:
        with lock:
            register(access_key, session)

    return registered


def _refused(operation: str) -> Callable[[Json], Json]:
    def refuse(data: Json) -> Json:
        del data
        raise NotImitatedError(f"Amazon EMR's {operation}, other than by AWS Data Pipeline.")

    return refuse


def run(request: Json, pipeline_role: str, tags: Mapping[str, str]) -> str:
    """Start a cluster as Data Pipeline does; returns its id. It comes up when ``change`` says so."""
    account = get_account_id()
    service = f"arn:aws:iam::{account}:role/{request['ServiceRole']}"
    profile = request["JobFlowRole"]
    machines = permissions.profile_role(profile)
    problems = [
        *_untrusted(pipeline_role, "datapipeline.amazonaws.com"),
        *_untrusted(service, "elasticmapreduce.amazonaws.com"),
        *([] if machines else [f"Invalid InstanceProfile: {profile}."]),
        *(_untrusted(machines, "ec2.amazonaws.com") if machines else []),
        *_denied(_needs(request, pipeline_role, service, machines, tags)),
        *_no_network(request["Instances"]),
    ]
    if problems:
        raise FailedError(
            "UnableToCreateResource", f"Unable to create resource for {request['Name']} due to: {problems[0]}"
        )
    _status, _headers, body = ministack_emr._run_job_flow(request)
    made = str(json.loads(body)["JobFlowId"])
    change(made, "STARTING")
    return made


Need = tuple[str, str, str, dict[str, Any]]


def _needs(
    request: Json, pipeline_role: str, service: str, machines: str, tags: Mapping[str, str]
) -> Iterator[Need]:
    """Who needs to be allowed what on what, with which keys of the request."""
    named = {f"elasticmapreduce:RequestTag/{key}": value for key, value in tags.items()}
    cluster = f"arn:aws:elasticmapreduce:{get_region()}:{get_account_id()}:cluster/j-LOCAL"
    yield pipeline_role, "elasticmapreduce:RunJobFlow", "*", named
    for action in _PIPELINE:
        yield pipeline_role, f"elasticmapreduce:{action}", cluster, named
    yield pipeline_role, "iam:PassRole", service, {"iam:PassedToService": "elasticmapreduce.amazonaws.com"}
    yield pipeline_role, "iam:PassRole", machines, {"iam:PassedToService": "ec2.amazonaws.com"}
    yield service, "iam:PassRole", machines, {"iam:PassedToService": "ec2.amazonaws.com"}
    for resource, actions in _SERVICE.items():
        arn = "*" if resource == "*" else f"arn:aws:ec2:{get_region()}:{get_account_id()}:{resource}"
        for action in actions:
            yield service, f"ec2:{action}", arn, {}
    if any(group["Market"] == "SPOT" for group in request["Instances"]["InstanceGroups"]):
        yield service, "ec2:RequestSpotInstances", "*", {}


def _untrusted(role: str, principal: str) -> list[str]:
    return (
        []
        if permissions.role_trusts(role, principal)
        else [f"{principal} is not authorized to assume {role}."]
    )


def _denied(needs: Iterator[Need]) -> Iterator[str]:
    for role, action, resource, context in needs:
        decision = permissions.role_allows(role, action, resource, context)
        if not decision.allowed:
            yield decision.message


def _no_network(instances: Json) -> Iterator[str]:
    subnet = instances["Ec2SubnetId"]
    if subnet and subnet not in ec2._subnets:
        yield f"The subnet {subnet} does not exist."


def state(cluster_id: str) -> str:
    return str(ministack_emr._clusters[cluster_id]["Status"]["State"])


def change(cluster_id: str, to: str, code: str = "", message: str = "") -> None:
    """Set a cluster's state and say when it came about."""
    status = ministack_emr._clusters[cluster_id]["Status"]
    if status["State"] == "TERMINATED" and to == "TERMINATED" and "EndDateTime" in status["Timeline"]:
        return
    status.update(State=to, StateChangeReason={"Code": code, "Message": message} if code else {})
    if to == "STARTING":
        del status["Timeline"]["ReadyDateTime"]
    key = {"RUNNING": "ReadyDateTime", "TERMINATED": "EndDateTime"}.get(to)
    if key:
        status["Timeline"][key] = ministack_emr._now_iso()


def add_step(cluster_id: str, name: str, jar: str, arguments: list[str]) -> Json:
    """A step that runs; the newest is listed first."""
    made: Json = ministack_emr._make_step({
        "Name": name, "ActionOnFailure": "CONTINUE", "HadoopJarStep": {"Jar": jar, "Args": arguments},
    })  # fmt: skip
    made["Status"]["State"] = "RUNNING"
    made["Status"]["Timeline"].pop("EndDateTime")
    ministack_emr._steps[cluster_id].insert(0, made)
    return made


def end_step(step: Json, to: str, message: str = "", log: str = "") -> None:
    step["Status"]["State"] = to
    step["Status"]["Timeline"]["EndDateTime"] = ministack_emr._now_iso()
    if message:
        step["Status"]["FailureDetails"] = {"Reason": "Unknown Error.", "Message": message, "LogFile": log}


def session(role: str, machine: str) -> dict[str, str]:
    """Temporary credentials as a machine gets them from its instance profile, as boto3 takes them."""
    key = sts._gen_session_access_key()
    secret, token = sts._gen_secret(), sts._gen_session_token()
    sts.register_session(key, {
        "Arn": permissions.session_arn(role, machine), "UserId": f"{sts._role_id(role)}:{machine}",
        "SecretAccessKey": secret, "SessionToken": token, "AccountId": get_account_id(),
        "PrincipalType": "AssumedRole", "Expiration": time.time() + SESSION_SECONDS,
        "SourceAccessKeyId": key, "SourcePrincipalArn": role, "SessionTags": {}, "SessionPolicies": None,
    })  # fmt: skip
    recorder.not_a_client(key)
    return {"aws_access_key_id": key, "aws_secret_access_key": secret, "aws_session_token": token}
