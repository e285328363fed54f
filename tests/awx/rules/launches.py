# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What AWX 24.6.1 lets a schedule or a workflow's node give to what it launches.

awx/main/models/jobs.py (_accept_or_ignore_job_kwargs) and mixins.py (_accept_or_ignore_variables): a prompt
that the template does not ask for is refused, and so is a variable that its survey does not ask for.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .surveys import answer_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

# The prompts of a launch, and what a template says to allow each.
PROMPTS = {
    "diff_mode": "ask_diff_mode_on_launch",
    "inventory": "ask_inventory_on_launch",
    "job_tags": "ask_tags_on_launch",
    "job_type": "ask_job_type_on_launch",
    "limit": "ask_limit_on_launch",
    "scm_branch": "ask_scm_branch_on_launch",
    "skip_tags": "ask_skip_tags_on_launch",
    "timeout": "ask_timeout_on_launch",
    "verbosity": "ask_verbosity_on_launch",
}


def errors(launched: Mapping[str, Any], given: Mapping[str, Any], *, complete: bool) -> list[str]:
    """Why AWX would refuse to launch it so. A workflow's node need not answer everything."""
    found = [
        f"{prompt}: Field is not configured to prompt on launch."
        for prompt, asked in PROMPTS.items()
        if given.get(prompt) not in (None, launched.get(prompt)) and not launched.get(asked)
    ]
    survey = launched.get("survey_spec") if launched.get("survey_enabled") else None
    answers = given.get("extra_data") or {}
    found += answer_errors(survey or {}, answers, complete=complete)
    if not launched.get("ask_variables_on_launch"):
        asked_for = {question["variable"] for question in (survey or {}).get("spec", [])}
        fixed = json.loads(launched.get("extra_vars") or "{}")
        extra = [name for name in answers if name not in asked_for and fixed.get(name, ...) != answers[name]]
        found += [f"Variables {', '.join(extra)} are not allowed on launch."] if extra else []
    return found
