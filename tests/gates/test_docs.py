# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the guides show works: commands on the embedded AWS, YAML in Ansible, and links lead somewhere."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from local_aws.client import samples
from tests.awx.loading import REPOSITORY
from tests.awx.stand_in.api import Api
from tests.awx.stand_in.server import TOKEN, serve
from tests.forking import program
from tests.gates.snippets import SHELL, Snippet, guides, links, snippets
from tests.gates.tools import ROOT, fail, load, names, run
from tests.integration.playbooks import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

    from local_aws.client.fixtures import Account

ALL = [snippet for guide in guides() for snippet in snippets(guide)]
IN_SHELL = [snippet for snippet in ALL if snippet.language in SHELL]
IN_YAML = [snippet for snippet in ALL if snippet.language == "yaml"]
INVENTORY = ROOT / "examples/inventory.yml"
(TARGET,) = load(INVENTORY)["all"]["hosts"].values()
# So that the first heartbeats and the runs of a snippet take seconds.
QUICK = ["tablekeeper_alarm_poll_seconds=1", "run_poll_seconds=1", "restore_poll_seconds=1"]


@pytest.mark.parametrize("guide", guides())
def test_block_says_what_it_is(guide: str) -> None:
    known = SHELL | {"yaml", "json", "text", "mermaid"}
    assert not [str(snippet) for snippet in snippets(guide) if snippet.language not in known]


@pytest.mark.parametrize("guide", guides())
def test_links_lead_somewhere(guide: str) -> None:
    assert not [link for link in links(guide) if not (ROOT / guide).parent.joinpath(link).exists()]


@pytest.mark.parametrize("snippet", IN_YAML, ids=str)
def test_yaml(snippet: Snippet, tmp_path: Path) -> None:
    """Plays pass Ansible's syntax check; inventories and variables of a target make templates."""
    content = yaml.safe_load(snippet.text)
    written = tmp_path / "snippet.yml"
    written.write_text(snippet.text, encoding="utf-8")
    if isinstance(content, list) and "hosts" in content[0]:
        run(program("ansible-playbook"), "--syntax-check", "-i", INVENTORY, written)
    elif isinstance(content, dict) and "all" in content:
        run(program("ansible-playbook"), "playbooks/render.yml", "-i", written, "-e", f"render_to={tmp_path}")
    elif isinstance(content, dict) and any(key.startswith("tablekeeper_") for key in content):
        known = {key for role in names("roles", "*") for key in variables(role)}
        assert not set(content) - known - published() - loading()
    else:
        assert content, f"{snippet} is empty"


def variables(role: str) -> set[str]:
    """The collection-wide variables that a role's defaults read."""
    text = (ROOT / "roles" / role / "defaults/main.yml").read_text(encoding="utf-8")
    return set(re.findall(r"\btablekeeper_\w+", text))


def loading() -> set[str]:
    """The settings of what is loaded into AWX."""
    setup = ROOT / "playbooks/awx/setup.yml"
    return set(re.findall(r"\btablekeeper_awx_\w+", setup.read_text(encoding="utf-8")))


def published() -> set[str]:
    """What the roles hand on with set_stats: each tells of itself by its own name."""
    return {f"tablekeeper_{role}" for role in names("roles", "*")}


@dataclass(frozen=True)
class Shop:
    """What a reader has: an account with tables, an inventory of them, and a mailbox that is read."""

    place: Path
    account: Account

    def playbook(self, *words: str) -> None:
        mine = [word.replace("123456789012", self.account.id) for word in words]
        env = {**self.account.env(), "ANSIBLE_CONFIG": str(SETTINGS)}
        run(program("ansible-playbook"), *mine, "-e", " ".join(QUICK), cwd=self.place, env=env)


