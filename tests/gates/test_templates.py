# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the collection would deploy, for several inventories and regions, passes the linters."""

from __future__ import annotations

import json
import os
import warnings
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from filelock import FileLock

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._plan.make import as_data
from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.templates import files
from tests.gates.cloudformation import Template, machines, partition, policies
from tests.gates.machine_rights import Rights
from tests.gates.tools import ROOT, fail, run
from tests.inventories import inventories
from tests.unit.support.inventories import planned_from

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its own source: old escapes in strings, and pkg_resources
    from parliament import analyze_policy_string

# Of an undo: it is deployed as it stands, with parameters.
JOB = ROOT / "playbooks" / "templates" / "job.yaml"
REGIONS = ("us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1")
# Where a region makes no difference that these do not show, one is enough: rendering and linting take long.
IN_EVERY_REGION = ("most", "customer key")
# Of these actions AWS names two kinds of resource, of which a request has one; parliament asks for both.
ONE_OF_TWO = {
    "states:DescribeExecution": {"arn:*:states:*:*:express:*:*:*"},
    "states:ListExecutions": {"arn:*:states:*:*:stateMachine:*", "arn:*:states:*:*:mapRun:*/*:*"},
    "dynamodb:GetResourcePolicy": {"arn:*:dynamodb:*:*:table/*/stream/*"},
    # By the list of actions they have no resource; SNS asks for them on the topic: docs/unverified.md.
    "sns:GetSubscriptionAttributes": {"*"},
    "sns:SetSubscriptionAttributes": {"*"},
    "sns:Unsubscribe": {"*"},
}
# Newer than parliament: the handler of AWS::S3::Bucket lists the first, the others came in 2025.
UNKNOWN = ("s3:GetBucketAbac", "cloudwatch:GetAlarmMuteRule", "cloudwatch:ListAlarmMuteRules")
# Who deploys the bucket writes its policy anyway, by CloudFormation, and its lifecycle rules.
OF_WHO_DEPLOYS = ("s3:PutBucketPolicy", "s3:PutLifecycleConfiguration")
# The service's own guide wants "*" for them, whatever the list of actions, resources and conditions says.
# https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-iam-resourcebased-access.html
STAR_ONLY = "datapipeline:"


def targets() -> dict[str, dict[str, Any]]:
    """A target for each inventory and each region that it is rendered for."""
    return {
        f"{region}_{inventory.replace(' ', '-')}": {
            "tablekeeper_region": region,
            "tablekeeper_prefix": f"tablekeeper-{number}",  # no two of a region may have the same
            **variables,
        }
        for region in REGIONS
        for number, (inventory, variables) in enumerate(inventories(region).items())
        if region == REGIONS[0] or inventory in IN_EVERY_REGION
    }


@dataclass(frozen=True)
class Rendered:
    """A directory with a directory for each target."""

    place: Path

    def paths(self, region: str) -> list[Path]:
        """The templates of a region; each target has a store and machinery."""
        found = [path for path in self.place.glob(f"{region}_*/*.yaml") if path.name != "plan.yaml"]
        folders = Counter(path.parent.name for path in found)
        wanted = {name for name in targets() if name.startswith(f"{region}_")}
        assert {name for name, count in folders.items() if count >= 2} == wanted
        return sorted(found)

    def templates(self) -> Iterator[tuple[Path, Template]]:
        for region in REGIONS:
            for path in self.paths(region):
                yield path, Template(yaml.load(path.read_text(encoding="utf-8"), Loader), region)


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """Once, by whichever of the processes that run the tests is first to need it."""
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "rendered"
    with FileLock(f"{place}.lock"):
        if not place.is_dir():
            render(place)
    return Rendered(place)


def render(place: Path) -> None:
    """What the playbook writes, by its own function; tests/integration/test_render.py runs the playbook."""
    made, now = place.with_suffix(".new"), datetime.now(UTC)
    for name, variables in targets().items():
        (made / name).mkdir(parents=True)
        for file, text in files(as_data(planned_from(variables, now=now))).items():
            (made / name / file).write_text(text, encoding="utf-8")
    made.rename(place)


