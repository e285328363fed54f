# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the playbook `render` can be told, beside all that `backup` can."""

from __future__ import annotations

from .checks import directory
from .table import Input, Question, Verb

RENDER = Verb(
    "Write the templates and state machines for review",
    "Needs no credentials and no network.",
    role="backup",
    survey=(
        "Show what would be deployed",
        "Where to write the templates. What a person reads is their difference to nothing, in the output.",
    ),
    inputs=(
        Input(
            "render_to",
            "The directory that the playbook `render` writes to. A relative path begins in the directory"
            " you are in.",
            directory,
            shared="render_to",
            kind="A path",
            shown="required by `render`",
            question=Question(
                "Directory",
                "A directory of the job, which ends with it. Empty for /tmp/tablekeeper.",
                most=256,
                default="/tmp/tablekeeper",  # noqa: S108 - of the job's container, and ends with it
            ),
        ),
    ),
)
