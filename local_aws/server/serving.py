# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Serves the embedded AWS: ministack in this process, with this package's additions, on one loopback port."""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import signal
import socket
import tempfile
from typing import TYPE_CHECKING

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config

from .environment import HOST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .gateway import App

# In this order: time first and how answers are sent, then the services, then what looks at all of them.
EXTENSIONS = (
    "server.clock",
    "server.sending",
    "services.dynamodb.pace",
    "services.dynamodb.journal",
    "services.dynamodb.streams",
    "services.dynamodb.expiry",
    "services.dynamodb.expressions",
    "services.dynamodb.read_units",
    "services.dynamodb.exports",
    "services.dynamodb.settings",
    "services.dynamodb.beside_tables",
    "services.dynamodb.restores",
    "services.dynamodb.backups",
    "services.dynamodb.imports",
    "services.dynamodb.limits",
    "services.dynamodb.single_updates",
    "services.dynamodb.states",
    "services.autoscaling.targets",
    "services.backup.recovery_points",
    "services.cloudformation.strictness",
    "services.cloudformation.updates",
    "services.cloudformation.change_sets",
    "services.cloudformation.names",
    "services.cloudformation.rights",
    "services.cloudformation.buckets",
    "services.cloudformation.live",
    "services.cloudformation.revert",
    "services.sns.topics",
    "services.sqs.names",
    "services.sqs.encryption",
    "services.cloudwatch.alarms",
    "services.cloudwatch.service_metrics",
    "services.scheduler.schedules",
    "services.stepfunctions.machines",
    "services.emr.clusters",
    "services.glue.jobs",
    "services.datapipeline.service",
    "services.iam.permissions",
    "services.iam.quotas",
    "services.iam.callers",
    "server.recorder",
    "server.strict",
    "services.s3.object_lock",
    "services.s3.lifecycle",
    "services.kms.key_states",
    "services.kms.managed",
    "server.silence",
)


def serve(port: int, log_file: Path, on_ready: Callable[[str], None], parent: int | None = None) -> None:
    """Serve until SIGTERM, SIGINT or the parent's end."""
    log_file.parent.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        filename=log_file,
        level=logging.WARNING,
        format="%(asctime)s %(process)d %(levelname)s %(name)s %(message)s",
    )
    listener = socket.create_server((HOST, port), backlog=512)
    with tempfile.TemporaryDirectory(prefix="local-aws-") as scratch:
        _configure(listener.getsockname()[1], scratch)
        asyncio.run(_serve(listener, on_ready, parent))


def _configure(port: int, scratch: str) -> None:
    os.environ.update(
        GATEWAY_PORT=str(port),
        MINISTACK_HOST=HOST,
        BIND_HOST=HOST,
        LOG_LEVEL="WARNING",
        PERSIST_STATE="0",
        S3_PERSIST="0",
        STATE_DIR=scratch,
        S3_DATA_DIR=scratch,
        TMPDIR=scratch,
        DOCKER_HOST=f"unix://{scratch}/no-docker",
        SFTP_ENABLED="0",
        IOT_MTLS_ENABLED="0",
    )
    tempfile.tempdir = scratch
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        os.environ.pop(name, None)


async def _serve(listener: socket.socket, on_ready: Callable[[str], None], parent: int | None) -> None:
    config = Config()
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    config.bind = [f"fd://{listener.detach()}"]  # hypercorn closes it
    config.keep_alive_timeout = 75
    config.graceful_timeout = 0.5
    config.loglevel = "WARNING"
    app = build_app()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    watcher = asyncio.create_task(_end_with(parent, ended))
    on_ready(url)
    await hypercorn_serve(app, config, shutdown_trigger=ended.wait)  # type: ignore[arg-type]  # our plain ASGI types
    watcher.cancel()


async def _end_with(parent: int | None, ended: asyncio.Event) -> None:
    while parent is not None and not ended.is_set():
        if os.getppid() != parent:
            ended.set()
        await asyncio.sleep(0.5)


def build_app() -> App:
    """ministack's application with every addition installed, behind the gateway."""
    # ministack reads its switches from the environment when it is imported.
    ministack: App = importlib.import_module("ministack.app").app
    gateway: Callable[[App], App] = importlib.import_module("local_aws.server.gateway").gateway
    for name in EXTENSIONS:
        importlib.import_module(f"local_aws.{name}").install()
    return gateway(ministack)