@pytest.mark.slow
@pytest.mark.parametrize("region", REGIONS)
def test_cloudformation(rendered: Rendered, region: str, tmp_path: Path) -> None:
    paths = [JOB]
    for path in rendered.paths(region):
        # cfn-lint knows the integrations of Step Functions by their names in the partition "aws" only.
        text = path.read_text(encoding="utf-8")
        text = text.replace(f"arn:{partition(region)}:states:::", "arn:aws:states:::")
        paths.append(tmp_path / f"{path.parent.name}-{path.name}")
        # As large as it is deployed.
        paths[-1].write_text(json.dumps(yaml.load(text, Loader)), encoding="utf-8")
    run("cfn-lint", "--include-checks", "I", "--regions", region, "--", *paths)


@pytest.mark.parametrize("region", REGIONS)
def test_policies_of_the_job_of_an_undo(region: str) -> None:
    template = Template(yaml.load(JOB.read_text(encoding="utf-8"), Loader), region)
    complaints = [finding for policy in policies(template).values() for finding in findings(policy)]
    if complaints:
        fail("\n".join(complaints))


def test_state_machines(rendered: Rendered) -> None:
    """Those in the templates are those written beside them, and pass the schema, JSONata and reachability."""
    written = sorted(rendered.place.glob("*/*.asl.json"))
    assert {path.parent.name for path in written} == set(targets())
    for template_path, template in rendered.templates():
        beside = [json.loads(path.read_text()) for path in template_path.parent.glob("*.asl.json")]
        made = machines(template).values()
        assert not [machine for machine in made if machine not in beside], template_path
    distinct = {path.read_text(encoding="utf-8"): path for path in written}
    words = [word for path in distinct.values() for word in ("--json-path", path)]
    run(ROOT / "node_modules/.bin/asl-validator", "--silent", *words)


def test_policies(rendered: Rendered) -> None:
    complaints = []
    for path, template in rendered.templates():
        for resource, policy in policies(template).items():
            complaints += [f"{path} {resource}: {finding}" for finding in findings(policy)]
    if complaints:
        fail("\n".join(complaints))


@pytest.mark.parametrize("path", sorted((ROOT / "docs/iam").glob("*.json")), ids=lambda path: path.stem)
def test_documented_policies(path: Path) -> None:
    if complaints := findings(json.loads(path.read_text(encoding="utf-8"))):
        fail("\n".join(complaints))


def test_roles_may_do_what_their_machines_do_and_no_more(rendered: Rendered) -> None:
    complaints = [
        f"{path}: {complaint}"
        for path, template in rendered.templates()
        if "Machine" in template.body["Resources"]
        for complaint in Rights(template, alerts_key(path)).complaints()
    ]
    if complaints:
        fail("\n".join(complaints))


def alerts_key(template: Path) -> str:
    """The key of the alerts topic, as the plan beside a template has it."""
    plan = yaml.load((template.parent / "plan.yaml").read_text(encoding="utf-8"), Loader)
    return str(plan["settings"]["alerts_kms_key_arn"])


def findings(policy: dict[str, Any]) -> list[str]:
    """What parliament says; whom a resource's own policy lets in is nothing it knows of."""
    statements = [
        {key: value for key, value in statement.items() if key != "Principal"}
        for statement in policy["Statement"]
    ]
    text = json.dumps({"Version": policy["Version"], "Statement": statements})
    return [str(finding) for finding in analyze_policy_string(text).findings if not excused(finding)]


def excused(finding: Any) -> bool:
    if finding.issue == "RESOURCE_STAR":
        return all(action.startswith(STAR_ONLY) for action in finding.detail)
    if finding.issue == "RESOURCE_POLICY_PRIVILEGE_ESCALATION":
        return any(action in str(finding.detail) for action in OF_WHO_DEPLOYS)
    if finding.issue == "UNKNOWN_ACTION":
        return str(finding.detail).endswith(UNKNOWN)
    if finding.issue != "RESOURCE_MISMATCH":
        return False
    return all(
        detail["required_format"] in ONE_OF_TWO.get(detail["action"], set()) for detail in finding.detail
    )
