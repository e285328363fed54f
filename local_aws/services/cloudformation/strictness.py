# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""CloudFormation as strict as AWS about where templates lie and what properties resources take.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html (TemplateURL)
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-type-schemas.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html (generated names)

AWS validates a resource's properties, with all references resolved, against its type's schema before it calls
the service, and the stack fails with "Properties validation failed". The schemas are those that cfn-lint
brings. ministack itself enforces the sizes and numbers of a template.

A name that CloudFormation makes is unique. ministack's is the same in every region, so a second region would
take over what IAM, which has no regions, made for the first.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import logging
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ministack.core.responses import get_region
from ministack.services import s3
from ministack.services.cloudformation import engine, helpers, provisioners, stacks

from local_aws.services.iam.quotas import resource_problem

from . import templates

HAS_SCHEMAS = bool(importlib.util.find_spec("cfnlint") and importlib.util.find_spec("jsonschema"))
_log = logging.getLogger("local_aws.cloudformation")
_HOST = re.compile(
    r"(?:(?P<bucket>[a-z0-9][a-z0-9.-]+)\.)?s3(?:[.-](?P<region>[a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com"
)
# What CloudFormation passes on from S3.
_NO_BUCKET = "S3 error: The specified bucket does not exist"
_NO_KEY = "S3 error: The specified key does not exist."
_OTHER_REGION = (
    "S3 error: The bucket you are attempting to access must be addressed using the specified endpoint."
)


def install() -> None:
    _check_urls()
    _check_templates()
    _check_properties()
    _name_by_region()
    if not HAS_SCHEMAS:
        _log.warning("cfn-lint or jsonschema is not installed: the properties of resources are not checked.")


def _check_urls() -> None:
    resolve = helpers._resolve_document

    def checked(params: dict[str, Any], body_key: str, url_key: str, label: str) -> Any:
        url = helpers._p(params, url_key)
        if not url or helpers._p(params, body_key):
            return resolve(params, body_key, url_key, label)
        bucket, key, problem = _locate(url, url_key)
        if problem:
            return None, helpers._error("ValidationError", problem)
        local = {**params, url_key: [f"https://s3.amazonaws.com/{bucket}/{key}"]}
        return resolve(local, body_key, url_key, label)

    helpers._resolve_document = checked


def _locate(url: str, url_key: str) -> tuple[str, str, str]:
    """Bucket, key, and what is wrong with a URL, empty when nothing is."""
    parts = urlsplit(url)
    host = _HOST.fullmatch(parts.netloc)
    bucket, key = "", unquote(parts.path.lstrip("/"))
    if host:
        bucket, key = (host["bucket"], key) if host["bucket"] else (*key.split("/", 1), "")[:2]
    if parts.scheme != "https" or not host or not key:
        return "", "", f"{url_key} must be a supported URL."
    found = s3._buckets.get(bucket)
    if found is None:
        return "", "", _NO_BUCKET
    if host["region"] not in {None, found.get("region")}:
        return "", "", _OTHER_REGION
    return (bucket, key, "") if key in found["objects"] else ("", "", _NO_KEY)


def _check_templates() -> None:
    limits = engine._validate_template_limits

    def checked(template: dict[str, Any]) -> None:
        limits(template)
        if found := templates.problem(template):
            raise ValueError(found)

    engine._validate_template_limits = checked


def _check_properties() -> None:
    provision, update = stacks._provision_resource, stacks._update_resource

    def provisioning(kind: str, logical_id: str, properties: dict[str, Any], *more: Any) -> Any:
        _check(kind, logical_id, properties)
        return provision(kind, logical_id, properties, *more)

    def updating(kind: str, physical_id: str, old: dict[str, Any], new: dict[str, Any], *more: Any) -> Any:
        _check(kind, physical_id, new)
        return update(kind, physical_id, old, new, *more)

    stacks._provision_resource, stacks._update_resource = provisioning, updating


def _check(kind: str, name: str, properties: dict[str, Any]) -> None:
    _check_schema(kind, name, properties)
    if problem := resource_problem(kind, properties):
        raise ValueError(f'Resource handler returned message: "{problem}"')


def _check_schema(kind: str, name: str, properties: dict[str, Any]) -> None:
    if not HAS_SCHEMAS:
        return
    validator = _validator(kind, get_region())
    errors = validator.iter_errors(properties) if validator else ()
    problems = ", ".join(f"#/{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in errors)
    if problems:
        raise ValueError(f"Properties validation failed for resource {name} with message: [{problems}]")


def _name_by_region() -> None:
    name, seed = provisioners._physical_name, provisioners._NAME_SEED

    def naming(stack: str, logical_id: str, *, seeded: bool = True, **options: Any) -> Any:
        token = seed.set(f"{get_region()}:{seed.get() if seeded else ''}")
        try:
            return name(stack, logical_id, **options)
        finally:
            seed.reset(token)

    provisioners._physical_name = naming


@cache
def _validator(kind: str, region: str) -> Any:
    """A validator that takes "5" for 5 and 5 for "5", as CloudFormation does; None for unknown types."""
    validators = importlib.import_module("jsonschema.validators")
    schema = _schema(kind, region)
    if schema is None:
        return None
    draft = validators.Draft7Validator
    types = draft.TYPE_CHECKER.redefine_many(
        {
            "string": lambda _, value: isinstance(value, (str, int, float)),
            "boolean": lambda _, value: value in (True, False, "true", "false"),
            "integer": lambda _, value: bool(re.fullmatch(r"-?\d+", str(value))),
            "number": lambda _, value: bool(re.fullmatch(r"-?\d+(\.\d+)?", str(value))),
        }
    )
    on_text = {name: _on_text(draft.VALIDATORS[name]) for name in ("minLength", "maxLength")}
    on_number = {name: _on_number(draft.VALIDATORS[name]) for name in ("minimum", "maximum")}
    changed = {**on_text, **on_number, "pattern": _pattern, "format": None}
    return validators.extend(draft, changed, type_checker=types)(schema)


def _on_text(keyword: Any) -> Any:
    def check(validator: Any, limit: Any, value: Any, schema: Any) -> Any:
        return keyword(validator, limit, str(value), schema) if not isinstance(value, (dict, list)) else ()

    return check


def _on_number(keyword: Any) -> Any:
    """A number may be given as text; that it is one is told by its type."""

    def check(validator: Any, limit: Any, value: Any, schema: Any) -> Any:
        try:
            return keyword(validator, limit, float(value), schema)
        except (TypeError, ValueError):
            return ()

    return check


def _pattern(validator: Any, pattern: str, value: Any, schema: Any) -> Any:
    del validator, schema  # the signature is jsonschema's
    if isinstance(value, str) and not importlib.import_module("regex").search(pattern, value):
        error = importlib.import_module("jsonschema").ValidationError
        yield error(f"string [{value}] does not match pattern {pattern}")


@cache
def _schema(kind: str, region: str) -> dict[str, Any] | None:
    found = importlib.util.find_spec("cfnlint")
    schemas = Path(str(found and found.origin)).parent / "data" / "schemas"
    names = json.loads((schemas / "providers" / f"{region}.json").read_text(encoding="utf-8"))
    if kind not in names:
        return None
    text = (schemas / "resources" / f"{names[kind]}.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
