# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CloudFormation of the embedded AWS: limits of templates, places of templates, properties of resources."""

from __future__ import annotations

import importlib.util
import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from local_aws.client.fixtures import Account

WAIT = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
PARAMETER = {"Type": "String", "Default": "d"}
BUCKET = "templates-of-{}"
HAS_SCHEMAS = bool(importlib.util.find_spec("cfnlint") and importlib.util.find_spec("jsonschema"))


def topic(**properties: Any) -> dict[str, Any]:
    return {"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": properties}}}


def deploy(account: Account, name: str = "stack", **template: Any) -> dict[str, str]:
    """Create a stack and wait for its end: the reasons of what failed, by logical id."""
    cloudformation = account.client("cloudformation")
    cloudformation.create_stack(StackName=name, Capabilities=["CAPABILITY_NAMED_IAM"], **template)
    ends_at = time.monotonic() + 30
    while cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"].endswith("_IN_PROGRESS"):
        assert time.monotonic() < ends_at
        time.sleep(0.1)
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    failed = [e for e in events if e["ResourceStatus"].endswith("_FAILED")]
    return {event["LogicalResourceId"]: event["ResourceStatusReason"] for event in failed}


def refusal(account: Account, **request: Any) -> str:
    with pytest.raises(ClientError) as caught:
        account.client("cloudformation").create_stack(StackName="refused", **request)
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    return str(caught.value.response["Error"]["Message"])


def upload(account: Account, body: str) -> str:
    bucket = BUCKET.format(account.id)
    s3 = account.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": account.region})
    s3.put_object(Bucket=bucket, Key="a b/stack.json", Body=body.encode())
    return bucket


@pytest.mark.parametrize(
    "url",
    [
        "https://{}.s3.eu-west-1.amazonaws.com/a%20b/stack.json",
        "https://{}.s3.amazonaws.com/a%20b/stack.json",
        "https://s3.eu-west-1.amazonaws.com/{}/a%20b/stack.json",
    ],
)
def test_a_template_is_read_from_the_callers_bucket(account: Account, url: str) -> None:
    bucket = upload(account, json.dumps(topic(TopicName="from-s3")) + " " * 60_000)
    assert deploy(account, TemplateURL=url.format(bucket)) == {}
    (found,) = account.client("sns").list_topics()["Topics"]
    assert found["TopicArn"].endswith(":from-s3")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://{}.s3.eu-west-1.amazonaws.com/a%20b/stack.json", "must be a supported URL"),
        ("https://example.com/{}/stack.json", "must be a supported URL"),
        ("https://{}.s3.eu-west-1.amazonaws.com/missing.json", "specified key does not exist"),
        ("https://x{}.s3.eu-west-1.amazonaws.com/a%20b/stack.json", "specified bucket does not exist"),
        ("https://{}.s3.us-east-1.amazonaws.com/a%20b/stack.json", "specified endpoint"),
    ],
)
def test_templates_elsewhere_are_refused(account: Account, url: str, words: str) -> None:
    bucket = upload(account, json.dumps(topic()))
    assert words in refusal(account, TemplateURL=url.format(bucket))


def test_a_template_in_s3_has_a_limit(account: Account) -> None:
    bucket = upload(account, json.dumps(topic()) + " " * 1_000_000)
    url = f"https://{bucket}.s3.eu-west-1.amazonaws.com/a%20b/stack.json"
    assert "may not exceed 1000000 bytes" in refusal(account, TemplateURL=url)


@pytest.mark.parametrize(
    ("section", "template"),
    [
        ("resources", {"Resources": {f"R{n}": WAIT for n in range(501)}}),
        ("outputs", {"Resources": {"R": WAIT}, "Outputs": {f"O{n}": {"Value": "v"} for n in range(201)}}),
        (
            "parameters",
            {"Resources": {"R": WAIT}, "Parameters": {f"P{n}": PARAMETER for n in range(201)}},
        ),
    ],
)
def test_a_template_has_so_many_parts(account: Account, section: str, template: dict[str, Any]) -> None:
    assert f"Number of {section}" in refusal(account, TemplateBody=json.dumps(template))


NOT_TEMPLATES: dict[str, tuple[dict[str, Any], str]] = {
    "section": ({"Resources": {"R": WAIT}, "Extra": {}}, "Invalid template property or properties [Extra]"),
    "attribute": ({"Resources": {"R": WAIT | {"Extra": 1}}}, "Invalid template resource property 'Extra'"),
    "resource name": ({"Resources": {"a-b": WAIT}}, "Resource name a-b is non alphanumeric"),
    "output name": ({"Resources": {"R": WAIT}, "Outputs": {"a-b": {"Value": "v"}}}, "Output name a-b is"),
    "reference": (
        {"Resources": {"R": topic(TopicName={"Ref": "No"})["Resources"]["Topic"]}},
        "dependencies [No]",
    ),
    "substitution": (
        {"Resources": {"R": WAIT}, "Outputs": {"O": {"Value": {"Fn::Sub": "${No.Arn}-${AWS::Region}"}}}},
        "[No] in the Outputs block",
    ),
    "dependency": (
        {"Resources": {"R": WAIT | {"DependsOn": "No"}}},
        "dependencies [No] in the Resources block",
    ),
    "circle": (
        {"Resources": {"A": WAIT | {"DependsOn": "B"}, "B": WAIT | {"DependsOn": ["A"]}}},
        "Circular dependency between resources: [A, B]",
    ),
}


