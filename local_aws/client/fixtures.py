# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Pytest fixtures over the embedded AWS: one server per test process, one account per test."""

from __future__ import annotations

import itertools
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from local_aws.server.environment import REGION

from .faults import Faults, faults_before
from .process import LocalAws

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER = pytest.StashKey[LocalAws]()
PROXY = pytest.StashKey[Faults]()
_accounts = itertools.count(200000000001)


@dataclass(frozen=True)
class Account:
    """One AWS account of the embedded AWS, empty when a test gets it."""

    aws: LocalAws
    id: str
    region: str = REGION
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def client(self, service: str, region: str | None = None, **options: Any) -> Any:
        """A client of the account's own: the one of before, since botocore takes its time to make it."""
        place = (service, region or self.region)
        if options or place not in self._clients:
            made = self.aws.client(service, region=place[1], account=self.id, **options)
            return made if options else self._clients.setdefault(place, made)
        return self._clients[place]

    def env(self, region: str | None = None) -> dict[str, str]:
        return self.aws.env(account=self.id, region=region or self.region)

    def calls(self) -> list[dict[str, Any]]:
        return self.aws.calls(self.id)

    def forget_calls(self) -> None:
        self.aws.forget_calls(self.id)

    def silence(self) -> None:
        """End what goes on by itself, so that it costs the next test no time."""
        self.aws.control("POST", "silence", account=self.id)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the embedded AWS; a conftest.py imports this hook like a fixture."""
    for item in items:
        if "local_aws" in getattr(item, "fixturenames", ()):
            item.add_marker("aws")


@pytest.fixture(scope="session")
def local_aws(pytestconfig: pytest.Config) -> LocalAws:
    """The embedded AWS. Each xdist worker has its own, so that one test's clock moves nobody else's.

    pytest sees a fixture in each conftest.py that imports this one, and all of them give the same server.
    """
    if SERVER not in pytestconfig.stash:
        aws = pytestconfig.stash[SERVER] = LocalAws().start()
        pytestconfig.add_cleanup(aws.stop)
    return pytestconfig.stash[SERVER]


@contextmanager
def new_account(local_aws: LocalAws) -> Iterator[Account]:
    """An account that nobody has, also for a module's fixture: xdist may set it up a second time.

    What runs by the clock there ends with it.
    """
    made = Account(local_aws, str(next(_accounts)))
    try:
        yield made
    finally:
        made.silence()


@pytest.fixture
def account(local_aws: LocalAws) -> Iterator[Account]:
    """An account of the test's own."""
    with new_account(local_aws) as made:
        yield made


@pytest.fixture
def other_account(local_aws: LocalAws) -> Iterator[Account]:
    """A second one."""
    with new_account(local_aws) as made:
        yield made


@pytest.fixture
def faults(local_aws: LocalAws, pytestconfig: pytest.Config) -> Iterator[Faults]:
    """The proxy before it, of which each process has one as well. It forgets its rules with the test."""
    if PROXY not in pytestconfig.stash:
        stack = ExitStack()
        pytestconfig.stash[PROXY] = stack.enter_context(faults_before(local_aws.url))
        pytestconfig.add_cleanup(stack.close)
    yield pytestconfig.stash[PROXY]
    pytestconfig.stash[PROXY].set()
