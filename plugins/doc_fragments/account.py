# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of what a module takes that begins by looking whether it is where it should be."""

from __future__ import annotations


class ModuleDocFragment:
    """What Ansible looks for."""

    DOCUMENTATION = r"""
options:
  account_id:
    description:
      - The account that the credentials have to belong to. With those of another, the module fails before it
        asks anything else.
      - If empty, any account is right.
    type: str
  target:
    description: What to call the target in messages, such as the name of the inventory's host.
    type: str
"""
