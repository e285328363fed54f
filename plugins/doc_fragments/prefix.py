# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of the option that tells a target's stacks from others; `_base/options.py` has it as code."""

from __future__ import annotations


class ModuleDocFragment:
    """What Ansible looks for."""

    DOCUMENTATION = r"""
options:
  prefix:
    description: The first part of every stack's name.
    type: str
    default: tablekeeper
"""
