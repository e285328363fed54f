# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs the module of the same name, and shows its lines while it works."""

from __future__ import annotations

from ansible_collections.tablekeeper.dynamodb.plugins.plugin_utils.module_lines import ModuleWithLines


class ActionModule(ModuleWithLines):
    module = "tablekeeper.dynamodb.put_back"
