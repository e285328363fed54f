# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the collection would deploy, for several inventories and regions, passes the linters."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.gates.cloudformation import ACCOUNT, Template, machines, partition, policies
from tests.gates.machine_rights import Rights
from tests.gates.tools import ROOT, attempt, fail, run

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its own source: old escapes in strings, and pkg_resources
    from parliament import analyze_policy_string

REGIONS = ("us-east-1", "eu-west-1", "cn-north-1")
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
# Newer than parliament: the handler of AWS::S3::Bucket lists it.
UNKNOWN = "s3:GetBucketAbac"
# The service's own guide wants "*" for them, whatever the list of actions, resources and conditions says.
# https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-iam-resourcebased-access.html
STAR_ONLY = "datapipeline:"


def inventories(region: str) -> dict[str, dict[str, Any]]:
    """What a target may say, by what is special about it."""
    arn = f"arn:{partition(region)}:{{}}:{region}:{ACCOUNT}:{{}}"
    return {
        "least": {"tablekeeper_tables": ["orders"]},
        "most": {
            "tablekeeper_prefix": "b-2",
            "tablekeeper_bucket_name": "backups-of-the-shop",
            "tablekeeper_encryption": "aws:kms",
            "tablekeeper_object_lock": {"mode": "GOVERNANCE", "days": 7},
            "tablekeeper_tags": {"team": "payments", "cost centre": "12"},
            "tablekeeper_log_retention_days": 30,
            "tablekeeper_max_concurrency": 3,
            "tablekeeper_table_timeout": "6 hours",
            "tablekeeper_poll_seconds": 300,
            "tablekeeper_alerts": [
                {"protocol": "email", "endpoint": "ops@example.com"},
                {"protocol": "email-json", "endpoint": "ops@example.com"},
                {"protocol": "https", "endpoint": "https://example.com/alerts"},
                {"protocol": "sqs", "endpoint": arn.format("sqs", "alerts")},
                {"protocol": "lambda", "endpoint": arn.format("lambda", "function:alerts")},
                {"protocol": "sms", "endpoint": "+353861234567"},
            ],
            "tablekeeper_tables": [
                {"name": "ledger", "tags": {"data class": "secret"}, "allow_empty": True},
                {"name": "old", "enabled": False},
            ],
        },
        "customer key": {
            "tablekeeper_encryption": "aws:kms",
            "tablekeeper_kms_key_arn": arn.format("kms", "key/11111111-2222-3333-4444-555555555555"),
            "tablekeeper_tables": ["orders"],
        },
        "all schedules and names": {
            "tablekeeper_defaults": {"at": "02:30", "timezone": "Europe/Dublin", "retention_days": 90},
            "tablekeeper_tables": [
                *({"name": f"hours-{hours}", "every": f"{hours} hours"} for hours in (1, 5, 6, 12, 23, 48)),
                *({"name": f"days.{days}", "every": f"{days} days"} for days in (1, 2, 7, 10, 31)),
                *({"name": name, "timezone": "Asia/Kathmandu"} for name in ("a.b", "a-b", "a_b", "x" * 255)),
            ],
        },
        "data pipeline": {
            "tablekeeper_tables": [
                "orders",
                {"name": "ledger", "engine": "data_pipeline", "tags": {"team": "payments"}},
                {"name": "old", "engine": "data_pipeline", "enabled": False},
            ],
        },
        "data pipeline with all settings": {
            "tablekeeper_encryption": "aws:kms",
            "tablekeeper_table_key_arns": ["arn:aws:kms:us-east-1:123456789012:key/1"],
            "tablekeeper_object_lock": {"mode": "GOVERNANCE", "days": 7},
            "tablekeeper_data_pipeline": {
                "release_label": "emr-5.36.0",
                "master_instance_type": "m4.large",
                "core_instance_type": "x9.huge",
                "core_count": 3,
                "subnet_id": "subnet-0123456789abcdef0",
                "key_name": "operators",
                "spot_bid": "0.10",
                "terminate_after": "3 hours",
                "retries": 0,
                "log_retention_days": 14,
                "log_bucket_name": "logs-of-the-shop",
            },
            "tablekeeper_defaults": {"engine": "data_pipeline", "read_ratio": 0.5},
            "tablekeeper_tables": [
                *({"name": f"hours-{hours}", "every": f"{hours} hours"} for hours in (1, 5, 36)),
                *({"name": name, "every": "1 week"} for name in ("a.b", "a-b", "a_b", "x" * 255)),
            ],
        },
        "200 tables of a data pipeline": {
            "tablekeeper_defaults": {"engine": "data_pipeline"},
            "tablekeeper_tables": [f"orders-of-the-shop-number-{number}" for number in range(200)],
        },
        "200 tables": {
            "tablekeeper_tables": [f"orders-of-the-shop-number-{number}" for number in range(200)]
        },
    }


