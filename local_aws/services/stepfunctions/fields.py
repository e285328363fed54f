# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The fields that each state may have, by query language.

Imitates "State machine structure in Amazon States Language" and "Transforming data with JSONata"
(docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html, transforming-data.html).
"""

from __future__ import annotations

COMMON = {"Type", "Comment", "QueryLanguage"}
_FLOW = {"Next", "End", "Assign"}
_ERRORS = {"Retry", "Catch"}
_MAP = {
    "ItemSelector", "ItemProcessor", "ItemReader", "ItemBatcher", "ResultWriter", "MaxConcurrency", "Label",
    "ToleratedFailurePercentage", "ToleratedFailureCount",
}  # fmt: skip
_PATHS = {"InputPath", "OutputPath"}
_RESULT = {"Parameters", "ResultSelector", "ResultPath"}
FIELDS: dict[str, dict[str, set[str]]] = {
    "JSONata": {
        "Pass": _FLOW | {"Output"},
        "Task": _FLOW | _ERRORS
        | {"Resource", "Arguments", "Output", "TimeoutSeconds", "HeartbeatSeconds", "Credentials"},
        "Choice": {"Choices", "Default", "Output", "Assign"},
        "Wait": _FLOW | {"Seconds", "Timestamp", "Output"},
        "Succeed": {"Output"},
        "Fail": {"Error", "Cause"},
        "Parallel": _FLOW | _ERRORS | {"Branches", "Arguments", "Output"},
        "Map": _FLOW | _ERRORS | _MAP | {"Items", "Output"},
    },
    "JSONPath": {
        "Pass": _FLOW | _PATHS | {"Parameters", "ResultPath", "Result"},
        "Task": _FLOW | _ERRORS | _PATHS | _RESULT
        | {"Resource", "TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath",
           "Credentials"},
        "Choice": _PATHS | {"Choices", "Default", "Assign"},
        "Wait": _FLOW | _PATHS | {"Seconds", "SecondsPath", "Timestamp", "TimestampPath"},
        "Succeed": _PATHS,
        "Fail": {"Error", "Cause", "ErrorPath", "CausePath"},
        "Parallel": _FLOW | _ERRORS | _PATHS | _RESULT | {"Branches"},
        "Map": _FLOW | _ERRORS | _PATHS | _RESULT | _MAP
        | {"Iterator", "ItemsPath", "MaxConcurrencyPath", "ToleratedFailurePercentagePath",
           "ToleratedFailureCountPath"},
    },
}  # fmt: skip
REQUIRED = {"Task": ["Resource"], "Choice": ["Choices"], "Parallel": ["Branches"]}
CATCHER = {
    "JSONata": {"ErrorEquals", "Next", "Output", "Assign", "Comment"},
    "JSONPath": {"ErrorEquals", "Next", "ResultPath", "Assign", "Comment"},
}
RETRIER = {
    "ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds", "JitterStrategy",
    "Comment",
}  # fmt: skip
RANGES = {
    "IntervalSeconds": (1, 99_999_999), "MaxAttempts": (0, 99_999_999), "BackoffRate": (1, float("inf")),
    "MaxDelaySeconds": (1, 31_622_400),
}  # fmt: skip
DISTRIBUTED_ONLY = {
    "Label", "ItemReader", "ItemBatcher", "ResultWriter", "ToleratedFailurePercentage",
    "ToleratedFailureCount",
}  # fmt: skip
