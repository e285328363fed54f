# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Change sets that put back what was changed by hand: DeploymentMode REVERT_DRIFT.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html
https://aws.amazon.com/blogs/devops/safely-handle-configuration-drift-with-cloudformation-drift-aware-change-sets/
(scenarios 2 and 3: properties are put back, deleted resources are created again, and what refers to them is
listed as well) and the API reference of ResourceChange and ResourceTargetDefinition.

Each resource is compared as it was deployed, as it is, and as the change set's template wants it. Of types
that drift is not detected of, only the first and the last are compared: see live.py. If the
deployment fails, the resources are as they were before it, by hand or not.
"""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Callable
from typing import Any

from ministack.core.responses import now_iso
from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, handlers, helpers, stacks

from .drift import DELETED, MODIFIED, Look, as_it_is, look, of_stack, resolved, text

Json = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]
Params = dict[str, Any]
Handler = Callable[[Params], Answer]
MODE = "REVERT_DRIFT"


def install() -> None:
    changesets._track_change_set_execution = _tracking(changesets._track_change_set_execution)
    actions = handlers._ACTION_HANDLERS
    for name, around in (
        ("CreateChangeSet", _create), ("ExecuteChangeSet", _execute), ("DescribeChangeSet", _describe),
    ):  # fmt: skip
        actions[name] = functools.partial(around, actions[name])


def _create(original: Handler, params: Params) -> Answer:
    if not helpers._p(params, "DeploymentMode"):
        return original(params)
    kind = helpers._p(params, "ChangeSetType", "UPDATE")
    if kind != "UPDATE":
        refused = f"The embedded AWS does not imitate DeploymentMode {MODE} of a change set of type {kind}."
        return _refused(refused)
    before = set(cloudformation._change_sets.keys())
    answer = original(params)
    for name in set(cloudformation._change_sets.keys()) - before:
        _compare(cloudformation._change_sets[name])
    return answer


def _execute(original: Handler, params: Params) -> Answer:
    change_set = _drift_aware(params)
    if change_set is None or change_set["ExecutionStatus"] != "AVAILABLE":
        return original(params)
    resources = cloudformation._stacks[change_set["StackName"]]["_resources"]
    _forget_what_was_deployed(change_set, resources)
    answer = original(params)
    if answer[0] != 200:
        resources.update(change_set["_deployed"])
    return answer


def _describe(original: Handler, params: Params) -> Answer:
    change_set = _drift_aware(params)
    if change_set is None:
        return original(params)
    values = helpers._p(params, "IncludePropertyValues", "false").lower() == "true"
    return _described(change_set, values=values)


def _tracking(original: Any) -> Any:
    async def tracking(change_set: Json, stack: Json, deployment: Any) -> None:
        await original(change_set, stack, deployment)
        if stack["StackStatus"] != "UPDATE_COMPLETE":
            _remember_what_was_deployed(change_set, stack["_resources"])

    return tracking


def _drift_aware(params: Params) -> Json | None:
    name, stack = helpers._p(params, "ChangeSetName"), helpers._p(params, "StackName")
    found: Json | None = changesets._find_change_set(name, stack)[1]
    return found if found and "DeploymentMode" in found else None


def _refused(problem: str) -> Answer:
    answer: Answer = helpers._error("ValidationError", problem)
    return answer


def _compare(change_set: Json) -> None:
    """Add to a change set what has drifted."""
    stack = cloudformation._stacks[change_set["StackName"]]
    with stacks._stack_region_context(stack, stack["StackId"]):
        looks = {name: look(stack, record) for name, record in stack["_resources"].items()}
        changes = {
            each["ResourceChange"]["LogicalResourceId"]: each["ResourceChange"]
            for each in change_set["Changes"]
        }
        template = change_set["_template"]
        for name, seen in looks.items():
            if name in changes:
                changes[name]["ResourceDriftStatus"] = seen.status
            if name in template["Resources"] and seen.status in {MODIFIED, DELETED}:
                _reconcile(changes, change_set, stack, name, seen)
        _list_dependents(changes, template, stack, looks)
    change_set.update(
        DeploymentMode=MODE,
        StackDriftStatus=of_stack(list(looks.values())),
        Changes=[{"Type": "Resource", "ResourceChange": changes[name]} for name in sorted(changes)],
        _drifted={name: seen for name, seen in looks.items() if seen.status in {MODIFIED, DELETED}},
    )
    if changes:
        change_set.update(Status="CREATE_COMPLETE", ExecutionStatus="AVAILABLE", StatusReason="")


def _reconcile(changes: Json, change_set: Json, stack: Json, name: str, seen: Look) -> None:
    """The change of a resource that was modified or deleted, joined with what the template changes."""
    record = stack["_resources"][name]
    wanted = resolved(stack, change_set["_template"], change_set["_resolved_params"], name)
    wanted = record["Properties"] if wanted is None else wanted
    context = {"AfterContext": json.dumps({"Properties": wanted})}
    common = {
        "LogicalResourceId": name, "ResourceType": record["ResourceType"],
        "ResourceDriftStatus": seen.status,
    }  # fmt: skip
    if seen.status == DELETED:
        changes[name] = {"Action": "Add", **common, "Scope": [], "Details": [], **context}
        return
    told = changes.get(name, {"Replacement": "False", "Scope": [], "Details": []})
    drifted = [prop for prop in seen.drifted if prop in wanted or _is_stack_tag(seen, prop, record)]
    details = [each for each in told["Details"] if each["Target"].get("Name") not in drifted]
    details += [_detail(record, seen, prop, wanted.get(prop, seen.deployed[prop])) for prop in drifted]
    if not details:
        return
    quiet = all(each["Target"].get("AttributeChangeType") == "SyncWithActual" for each in details)
    is_now = {"Properties": as_it_is(record["ResourceType"], record["Properties"], seen)}
    changes[name] = {
        **told, "Action": "SyncWithActual" if quiet else "Modify", **common,
        "PhysicalResourceId": record["PhysicalResourceId"], "Details": details,
        "Scope": sorted({each["Target"]["Attribute"] for each in details}), **context,
        "BeforeContext": json.dumps(is_now),
        "PreviousDeploymentContext": json.dumps({"Properties": record["Properties"]}),
    }  # fmt: skip


def _is_stack_tag(seen: Look, prop: str, record: Json) -> bool:
    """A property that the template does not set and is compared all the same."""
    return prop in seen.deployed and prop not in record["Properties"]


def _detail(record: Json, seen: Look, prop: str, wanted: Any) -> Json:
    there, synced = prop in seen.actual, seen.has(prop, wanted)
    kind = "SyncWithActual" if synced else "Modify" if there else "Add"
    actual = {"ActualValue": text(seen.actual[prop])} if there else {}
    return {
        "Target": {
            "Attribute": "Properties", "Name": prop, "Path": f"/Properties/{prop}",
            "RequiresRecreation": stacks._property_recreation(record["ResourceType"], prop),
            **({"BeforeValue": text(seen.actual[prop])} if there else {}), "AfterValue": text(wanted),
            "BeforeValueFrom": "ACTUAL_STATE", "AfterValueFrom": "TEMPLATE",
            "Drift": {
                "PreviousValue": text(seen.deployed[prop]), **actual, "DriftDetectionTimestamp": now_iso(),
            },
            "AttributeChangeType": kind,
        },
        "Evaluation": "Static",
        "ChangeSource": "NoModification" if synced else "DirectModification",
    }  # fmt: skip


def _list_dependents(changes: Json, template: Json, stack: Json, looks: dict[str, Look]) -> None:
    """What refers to a resource that is created again may change with it."""
    again = {name: "Conditional" for name, seen in looks.items() if seen.status == DELETED}
    for name, definition in template["Resources"].items():
        details = stacks._reference_details(definition, again, ())
        if not details or name not in looks or name in changes:
            continue
        flat = [each for found in details.values() for each in found]
        changes[name] = {
            "Action": "Modify", "LogicalResourceId": name, "ResourceType": definition["Type"],
            "PhysicalResourceId": stack["_resources"][name]["PhysicalResourceId"],
            "Replacement": stacks._replacement(flat, False), "Scope": ["Properties"],
            "ResourceDriftStatus": looks[name].status, "Details": flat,
        }  # fmt: skip


def _forget_what_was_deployed(change_set: Json, resources: Json) -> None:
    """Let the update start from what there is: it changes what differs and creates what is not there."""
    change_set["_deployed"] = {name: resources[name] for name in change_set["_drifted"]}
    for name, seen in change_set["_drifted"].items():
        record = resources.pop(name)
        if seen.status == MODIFIED:
            properties = as_it_is(record["ResourceType"], record["Properties"], seen)
            resources[name] = {**record, "Properties": properties}


def _remember_what_was_deployed(change_set: Json, resources: Json) -> None:
    """After a failure all is as it was, and still drifted from the deployment before."""
    for name, record in change_set.get("_deployed", {}).items():
        if name not in resources:
            resources[name] = record
        else:
            resources[name] = {**resources[name], "Properties": copy.deepcopy(record["Properties"])}


def _described(change_set: Json, *, values: bool) -> Answer:
    hidden = set() if values else {"BeforeContext", "AfterContext", "PreviousDeploymentContext"}
    shown = {key: value for key, value in change_set.items() if not key.startswith("_")}
    shown["Changes"] = [
        {**each, "ResourceChange": {k: v for k, v in each["ResourceChange"].items() if k not in hidden}}
        for each in shown["Changes"]
    ]
    result = "".join(_element(key, value) for key, value in shown.items())
    answer: Answer = helpers._xml(
        200, "DescribeChangeSetResponse", f"<DescribeChangeSetResult>{result}</DescribeChangeSetResult>"
    )
    return answer


def _element(name: str, value: Any) -> str:
    """A member of an answer in XML; an empty one is left out, as botocore would read it as ''."""
    if value in ("", None):
        return ""
    if isinstance(value, dict):
        inner = "".join(_element(key, each) for key, each in value.items())
    elif isinstance(value, (list, tuple)):
        inner = "".join(_element("member", each) for each in value)
    else:
        inner = helpers._esc(text(value))
    return f"<{name}>{inner}</{name}>"
