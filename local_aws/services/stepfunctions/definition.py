# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The mistakes in a state machine definition for which AWS refuses it.

Imitates ValidateStateMachineDefinition and "Amazon States Language"
(docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html,
states-language.net). A mistake is (code, message, place).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ministack.core.responses import _service_model
from ministack.services import stepfunctions as sf

from .fields import CATCHER, COMMON, DISTRIBUTED_ONLY, FIELDS, RANGES, REQUIRED, RETRIER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Mistake = tuple[str, str, str]
Definition = dict[str, Any]

MAX_BYTES = 1_048_576
MAX_SECONDS = 99_999_999
SCHEMA, TARGET = "SCHEMA_VALIDATION_FAILED", "MISSING_TRANSITION_TARGET"
_VARIABLE = re.compile(r"[^\W\d]\w{0,79}")
_SDK = {
    "dynamodb": "dynamodb", "s3": "s3", "sns": "sns", "sqs": "sqs", "sfn": "stepfunctions", "kms": "kms",
    "applicationautoscaling": "application-autoscaling", "cloudwatch": "cloudwatch", "sts": "sts",
    "cloudwatchlogs": "logs", "iam": "iam", "lambda": "lambda", "pipes": "pipes",
}  # fmt: skip


def mistakes(text: str) -> list[Mistake]:
    """Every mistake of a definition, in the order of its states."""
    if len(text.encode()) > MAX_BYTES:
        return [(SCHEMA, f"The definition is larger than {MAX_BYTES} bytes", "/")]
    try:
        definition = json.loads(text)
    except ValueError as problem:
        return [("INVALID_JSON_DESCRIPTION", str(problem), "/")]
    if not isinstance(definition, dict):
        return [(SCHEMA, "The definition is not a JSON object", "/")]
    allowed = {"Comment", "StartAt", "States", "Version", "TimeoutSeconds", "QueryLanguage"}
    language = definition.get("QueryLanguage", "JSONPath")
    if language not in FIELDS:
        return [(SCHEMA, "Value is not a valid enum: [JSONPath, JSONata]", "/QueryLanguage")]
    whole = [*_unknown(definition, allowed, ""), *_timeout(definition, "")]
    return [*whole, *_machine(definition, language, "", frozenset(), set())]


def _timeout(given: Definition, place: str) -> Iterator[Mistake]:
    for name in ("TimeoutSeconds", "HeartbeatSeconds"):
        value = given.get(name, 1)
        if not isinstance(value, str) and not (sf._is_num(value) and 1 <= value <= MAX_SECONDS):
            yield SCHEMA, f"Value must be a number from 1 to {MAX_SECONDS}", f"{place}/{name}"


def _unknown(given: Definition, allowed: Iterable[str], place: str) -> Iterator[Mistake]:
    for name in given:
        if name not in allowed:
            yield SCHEMA, f"Field is not supported: {name}", f"{place}/{name}"


def _machine(
    machine: Definition, language: str, place: str, outer: frozenset[str], labels: set[str]
) -> Iterator[Mistake]:
    states = machine.get("States")
    if not isinstance(states, dict) or not states:
        yield SCHEMA, "These fields are required: [States]", place or "/"
        return
    if machine.get("StartAt") not in states:
        yield TARGET, f"Missing 'StartAt' target: {machine.get('StartAt')}", f"{place}/StartAt"
    own = frozenset(name for state in states.values() if isinstance(state, dict) for name in _assigned(state))
    for name in sorted(own & outer):
        yield SCHEMA, f"The variable '{name}' is assigned in an outer scope already", place or "/"
    for name, state in states.items():
        yield from _state(name, state, states, language, f"{place}/States/{name}", outer | own, labels)
    reached = _reached(machine, states)
    for name in states:
        if name not in reached:
            yield TARGET, f'State "{name}" is not reachable.', f"{place}/States/{name}"


def _assigned(state: Definition) -> Iterator[str]:
    for part in (state, *state.get("Catch", []), *state.get("Choices", [])):
        if isinstance(part, dict):
            yield from part.get("Assign", {})