INVENTORIES = list(inventories(REGIONS[0]))


def regions(inventory: str) -> tuple[str, ...]:
    """Where it is rendered for."""
    return REGIONS if inventory in IN_EVERY_REGION else REGIONS[:1]


@dataclass(frozen=True)
class Rendered:
    """A directory with a directory for each region."""

    place: Path
    regions: tuple[str, ...]

    def templates(self) -> Iterator[tuple[str, Template]]:
        for region in self.regions:
            paths = [
                path for path in sorted((self.place / region).glob("*.yaml")) if path.name != "plan.yaml"
            ]
            assert len(paths) >= 2, f"render wrote no store or no machinery for {region}"
            for path in paths:
                body = yaml.load(path.read_text(encoding="utf-8"), Loader)
                yield f"{region}/{path.name}", Template(body, region)


@pytest.fixture(scope="module", params=INVENTORIES)
def rendered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    place = tmp_path_factory.mktemp("rendered")
    hosts = {
        region: {
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "tablekeeper_region": region,
            **inventories(region)[request.param],
        }
        for region in regions(request.param)
    }
    (place / "inventory.json").write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    # Templates are made without asking AWS: nothing answers here.
    nowhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_URL": "http://127.0.0.1:9"}
    render = ["ansible-playbook", "playbooks/render.yml", "-i", place / "inventory.json"]
    run(*render, "-e", f"render_to={place}", env=nowhere)
    return Rendered(place, regions(request.param))


def test_cloudformation(rendered: Rendered) -> None:
    complaints = []
    for region in rendered.regions:
        paths = []
        folder = rendered.place / region
        for path in sorted(path for path in folder.glob("*.yaml") if path.name != "plan.yaml"):
            # cfn-lint knows the integrations of Step Functions by their names in the partition "aws" only.
            text = path.read_text(encoding="utf-8").replace(
                f"arn:{partition(region)}:states:::", "arn:aws:states:::"
            )
            paths.append(rendered.place / f"{region}-{path.name}")
            paths[-1].write_text(text, encoding="utf-8")
        done = attempt("cfn-lint", "--include-checks", "I", "--regions", region, "--", *paths)
        if done.returncode:
            complaints.append(done.stdout + done.stderr)
    if complaints:
        fail("\n".join(complaints))


def test_state_machines(rendered: Rendered) -> None:
    """Those in the templates are those written beside them, and pass the schema, JSONata and reachability."""
    distinct: dict[str, Path] = {}
    for region in rendered.regions:
        written = sorted((rendered.place / region).glob("*.asl.json"))
        assert written, f"render wrote no state machines for {region}"
        distinct |= {path.read_text(encoding="utf-8"): path for path in written}
    for name, template in rendered.templates():
        beside = [json.loads(path.read_text()) for path in (rendered.place / name).parent.glob("*.asl.json")]
        assert not [machine for machine in machines(template).values() if machine not in beside], name
    words = [word for path in distinct.values() for word in ("--json-path", path)]
    run(ROOT / "node_modules/.bin/asl-validator", "--silent", *words)


def test_policies(rendered: Rendered) -> None:
    complaints = []
    for name, template in rendered.templates():
        for resource, policy in policies(template).items():
            complaints += [f"{name} {resource}: {finding}" for finding in findings(policy)]
    if complaints:
        fail("\n".join(complaints))


@pytest.mark.parametrize("path", sorted((ROOT / "docs/iam").glob("*.json")), ids=lambda path: path.stem)
def test_documented_policies(path: Path) -> None:
    if complaints := findings(json.loads(path.read_text(encoding="utf-8"))):
        fail("\n".join(complaints))


def test_roles_may_do_what_their_machines_do_and_no_more(rendered: Rendered) -> None:
    complaints = [
        f"{name}: {complaint}"
        for name, template in rendered.templates()
        if "Machine" in template.body["Resources"]
        for complaint in Rights(template).complaints()
    ]
    if complaints:
        fail("\n".join(complaints))


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
    if finding.issue == "UNKNOWN_ACTION":
        return str(finding.detail).endswith(UNKNOWN)
    if finding.issue != "RESOURCE_MISMATCH":
        return False
    return all(
        detail["required_format"] in ONE_OF_TWO.get(detail["action"], set()) for detail in finding.detail
    )