@pytest.mark.parametrize("case", NOT_TEMPLATES)
def test_a_wrong_template_makes_nothing(account: Account, case: str) -> None:
    template, words = NOT_TEMPLATES[case]
    assert words in refusal(account, TemplateBody=json.dumps(template))
    assert account.client("cloudformation").describe_stacks()["Stacks"] == []


@pytest.mark.skipif(not HAS_SCHEMAS, reason="cfn-lint and jsonschema bring the schemas")
@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"TopicNam": "t"}, "'TopicNam' was unexpected"),
        ({"Tags": [{"Key": "k"}]}, "'Value' is a required property"),
        ({"FifoTopic": "perhaps"}, "is not of type 'boolean'"),
        ({"TracingConfig": ["Active"]}, "is not of type 'string'"),
    ],
)
def test_properties_follow_the_schema_of_the_type(
    account: Account, properties: dict[str, Any], words: str
) -> None:
    failed = deploy(account, TemplateBody=json.dumps(topic(**properties)))
    assert failed["Topic"].startswith("Properties validation failed for resource Topic")
    assert words in failed["Topic"]
    assert account.client("sns").list_topics()["Topics"] == []


@pytest.mark.skipif(not HAS_SCHEMAS, reason="cfn-lint and jsonschema bring the schemas")
def test_an_update_is_checked_too(account: Account) -> None:
    assert deploy(account, TemplateBody=json.dumps(topic(TopicName="right", DisplayName=5))) == {}
    cloudformation = account.client("cloudformation")
    changed = json.dumps(topic(TopicName="right", Nonsense=True))
    cloudformation.update_stack(StackName="stack", TemplateBody=changed)
    ends_at = time.monotonic() + 30
    while "IN_PROGRESS" in (status := cloudformation.describe_stacks()["Stacks"][0]["StackStatus"]):
        assert time.monotonic() < ends_at
        time.sleep(0.1)
    assert status == "UPDATE_ROLLBACK_COMPLETE"


def policy(size: int) -> str:
    """A policy document of at least this many characters, and hardly more."""
    resources: list[str] = []
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resources}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    while len(json.dumps(document, separators=(",", ":"))) < size:
        resources.append(f"arn:aws:s3:::bucket/{len(resources):060}")
    return json.dumps(document)


TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "states.amazonaws.com"}}
    ],
}


def test_policies_have_a_size(account: Account) -> None:
    iam = account.client("iam")
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName="role", PolicyName="one", PolicyDocument=policy(6_000))
    with pytest.raises(ClientError, match="Maximum policy size of 10240 bytes exceeded for role role"):
        iam.put_role_policy(RoleName="role", PolicyName="two", PolicyDocument=policy(4_300))
    iam.put_role_policy(RoleName="role", PolicyName="two", PolicyDocument=policy(4_000))
    iam.create_policy(PolicyName="fits", PolicyDocument=policy(6_000))
    with pytest.raises(ClientError, match="quota for PolicySize: 6144"):
        iam.create_policy(PolicyName="large", PolicyDocument=policy(6_145))


def test_a_role_has_ten_managed_policies(account: Account) -> None:
    iam = account.client("iam")
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=json.dumps(TRUST))
    for number in range(10):
        made = iam.create_policy(PolicyName=f"p{number}", PolicyDocument=policy(100))
        iam.attach_role_policy(RoleName="role", PolicyArn=made["Policy"]["Arn"])
    made = iam.create_policy(PolicyName="p10", PolicyDocument=policy(100))
    with pytest.raises(ClientError, match="quota for PoliciesPerRole: 10"):
        iam.attach_role_policy(RoleName="role", PolicyArn=made["Policy"]["Arn"])


def test_a_made_name_is_of_one_region_and_stays(account: Account) -> None:
    """IAM has no regions: the same stack in another one must not take over its policies."""
    made = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": json.loads(policy(100))}}
    body = json.dumps({"Resources": {"Made": made}})
    for region in ("eu-west-1", "us-east-1"):
        assert deploy(replace(account, region=region), TemplateBody=body) == {}
    before = names_of_policies(account)
    assert len(before) == 2
    made["Properties"]["PolicyDocument"] = json.loads(policy(200))
    cloudformation = account.client("cloudformation")
    cloudformation.update_stack(
        StackName="stack",
        TemplateBody=json.dumps({"Resources": {"Made": made}}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    cloudformation.get_waiter("stack_update_complete").wait(
        StackName="stack", WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    assert names_of_policies(account) == before


def names_of_policies(account: Account) -> set[str]:
    return {each["PolicyName"] for each in account.client("iam").list_policies(Scope="Local")["Policies"]}


@pytest.mark.parametrize(
    ("kind", "properties", "words"),
    [
        ("ManagedPolicy", {"PolicyDocument": json.loads(policy(6_145))}, "PolicySize: 6144"),
        (
            "Role",
            {
                "AssumeRolePolicyDocument": TRUST,
                "Policies": [
                    {"PolicyName": f"p{n}", "PolicyDocument": json.loads(policy(5_200))} for n in (1, 2)
                ],
            },
            "10240 bytes exceeded",
        ),
    ],
)
def test_stacks_have_the_same_limits(
    account: Account, kind: str, properties: dict[str, Any], words: str
) -> None:
    resource = {"Type": f"AWS::IAM::{kind}", "Properties": properties}
    failed = deploy(account, TemplateBody=json.dumps({"Resources": {"Made": resource}}))
    assert words in failed["Made"]