def _targets(state: Definition) -> Iterator[tuple[str, str]]:
    for name in ("Next", "Default"):
        if name in state:
            yield name, state[name]
    for part in ("Catch", "Choices"):
        for number, one in enumerate(state.get(part, [])):
            if isinstance(one, dict):
                yield f"{part}[{number}]/Next", one.get("Next", "")


def _reached(machine: Definition, states: Definition) -> set[str]:
    reached: set[str] = set()
    waiting = [machine.get("StartAt", "")]
    while waiting:
        name = waiting.pop()
        if name in states and name not in reached:
            reached.add(name)
            waiting += [target for _place, target in _targets(states[name])]
    return reached


def _state(
    name: str,
    state: Any,
    states: Definition,
    outer_language: str,
    place: str,
    scope: frozenset[str],
    labels: set[str],
) -> Iterator[Mistake]:
    kind = state.get("Type") if isinstance(state, dict) else None
    language = state.get("QueryLanguage", outer_language) if isinstance(state, dict) else outer_language
    if kind not in FIELDS.get(language, {}):
        yield SCHEMA, "Value is not a valid state type or query language", f"{place}/Type"
        return
    if len(name) > 80:
        yield SCHEMA, "State name must not be longer than 80 characters", place
    if outer_language == "JSONata" and language == "JSONPath":
        yield SCHEMA, "A JSONata state machine cannot hold JSONPath states", f"{place}/QueryLanguage"
    yield from _unknown(state, COMMON | FIELDS[language][kind], place)
    yield from _timeout(state, place)
    for field in REQUIRED.get(kind, []):
        if not state.get(field):
            yield SCHEMA, f"These fields are required: [{field}]", place
    yield from _flow(kind, state, states, place)
    yield from _handlers(state, language, place)
    yield from _variables(state, place)
    yield from _kind(kind, state, language, place, scope, labels)


def _flow(kind: str, state: Definition, states: Definition, place: str) -> Iterator[Mistake]:
    if kind not in ("Choice", "Succeed", "Fail") and ("Next" in state) == bool(state.get("End")):
        yield SCHEMA, "Exactly one of these fields is required: [Next, End]", place
    for where, target in _targets(state):
        if target not in states:
            yield TARGET, f"Missing 'Next' target: {target}", f"{place}/{where}"


def _handlers(state: Definition, language: str, place: str) -> Iterator[Mistake]:
    for part, allowed in (("Retry", RETRIER), ("Catch", CATCHER[language])):
        entries = state.get(part, [])
        for number, one in enumerate(entries):
            where = f"{place}/{part}[{number}]"
            yield from _unknown(one, allowed, where)
            names = one.get("ErrorEquals")
            if not names:
                yield SCHEMA, "These fields are required: [ErrorEquals]", where
            elif "States.ALL" in names and (len(names) > 1 or number != len(entries) - 1):
                yield SCHEMA, "States.ALL must appear alone and in the last entry", f"{where}/ErrorEquals"
            yield from _numbers(one, where)


def _numbers(retrier: Definition, place: str) -> Iterator[Mistake]:
    for name, (low, high) in RANGES.items():
        if name in retrier and not (sf._is_num(retrier[name]) and low <= retrier[name] <= high):
            yield SCHEMA, f"Value must be a number from {low} to {high}", f"{place}/{name}"
    if retrier.get("JitterStrategy", "FULL") not in ("FULL", "NONE"):
        yield SCHEMA, "Value is not a valid enum: [FULL, NONE]", f"{place}/JitterStrategy"
    if retrier.get("MaxDelaySeconds", float("inf")) <= retrier.get("IntervalSeconds", 1):
        yield SCHEMA, "MaxDelaySeconds must be greater than IntervalSeconds", f"{place}/MaxDelaySeconds"


def _variables(state: Definition, place: str) -> Iterator[Mistake]:
    for name in _assigned(state):
        plain = name.removesuffix(".$")
        if not _VARIABLE.fullmatch(plain) or plain == "states":
            yield SCHEMA, f"Invalid variable name: {name}", f"{place}/Assign"


