# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which job of AWX (or of automation controller) a play runs in, from the variables that it sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# Our word for it, and AWX's, after `awx_` or `tower_`; of several, the first that is there counts.
_FACTS = {
    "id": ("job_id",),
    "template": ("job_template_name",),
    "launch_type": ("job_launch_type",),
    "user": ("user_name",),
    "schedule": ("schedule_name", "parent_job_schedule_name"),
    "workflow": ("workflow_job_id",),
    "revision": ("project_revision",),
}


def awx_job(variables: Mapping[str, Any]) -> dict[str, str]:
    """What is known of the job, as text; empty outside AWX."""
    found = {fact: _first(variables, words) for fact, words in _FACTS.items()}
    return {fact: text for fact, text in found.items() if text} if found["id"] else {}


def in_words(job: Mapping[str, str]) -> str:
    """The job in a few words, empty outside AWX."""
    if not job:
        return ""
    workflow = f" of workflow job {job['workflow']}" if "workflow" in job else ""
    cause = f"schedule {job['schedule']}" if "schedule" in job else job.get("user") or job.get("launch_type")
    return f"AWX job {job['id']}{workflow}" + (f" ({cause})" if cause else "")


def _first(variables: Mapping[str, Any], words: tuple[str, ...]) -> str:
    names = (f"{product}_{word}" for word in words for product in ("awx", "tower"))
    values = (variables.get(name) for name in names)
    return next((str(value) for value in values if value not in (None, "")), "")
