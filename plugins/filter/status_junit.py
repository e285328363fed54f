# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: verdicts to JUnit's XML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

try:
    import junitparser
except ImportError:
    HAS_JUNITPARSER = False
else:
    HAS_JUNITPARSER = True

from ansible.errors import AnsibleFilterError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DOCUMENTATION = r"""
name: status_junit
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Write the verdicts on backups as JUnit's XML
description:
  - Takes what M(tablekeeper.dynamodb.status_info) returns and writes a test suite with one test for each
    table, and one that is named after the target, which fails if something is wrong with all of the target.
  - A table that waits for its first backup, is disabled or has only backups left is skipped.
  - What drills of a table have measured are properties of its test, such as C(drill.rto_seconds).
requirements:
  - junitparser
positional: _input, target, properties
options:
  _input:
    description: What M(tablekeeper.dynamodb.status_info) returned.
    type: dict
    required: true
  target:
    description: The name of the target, which becomes the name of the suite and of the tests' class.
    type: str
    required: true
  properties:
    description: Properties of the suite.
    type: dict
    default: {}
seealso:
  - plugin: tablekeeper.dynamodb.status_prometheus
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Leave a report for the CI server
  ansible.builtin.copy:
    content: "{{ backups | tablekeeper.dynamodb.status_junit(inventory_hostname) }}"
    dest: /srv/reports/tablekeeper-{{ inventory_hostname }}.xml
    mode: "0644"
  delegate_to: localhost
"""

RETURN = r"""
_value:
  description: The XML.
  type: str
"""

Kind = TypeVar("Kind", "junitparser.Error", "junitparser.Failure", "junitparser.Skipped")

# Of a table's drills, as properties of its test.
MEASURED = ("last_passed", "last_failed", "record", "rto_seconds", "rpo_seconds")
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def status_junit(answer: dict[str, Any], target: str, properties: Mapping[str, object] | None = None) -> str:
    """The test suite as XML."""
    if not HAS_JUNITPARSER:
        raise AnsibleFilterError(
            "The Python of Ansible has no junitparser: install the collection's requirements.txt, "
            "or leave status_junit_file empty."
        )
    suite = junitparser.TestSuite(target)
    suite.timestamp = answer["now"]
    for name, value in (properties or {}).items():
        suite.add_property(_text(name), _text(value))
    suite.add_testcases([_target(answer, target), *(_table(table, target) for table in answer["tables"])])
    report = junitparser.JUnitXml("tablekeeper")
    report.add_testsuite(suite)
    report.update_statistics()
    written: bytes = report.tostring()
    return written.decode()


def _target(answer: dict[str, Any], target: str) -> junitparser.TestCase:
    case = junitparser.TestCase(target, classname=target)
    if answer["reasons"]:
        case.result = [_result(junitparser.Error, answer["reasons"])]
    elif answer["notes"]:
        case.system_out = _lines(answer["notes"])
    return case


def _table(table: dict[str, Any], target: str) -> junitparser.TestCase:
    case = junitparser.TestCase(_text(table["table"]), classname=target)
    if not table["healthy"]:
        case.result = [_result(junitparser.Failure, table["reasons"])]
    elif table["verdict"] != "healthy":
        case.result = [_result(junitparser.Skipped, table["reasons"])]
    elif table["reasons"]:
        case.system_out = _lines(table["reasons"])
    if measured := {name: value for name, value in (table["drill"] or {}).items() if name in MEASURED}:
        case.append(_properties(measured))
    return case


def _properties(measured: Mapping[str, object]) -> junitparser.Properties:
    properties = junitparser.Properties()
    for name, value in measured.items():
        if value is not None:
            properties.add_property(junitparser.Property(f"drill.{name}", _text(value)))
    return properties


def _result(kind: type[Kind], reasons: list[dict[str, str]]) -> Kind:
    """The worst reason as its message and type, all of them as its text."""
    first, *_others = reasons or [{"code": "unknown", "message": "No reason is known."}]
    result = kind(_text(first["message"]), first["code"])
    result.text = _lines(reasons)
    return result


def _lines(reasons: list[dict[str, str]]) -> str:
    return _text("\n".join(f"{each['code']}: {each['message']}" for each in reasons))


def _text(value: object) -> str:
    """Text without what XML cannot hold."""
    return _NOT_IN_XML.sub("", str(value))


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., str]]:
        """Filters by name."""
        return {"status_junit": status_junit}
