# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What `backup` has to do to a target: its plan, its templates, and each stack's step."""

from __future__ import annotations

import copy
import datetime as dt
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base import naming
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.masking import webhooks
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.naming import TAG
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._base.regions import domain, partition
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._cost.estimate import estimate
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._engines.planners import PLANNERS
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.outputs import Outputs, TableRecord
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._model.survey import Survey
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan import (
    agreed,
    obstacles,
    outlived,
    preparation,
    surveying,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan import steps as plan_steps
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.make import as_data, make_plan
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.table_changes import table_lines
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks import digest
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._stacks.store_changes import (
    host_lines,
    store_lines,
    store_settings,
)
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils import templates
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.difference import difference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.plan import Plan

Json = dict[str, Any]
# A resource of each template that no other one refers to.
LEAVES = {"": "AlertsTopicPolicy", **{name: planner.LEAF for name, planner in PLANNERS.items()}}
# What machinery is told of the store, by the parameter of its template.
TOLD = {
    "Bucket": "BucketName",
    "LogBucket": "LogBucketName",
    "AlertsTopicArn": "AlertsTopicArn",
    "LogGroupArn": "LogGroupArn",
    "KmsKeyArn": "KmsKeyArn",
}


def deployment(
    tables: object,
    defaults: object,
    settings: object,
    found: Json,
    *,
    host: str,
    armed: bool = False,
    diff: bool = False,
    was: Json | None = None,
) -> Json:
    """The work to be done, given what M(deployment_info) found; RefusedError if none may be.

    `was` is what an earlier call told of the store: what it was before anything was done to it.
    """
    now = dt.datetime.fromisoformat(found["now"])
    survey = _read(found)
    engines = found.get("engines", {})
    if refusals := [each["refusal"] for each in engines.values() if each["refusal"]]:
        raise surveying.RefusedError(" ".join(refusals))
    existing = {**found["existing"], "gone": found["standing"].get("gone", ())}
    plan = _plan(tables, defaults, settings, existing, survey, armed=armed, now=now)
    buckets = _buckets(plan, survey.account)
    surveying.refuse(survey, plan, buckets, host, plan.settings.previous_host, now.date())
    data = as_data(plan)
    deployed = {each["name"]: each for each in found["stacks"]}
    store = _store(plan, data, deployed.get(plan.store, {}), host)
    told = {parameter: store.outputs.get(output, "") for parameter, output in TOLD.items()}
    machinery = [_machinery(data, stack, told, deployed.get(stack["name"], {})) for stack in data["stacks"]]
    # The last goes first, so that none stands behind a hole if one of them stays.
    needed = {plan.store, *(each.name for each in machinery)}
    unneeded = [each for each in reversed(found["stacks"]) if each["name"] not in needed]
    steps = [store, *machinery]
    recovery = _recovery(plan, survey)
    was = was or {
        "settings": deployed.get(plan.store, {}).get("settings", {}),
        "host": survey.store.inventory_host,
    }
    cost = estimate(data, {name: each["known"] for name, each in engines.items()})
    due = any(each.action != "none" for each in steps)
    changes = due or bool(unneeded or recovery)
    repairs = found["standing"].get("due", False)
    kept = obstacles.kept(store.action, found, buckets, plan.prefix, log_bucket=plan.log_bucket is not None)
    place = f"arn:{partition(plan.region)}:states:{plan.region}:{survey.account}:stateMachine"
    blocking = [
        obstacles.obstacles(
            each, plan.prefix, deployed.get(each.name, {}), place, kept if each is store else {}
        )
        if due
        else {}
        for each in steps
    ]
    told_store, *told_machinery = _as_data(steps, blocking, data, buckets["BucketName"])
    unarmed = _unarmed(data)
    return {
        "estimate": cost["lines"],
        "refused": " ".join(cost["problems"]),
        "plan": data,
        "buckets": buckets,
        "store": told_store,
        "machinery": told_machinery,
        "unneeded": [each["name"] for each in unneeded],
        "unneeded_machines": list(_machines(unneeded)),
        "unarmed": unarmed,
        "lines": [
            *host_lines(plan.store, was["host"], host),
            *_store_lines(plan, store, was["settings"], survey),
            *table_lines(plan, survey.deployed, now.date(), recovery),
            *agreed.idle(survey, plan, host, plan.settings.previous_host),
        ],
        "was": was,
        "preparation": preparation.before_deploying(plan, existing, recovery),
        "problems": list(surveying.problems(survey, plan.settings)),
        "diff": [line for each in steps if diff for line in difference(each, deployed.get(each.name, {}))],
        "standing": found["standing"],
        "place": f"account {survey.account}, {plan.region}",
        "changes": changes,
        "todo": {
            "anything": changes or repairs,
            "repair_first": changes and repairs,
            "remove": bool(unneeded),
            "arm": bool(unarmed),
        },
    }


def _unarmed(data: Json) -> list[Json]:
    """The tables whose alarms do not count yet, stack by stack, and what watches the drills beside them."""
    found = {
        stack["name"]: [
            each
            for each in (*(table for table in stack["tables"] if table["enabled"]), stack["drills"])
            if each and not each["armed"]
        ]
        for stack in data["stacks"]
    }
    return [{"stack": name, "tables": tables} for name, tables in found.items() if tables]


def _recovery(plan: Plan, survey: Survey) -> list[str]:
    """The tables for which point-in-time recovery is to be switched on."""
    return [name for name in survey.disabled if plan.settings.enable_pitr and name not in survey.failed]


def _read(found: Json) -> Survey:
    stacks = {each["name"]: each for each in found["stacks"]}
    store: dict[str, str] = next((each["outputs"] for each in stacks.values() if each["engine"] == ""), {})
    records = [
        TableRecord.from_json(record, engine=stacks[name]["engine"])
        for name, stack in found["existing"]["stacks"].items()
        for record in stack["tables"]
    ]
    return Survey(
        account=found["account_id"],
        store=Outputs.from_raw(store),
        deployed={record.name: record for record in records},
        missing=tuple(found["missing"]),
        disabled=tuple(found["disabled"]),
        failed=found.get("failed_tables", {}),
        keys=found["key_states"],
        unlisted=found["unlisted"],
        beside=tuple(found["beside"]),
        outlived=found.get("outlived", {}),
        foreign=found.get("foreign", {}),
        dashboard=found.get("dashboard", ""),
    )


def _plan(
    tables: object, defaults: object, settings: object, existing: Json, survey: Survey, **more: Any
) -> Plan:
    whole = make_plan(tables, defaults=defaults, settings=settings, existing=existing, **more)
    left_out = {name for name in surveying.unready(survey, whole.settings) if name not in survey.deployed}
    if not left_out:
        return whole
    plan = make_plan(
        tables, defaults=defaults, settings=settings, existing=existing, left_out=left_out, **more
    )
    if not (plan.stacks or survey.deployed):
        raise surveying.RefusedError(
            "Nothing was changed. " + " ".join(surveying.problems(survey, whole.settings))
        )
    return plan


def _buckets(plan: Plan, account: str) -> dict[str, str]:
    """The names of both buckets, by the output of the store that tells them."""
    names = naming.kept(
        plan.prefix,
        account,
        plan.region,
        plan.settings.bucket_name,
        plan.log_bucket.name if plan.log_bucket else "",
    )
    return {"BucketName": names["Bucket"], "LogBucketName": names["LogBucket"]}


def _store(plan: Plan, data: Json, deployed: Json, host: str) -> plan_steps.Step:
    """A template that has to be uploaded waits for the bucket: a first store has its dashboard afterwards."""
    whole = templates.store(data)
    whole["Outputs"]["InventoryHost"] = {"Value": host}
    small = copy.deepcopy(whole)
    small["Resources"].pop("Dashboard", None)
    step = _step(plan.store, "", whole, {}, data, deployed)
    stands = "BucketName" in deployed.get("outputs", {})
    return step if step.inline or stands else _step(plan.store, "", small, {}, data, deployed)


def _store_lines(plan: Plan, store: plan_steps.Step, was: Json, survey: Survey) -> Iterator[str]:
    """What changes for all tables, and what rules delete that are switched on again."""
    yield from store_lines(plan.store, was, store_settings(json.loads(store.template)))
    yield from outlived.lines(survey.outlived, plan.settings)


def _machinery(data: Json, stack: Json, told: Mapping[str, str], deployed: Json) -> plan_steps.Step:
    return _step(stack["name"], stack["engine"], templates.machinery(data, stack), told, data, deployed)


def _step(
    name: str, engine: str, template: Json, told: Mapping[str, str], data: Json, deployed: Json
) -> plan_steps.Step:
    own = data["settings"]["tags"]
    template["Outputs"]["TagKeys"] = {"Value": ",".join(sorted({TAG, *own}))}
    known = {key: str(told[key]) for key in template.get("Parameters", {}) if key in told}
    seal(template, engine, known)
    tags = plan_steps.stack_tags(data["prefix"], own, deployed)
    return plan_steps.step(name, engine, template, known, tags, deployed)


def seal(template: Json, engine: str, parameters: Mapping[str, str]) -> None:
    """Have a template tell what it was deployed as.

    CloudFormation updates outputs only with a resource: a change of theirs changes its metadata.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html
    """
    template["Outputs"][digest.OUTPUT] = {"Value": digest.digest(template, parameters)}
    told = json.dumps(template["Outputs"], sort_keys=True)
    template["Resources"][LEAVES[engine]].setdefault("Metadata", {})[digest.LEAF] = naming.digest(told, 16)


def _as_data(steps: list[plan_steps.Step], blocking: list[Json], data: Json, bucket: str) -> Iterator[Json]:
    """Each step, the store's first, with what the role asks of it before it is deployed and after."""
    region = data["region"]
    address = f"https://{bucket}.s3.{region}.{domain(partition(region))}"
    told = list(zip(steps, blocking, strict=True))
    for number, (step, own) in enumerate(told, start=1):
        later = [each for of, each in told[number:] if of.action != "none"]
        # What the store comes to tell may make machinery differ that did not before.
        following = later or (blocking[1:2] if number == 1 else [])
        yield {
            **asdict(step),
            "url": f"{address}/{step.object}",
            "deploy": step.action != "none",
            "prepare": step.action == "recreate"
            or any(own.get(key) for key in ("kept", "state_machine_arns")),
            "preview": step.inline and step.action != "recreate",
            "secret": number == 1 and bool(webhooks(data["settings"]["alerts"])),
            "removed_subscriptions": [
                each["logical_id"]
                for each in step.changes
                if (each["action"], each["type"]) == ("Remove", "AWS::SNS::Subscription")
            ],
            "obstacles": own,
            "next": next(iter(following), {}),
        }


def _machines(stacks: list[Json]) -> Iterator[str]:
    """The state machines of stacks; only the engine export has a second one beside the heartbeat's."""
    for stack in stacks:
        for output in ("StateMachineArn", "HeartbeatMachineArn"):
            if arn := stack["outputs"].get(output):
                yield arn
