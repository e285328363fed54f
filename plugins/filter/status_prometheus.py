# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Filter: verdicts to the text that Prometheus reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

try:
    import prometheus_client
except ImportError:
    HAS_PROMETHEUS_CLIENT = False
else:
    HAS_PROMETHEUS_CLIENT = True

from ansible.errors import AnsibleFilterError

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.metrics import metrics

if TYPE_CHECKING:
    from collections.abc import Callable

DOCUMENTATION = r"""
name: status_prometheus
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Write the verdicts on backups as metrics for Prometheus
description:
  - Takes what M(tablekeeper.dynamodb.status_info) returns and writes it in Prometheus's text format, for the
    textfile collector of its node exporter.
requirements:
  - prometheus_client
positional: _input, target
options:
  _input:
    description: What M(tablekeeper.dynamodb.status_info) returned.
    type: dict
    required: true
  target:
    description: The name of the target, which becomes the label C(target).
    type: str
    required: true
seealso:
  - plugin: tablekeeper.dynamodb.status_junit
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Leave metrics for the node exporter
  ansible.builtin.copy:
    content: "{{ backups | tablekeeper.dynamodb.status_prometheus(inventory_hostname) }}"
    dest: /var/lib/node_exporter/tablekeeper_{{ inventory_hostname }}.prom
    mode: "0644"
  delegate_to: localhost
"""

RETURN = r"""
_value:
  description: The text.
  type: str
"""


def status_prometheus(answer: dict[str, Any], target: str) -> str:
    """The metrics as text."""
    if not HAS_PROMETHEUS_CLIENT:
        raise AnsibleFilterError(
            "The Python of Ansible has no prometheus_client: install the collection's requirements.txt, "
            "or leave status_prometheus_file empty."
        )
    registry = prometheus_client.CollectorRegistry()
    for metric in metrics(answer, target):
        gauge = prometheus_client.Gauge(metric.name, metric.help, metric.labels, registry=registry)
        for labels, value in metric.values.items():
            gauge.labels(*labels).set(value)
    return prometheus_client.generate_latest(registry).decode()


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, Callable[..., str]]:
        """Filters by name."""
        return {"status_prometheus": status_prometheus}
