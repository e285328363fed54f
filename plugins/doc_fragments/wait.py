# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Documentation of how long a module waits for CloudFormation; `_base/options.py` has it as code."""

from __future__ import annotations


class ModuleDocFragment:
    """What Ansible looks for."""

    DOCUMENTATION = r"""
options:
  wait_timeout:
    description: How many seconds to wait while CloudFormation is at work on a stack, for each stack.
    type: int
    default: 1800
"""