def _kind(
    kind: str, state: Definition, language: str, place: str, scope: frozenset[str], labels: set[str]
) -> Iterator[Mistake]:
    if kind == "Task":
        yield from _task(state, language, place)
    elif kind == "Choice":
        yield from _choice(state, language, place)
    elif kind == "Wait":
        given = [name for name in ("Seconds", "SecondsPath", "Timestamp", "TimestampPath") if name in state]
        if len(given) != 1:
            yield SCHEMA, "Exactly one of these fields is required: [Seconds, Timestamp]", place
    elif kind == "Parallel":
        for number, branch in enumerate(state.get("Branches", [])):
            where = f"{place}/Branches[{number}]"
            yield from _unknown(branch, {"StartAt", "States", "Comment"}, where)
            yield from _machine(branch, language, where, scope, labels)
    elif kind == "Map":
        yield from _map(state, language, place, scope, labels)


def _choice(state: Definition, language: str, place: str) -> Iterator[Mistake]:
    for number, rule in enumerate(state.get("Choices", [])):
        where = f"{place}/Choices[{number}]"
        if "Next" not in rule:
            yield SCHEMA, "These fields are required: [Next]", where
        if language != "JSONata":
            continue
        yield from _unknown(rule, {"Condition", "Next", "Assign", "Output", "Comment"}, where)
        condition = rule.get("Condition")
        if not isinstance(condition, bool) and not str(condition).startswith("{%"):
            yield SCHEMA, "Value must be a boolean or a JSONata expression", f"{where}/Condition"


def _map(
    state: Definition, language: str, place: str, scope: frozenset[str], labels: set[str]
) -> Iterator[Mistake]:
    field = "ItemProcessor" if "ItemProcessor" in state else "Iterator"
    processor, where = state.get(field), f"{place}/{field}"
    if not isinstance(processor, dict):
        yield SCHEMA, "These fields are required: [ItemProcessor]", place
        return
    yield from _unknown(processor, {"StartAt", "States", "ProcessorConfig", "Comment"}, where)
    config = processor.get("ProcessorConfig", {})
    distributed = config.get("Mode", "INLINE") == "DISTRIBUTED"
    if distributed:
        yield from _distributed(state, config, place, labels)
    else:
        for name in sorted(DISTRIBUTED_ONLY & set(state)):
            yield SCHEMA, f"Field is only supported in DISTRIBUTED mode: {name}", f"{place}/{name}"
    yield from _machine(processor, language, where, frozenset() if distributed else scope, labels)


def _distributed(state: Definition, config: Definition, place: str, labels: set[str]) -> Iterator[Mistake]:
    if config.get("ExecutionType") not in ("STANDARD", "EXPRESS"):
        yield (
            SCHEMA,
            "Value is not a valid enum: [STANDARD, EXPRESS]",
            f"{place}/ItemProcessor/ProcessorConfig",
        )
    label = state.get("Label")
    if label is not None and (
        label in labels or not re.fullmatch(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/]{1,40}", label)
    ):
        yield (
            SCHEMA,
            "Label must be unique, 40 characters at most and without special characters",
            f"{place}/Label",
        )
    labels.add(str(label))


def _task(state: Definition, language: str, place: str) -> Iterator[Mistake]:
    resource = str(state.get("Resource", ""))
    unrecognized = f"The resource provided {resource} is not recognized."
    if not resource.startswith("arn:"):
        yield SCHEMA, unrecognized, f"{place}/Resource"
    service, _colon, operation = resource.partition(":::aws-sdk:")[2].partition(":")
    model = _service_model(_SDK[service.lower()]) if service.lower() in _SDK else None
    if model is None:
        return
    name = operation.split(".")[0]
    pascal = name[:1].upper() + name[1:]
    if pascal not in model.operation_names or name[:1].isupper():
        yield SCHEMA, unrecognized, f"{place}/Resource"
        return
    field = "Arguments" if language == "JSONata" else "Parameters"
    shape = model.operation_model(pascal).input_shape
    known = {sf._api_name_to_sfn_key(member) for member in shape.members} if shape else set()
    for key in state.get(field) or {} if isinstance(state.get(field), dict) else {}:
        if key.removesuffix(".$") not in known:
            yield SCHEMA, f'The field "{key}" is not supported by Step Functions', f"{place}/{field}"