@pytest.fixture
def shop(account: Account, tmp_path: Path) -> Shop:
    for name in ("inventory", "inventory.yml", "examples/inventory.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).symlink_to(INVENTORY)
    samples.create(account.client("dynamodb", TARGET["tablekeeper_region"]))
    return Shop(tmp_path, account)


def readings() -> list[list[str]]:
    """The guides with commands: those for shops after the README, which makes backups, and the rest."""
    guides = sorted({snippet.guide for snippet in IN_SHELL})
    names = ("accounts", "restore", "drill", "compare", "find", "undo")
    after = {"README.md", *(f"docs/{name}.md" for name in names)}
    shops = [guide for guide in guides if guide in after or guide.startswith("roles/")]
    shops.sort(key=lambda guide: guide != "README.md")
    return [shops, [guide for guide in guides if guide not in shops]]


def alike(words: list[str]) -> tuple[str, ...]:
    """A command as it is tried: there is one inventory, all is quick, and AWX is only told what would be."""
    text = f" {shlex.join(words)} "
    for quick in QUICK:
        text = text.replace(f" -e {quick} ", " ")
    text = re.sub(r" -i (examples/)?inventory(\.yml)? ", " -i inventory ", text)
    if "tablekeeper.dynamodb.awx_" in text:
        text = text.replace(" --check ", " ")
    return tuple(text.split())


@pytest.mark.slow
@pytest.mark.parametrize("reading", readings(), ids=" ".join)
def test_commands(reading: list[str], shop: Shop) -> None:
    """The commands in order, each once; tests/demo.py starts some of them as users do."""
    commands: dict[tuple[str, ...], list[str]] = {}
    for guide in reading:
        for snippet in (snippet for snippet in IN_SHELL if snippet.guide == guide):
            for words in snippet.commands():
                commands.setdefault(alike(words), words)
    for words in commands.values():
        if not is_of_awx(words, shop.place):
            check(words, shop)


def check(words: list[str], shop: Shop) -> None:
    match words:
        case ["make", *targets]:
            run("make", "--dry-run", *targets)
        case ["ansible-playbook", *rest]:
            shop.playbook(*rest)
        case ["ansible-galaxy", "collection", "build", "--output-path", "~"]:
            pass  # test_artifact.py does
        case ["cd", "~"]:
            pass  # where the artifact is, and no ansible.cfg of the checkout
        case ["ansible-galaxy", "collection", "install", artifact]:
            assert artifact == f"tablekeeper-dynamodb-{load('galaxy.yml')['version']}.tar.gz"
        case ["pip", "install", "-r", requirements]:
            run("pip", "install", "--dry-run", "--quiet", "-r", ROOT / requirements)
        case ["curl", "-X", "POST", address, "-d", body]:
            confirmed = {**json.loads(body), "account": shop.account.id}
            shop.account.aws.control("POST", address.rpartition("/")[2], **confirmed)
        case ["export", *assignments]:
            assert all("=" in assignment or assignment == "..." for assignment in assignments)
        case _:
            fail(f"No test knows how to try this command of a guide: {' '.join(words)}")


def is_of_awx(words: list[str], place: Path) -> bool:
    """Whether it is a command of the guides to AWX; if so, it works."""
    match words:
        case ["ansible-playbook", "tablekeeper.dynamodb.awx_load" | "tablekeeper.dynamodb.awx_unload", *rest]:
            with_awx(words[1], rest)
        case ["ansible-playbook", playbook, *rest] if playbook.startswith("playbooks/"):
            run(program("ansible-playbook"), playbook, *rest, "--syntax-check", cwd=REPOSITORY)
        case ["ansible-inventory", *_]:
            run(*words, cwd=REPOSITORY)
        case ["ansible-galaxy", "collection", "install", "awx.awx"]:
            assert (ROOT / ".collections/ansible_collections/awx/awx").is_dir()
        case ["ansible-galaxy", "collection", "install", "-r", requirements]:
            assert load(REPOSITORY.relative_to(ROOT) / requirements)["collections"]
        case ["ansible-builder", "build", "-f", definition, "-t", _]:
            run("ansible-builder", "create", "-f", ROOT / definition, cwd=place)
        case _:
            return False
    return True


def with_awx(playbook: str, rest: list[str]) -> None:
    """Loading and unloading, foretold for an AWX that has nothing; tests/awx does it."""
    with serve(Api({})) as url:
        env = {"CONTROLLER_HOST": url, "CONTROLLER_OAUTH_TOKEN": TOKEN}
        words = dict.fromkeys([*rest, "--check"])
        run(program("ansible-playbook"), playbook, *words, cwd=REPOSITORY, env=env)


def test_there_are_snippets() -> None:
    """A pattern that finds nothing would make every test here pass."""
    shown: list[Any] = [words[0] for snippet in IN_SHELL for words in snippet.commands()]
    assert "ansible-playbook" in shown
    assert IN_YAML
