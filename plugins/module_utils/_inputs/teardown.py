# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the playbook `teardown` can be told."""

from __future__ import annotations

from .._base.checks import flag
from .checks import typed_again
from .shared import STACK_TIMEOUT, TARGET
from .table import Input, Question, Verb

TEARDOWN = Verb(
    "Remove the machinery and keep the backups",
    "Removes the stacks that start, watch and report backups. The bucket and its objects stay in every case.",
    survey=(
        "Remove the machinery",
        "Ends the scheduled backups and their alarms. Backups stay until their retention ends.",
    ),
    inputs=(
        *TARGET,
        Input(
            "confirm",
            "The prefix and the account again, as `tablekeeper@123456789012`, for the explicit yes. For"
            " targets in several accounts, one of each, cut at commas.",
            typed_again,
            "",
            examples=("-e teardown_confirm=tablekeeper@123456789012",),
            question=Question(
                "Type the prefix of the stacks and the account",
                "Such as tablekeeper@123456789012, of several accounts cut at commas. Nothing is removed"
                " without it. Messages call it -e teardown_confirm.",
                least=1,
                most=1024,
                required=True,
            ),
        ),
        Input(
            "store",
            "Remove the store's stack too: alerts topic and subscriptions go, the bucket with its backups"
            " stays.",
            flag,
            False,
            examples=("-e teardown_store=true -e teardown_store_confirm=tablekeeper-store",),
            question=Question(
                "Remove the store's stack too?",
                "The alerts topic and its subscriptions go as well. The bucket and every backup stay even"
                " then.",
            ),
        ),
        Input(
            "store_confirm",
            "The name of the store's stack, `<prefix>-store`, as the second yes.",
            typed_again,
            "",
            question=Question(
                "If so, type the store's name",
                "tablekeeper-store, unless the inventory says otherwise. Messages call it -e"
                " teardown_store_confirm.",
                most=26,
            ),
        ),
        Input(
            "keep_backups",
            "Switch off the lifecycle rules of the bucket, which otherwise delete the last backups when"
            " their days are over.",
            flag,
            False,
            examples=("-e teardown_keep_backups=true",),
            question=Question(
                "Keep every backup for good?",
                "Otherwise the bucket's rules go on deleting, until the last backup of each table is gone.",
            ),
        ),
        Input(
            "stop_running_pipelines",
            "Remove pipelines even while they are backing up tables, which cancels what they run.",
            flag,
            False,
            shared="tablekeeper_stop_running_pipelines",
            examples=("-e teardown_stop_running_pipelines=true",),
        ),
        STACK_TIMEOUT,
    ),
)
