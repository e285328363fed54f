# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A module in a process that can be killed: ``NAME OPTIONS``, these as JSON. The environment tells of AWS."""

from __future__ import annotations

import importlib
import json
import sys

from ansible.module_utils.testing import patch_module_args


def main() -> None:
    name, options = sys.argv[1:]
    module = importlib.import_module(f"ansible_collections.tablekeeper.dynamodb.plugins.modules.{name}")
    with patch_module_args(json.loads(options)):
        module.main()


if __name__ == "__main__":
    main()
