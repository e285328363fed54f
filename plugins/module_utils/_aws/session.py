# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The clients of a module, all of one session.

AnsibleAWSModule makes a session for each client. Each reads the configuration and botocore's data, and has
credentials of its own: a module that asks a dozen services assumed its role a dozen times, and took a second
more.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import get_aws_connection_info

if TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

with contextlib.suppress(ImportError):  # handled by AnsibleAWSModule
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

AGENT = "tablekeeper.dynamodb"


def connecting(module: AnsibleAWSModule) -> Callable[..., Any]:
    """Makes the client of a service with the options of the module, which fails where that cannot be.

    A caller may add a configuration of its own.
    """
    region, endpoint, options = get_aws_connection_info(module)
    profile, given = options.pop("profile_name", None), options.pop("aws_config", None)
    usual = Config(user_agent_extra=AGENT).merge(given or Config())
    sessions: list[boto3.session.Session] = []

    def connect(service: str, config: Config | None = None) -> Any:
        try:
            if not sessions:
                sessions.append(boto3.session.Session(profile_name=profile))
            return sessions[0].client(
                service,
                region_name=region,
                endpoint_url=endpoint,
                config=usual.merge(config) if config else usual,
                **options,
            )
        except (BotoCoreError, ValueError) as error:
            return module.fail_json_aws(error, msg="Couldn't connect to AWS")

    return connect
