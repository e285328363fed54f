# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Lookup: what leads to the account of a target."""

from __future__ import annotations

DOCUMENTATION = r"""
name: credentials
author: Tablekeeper contributors (@tablekeeper)
version_added: 0.1.0
short_description: Tell modules which profile or role leads to the account of a target
description:
  - Reads C(tablekeeper_profile), C(tablekeeper_role_arn) and C(tablekeeper_external_id) of the target. With
    none of them, what it returns is empty, and modules find their credentials as they always do.
  - A role is assumed with the credentials of C(tablekeeper_profile), or else with those of the environment,
    and again whenever the session comes to its end. For that a configuration file is written, which has no
    secrets in it and is gone when Ansible ends.
  - The playbooks of the collection do this by themselves.
options: {}
"""

EXAMPLES = r"""
- name: Back up every target with its own credentials
  hosts: all
  gather_facts: false
  vars:
    tablekeeper_credentials: "{{ lookup('tablekeeper.dynamodb.credentials') }}"
  environment: "{{ tablekeeper_credentials.environment }}"
  module_defaults:
    group/tablekeeper.dynamodb.aws: "{{ tablekeeper_credentials.options }}"
  roles:
    - role: tablekeeper.dynamodb.backup
"""

RETURN = r"""
_raw:
  description:
    - A mapping of C(options), for C(module_defaults), and C(environment), both empty or both to be used.
  type: list
  elements: dict
  sample:
    - options: {profile: tablekeeper-target, access_key: "", secret_key: "", session_token: ""}
      environment: {AWS_CONFIG_FILE: /home/ops/.ansible/tmp/ansible-local-42/tablekeeper-0f1e2d3c4b5a}
"""

import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.plugins.lookup import LookupBase

from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._inputs.credentials import (
    PROFILE,
    configuration,
    options,
)
from ansible_collections.tablekeeper.dynamodb.plugins.module_utils._report.awx_job import awx_job


class LookupModule(LookupBase):
    """What Ansible looks for."""

    def run(self, _terms: list[str], variables: dict[str, Any] | None = None, **_options: Any) -> list[Any]:
        """What the target's variables lead to."""
        self._variables = variables or {}
        profile, role = self._value("profile"), self._value("role_arn")
        if not role:
            return [{"options": options(profile), "environment": {}}]
        job = awx_job(self._variables).get("id")
        text = configuration(
            role,
            region=self._value("region"),
            session=f"tablekeeper-awx-{job}" if job else "tablekeeper",
            external_id=self._value("external_id"),
            profile=profile,
            environ=os.environ,
            config=_file("AWS_CONFIG_FILE", "~/.aws/config"),
            credentials=_file("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
        )
        return [{"options": options(PROFILE), "environment": {"AWS_CONFIG_FILE": _kept(text)}}]

    def _value(self, name: str) -> str:
        """A variable of the target, which may itself be a template."""
        value = self._templar.template(self._variables.get(f"tablekeeper_{name}", ""))
        return "" if value is None else str(value).strip()


def _file(variable: str, usual: str) -> str:
    path = Path(os.environ.get(variable) or usual).expanduser()
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _kept(text: str) -> str:
    """The path of a file with this text, in the folder that Ansible removes when it ends."""
    folder = Path(constants.DEFAULT_LOCAL_TMP)
    path = folder / f"tablekeeper-{sha256(text.encode()).hexdigest()[:12]}"
    if not path.exists():
        # Several processes may come here at once: each finds a whole file or none.
        descriptor, name = tempfile.mkstemp(dir=folder)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    return str(path)
