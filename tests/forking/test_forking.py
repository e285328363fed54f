# Copyright (c) 2026 Tablekeeper contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A program in a fork sees and does what Python itself lets it see and do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.forking import program

SEEN = """\
import json, os, sys, time
import __main__
umask = os.umask(0)
parts = {
    "argv": sys.argv, "path": sys.path, "main": sorted(vars(__main__)), "name": __name__,
    "prefix": sys.prefix, "env": sorted(os.environ.items()), "folder": os.getcwd(), "umask": umask,
    "zone": time.tzname,
    "streams": [(each.name, each.mode, each.encoding, each.errors, each.line_buffering, each.isatty())
                for each in (sys.stdin, sys.stdout, sys.stderr)],
    "open": len(os.listdir("/proc/self/fd")),
    "file": globals().get("__file__"),
}
print(json.dumps(parts, indent=1))
"""
ENDINGS = {
    "well": "print('a'); sys.stderr.write('b')",
    "with a code": "sys.exit(3)",
    "with a great code": "sys.exit(257)",
    "with a word": "sys.exit('no')",
    "with an error": "def f(): raise ValueError('no')\nf()",
    "with an error in its syntax": "print(",
    "interrupted": "raise KeyboardInterrupt",
    "killed": "os.kill(os.getpid(), 9)",
    "at once": "print('lost', end=''); os._exit(4)",
    "with a handler": "import atexit; atexit.register(print, 'at exit')",
    "after its threads": "import threading; threading.Timer(0.2, print, ['later']).start()",
    "without output": "sys.stdout.close()",
}
WAITING = """\
import signal, sys, time
signal.signal({number}, lambda *_: sys.exit(7))
print('ready', flush=True)
while True:
    time.sleep(0.1)
"""


def ran(python: str, *arguments: str, **options: Any) -> tuple[int, str, str]:
    done = subprocess.run([python, *arguments], capture_output=True, text=True, check=False, **options)
    return done.returncode, done.stdout, done.stderr


def both(*arguments: str, **options: Any) -> list[tuple[int, str, str]]:
    """How a script ends in a fork, and how in a Python of its own."""
    return [ran(python, *arguments, **options) for python in (program("python"), sys.executable)]


@pytest.mark.parametrize("given", [["first", "-x"], []], ids=["file", "input"])
def test_it_sees_what_it_was_given(given: list[str], tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SEEN, encoding="utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    env = {**os.environ, "TZ": "Asia/Kolkata", "MORE": "a\nü\udcff"}
    options = {"cwd": folder, "env": env, "umask": 0o027}
    if given:
        fork, itself = both(str(script), *given, **options)
    else:
        fork, itself = both(**options, input=SEEN)
    assert itself[0] == 0
    assert fork == itself


@pytest.mark.parametrize("ending", ENDINGS)
def test_it_ends_as_it_would(ending: str, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(f"import os, sys\n{ENDINGS[ending]}\n", encoding="utf-8")
    fork, itself = both(str(script))
    assert fork == itself


@pytest.mark.parametrize(
    "given",
    [["-c", "import sys; print(sys.flags.isolated, sys.argv)"], ["-V"], ["/nowhere.py"]],
    ids=["command", "version", "no file"],
)
def test_what_cannot_be_handed_over_is_run_by_python(given: list[str]) -> None:
    fork, itself = both(*given)
    assert fork == itself


def test_what_python_reads_at_its_start_is_not_passed_by() -> None:
    script = "import sys; print(sys.flags.dev_mode, sys.executable)"
    env = {**os.environ, "PYTHONDEVMODE": "1"}
    assert ran(program("python"), input=script, env=env)[1] == f"True {sys.executable}\n"
    assert ran(program("python"), input=script)[1] == f"False {program('python')}\n"


@pytest.mark.parametrize("started", ["ansible-playbook", "python"])
def test_nothing_is_imported_that_is_tested_or_reads_settings(started: str) -> None:
    script = (
        f"import sys; from tests.forking.server import prepare; prepare({started!r}); print(*sys.modules)"
    )
    code, out, err = ran(sys.executable, "-c", script, cwd=Path(__file__).parents[2])
    assert code == 0, err
    imported = set(out.split())
    assert {"yaml", "ansible.module_utils.common.text.converters"} < imported
    assert not imported & {"ansible.constants", "ansible_collections", "local_aws"}
    assert ("ansible._internal" in imported) == (started == "ansible-playbook")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGUSR1])
def test_a_signal_reaches_it(number: int) -> None:
    script = WAITING.format(number=number)
    for python in (program("python"), sys.executable):
        with subprocess.Popen([python], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin
            assert process.stdout
            process.stdin.write(script)
            process.stdin.close()
            assert process.stdout.readline() == "ready\n"
            process.send_signal(number)
            try:
                assert process.wait(60) == 7
            finally:
                process.kill()


def test_it_ends_with_whoever_asked_for_it() -> None:
    script = "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(600)"
    with subprocess.Popen(
        [program("python")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(script)
        process.stdin.close()
        assert int(process.stdout.readline()) != process.pid
        process.kill()
        assert process.stdout.read() == ""  # its output is closed: nobody writes any more


def test_warnings_are_what_they_are_told_to_be() -> None:
    script = "import sys, warnings\nprint(sys.warnoptions, warnings.filters[:2])\nwarnings.warn('no')"
    env = {**os.environ, "PYTHONWARNINGS": "ignore:Blowfish has been deprecated,error::UserWarning"}
    code, out, err = ran(program("python"), env=env, input=script)
    assert (code, out) == ran(sys.executable, env=env, input=script)[:2]
    assert code == 1
    assert "Blowfish" in out
    assert err.endswith("UserWarning: no\n")


def kept_zips(python: str, collections: Path) -> str:
    """Where a process of Ansible's looks for the zips of modules."""
    script = (
        "import os\n"
        "from ansible.executor import module_common\n"
        "folder = os.path.join(module_common.C.DEFAULT_LOCAL_TMP, 'ansiballz_cache')\n"
        "print(os.path.realpath(folder) if os.path.islink(folder) else 'its own')\n"
    )
    env = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(collections)}
    code, out, err = ran(python, env=env, input=script)
    assert code == 0, err
    return out.strip()


def test_zips_of_modules_are_kept_of_this_checkout_only(root: Path, tmp_path: Path) -> None:
    """A test may change another, and run playbooks before and after."""
    places = {kept_zips(python, root / ".collections") for python in (sys.executable, program("python"))}
    assert [Path(place).parent for place in places] == [Path(os.environ["TABLEKEEPER_TESTS_ZIPS"])]
    assert kept_zips(sys.executable, tmp_path) == "its own"


def test_code_of_collections_is_kept_and_knows_its_file(tmp_path: Path) -> None:
    """Wherever the same source is, and after it has changed."""
    script = (
        "from ansible.plugins.loader import init_plugin_loader\n"
        "init_plugin_loader()\n"
        "from ansible_collections.some.one.plugins.module_utils import code\n"
        "print(code.told.__code__.co_filename, code.told())\n"
    )
    for place, told in (("first", 1), ("second", 1), ("second", 2)):
        file = tmp_path / place / "ansible_collections/some/one/plugins/module_utils/code.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"def told():\n    return {told}\n", encoding="utf-8")
        env = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(tmp_path / place)}
        assert ran(program("python"), input=script, env=env)[:2] == (0, f"{file} {told}\n")


def said(script: str, folder: Path) -> str:
    """What a script says in a Python that keeps nothing, and then twice in a fork."""
    file = folder / "script.py"
    file.write_text(script, encoding="utf-8")
    read = ran(sys.executable, str(file), env={**os.environ, "PYTHONPATH": ""})
    assert read[0] == 0, read[2]
    assert [ran(program("python"), str(file))[:2] for _ in range(2)] == [read[:2], read[:2]]
    return read[1]


def test_templates_that_are_kept_say_the_same(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", str(root / ".collections"))
    script = (
        "from ansible.parsing.dataloader import DataLoader\n"
        "from ansible.plugins.loader import init_plugin_loader\n"
        "from ansible.template import Templar, trust_as_template\n"
        "init_plugin_loader()\n"
        "templar = Templar(DataLoader(), variables={'a': [1, 2]})\n"
        "def show(text, **how):\n"
        "    try:\n"
        "        print(templar.template(trust_as_template(text), **how))\n"
        "    except Exception as error:\n"
        "        print(error)\n"
        "for escaped in (True, False):\n"
        "    show('{{ \"x\\\\ty\" | length }}', escape_backslashes=escaped)\n"
        "for text in ('{{ a | map(\"string\") }} {{ no }}', '<< a >> {{ a }}', '{{ a | wrong }}', '{{ a'):\n"
        "    for head in ('', '#jinja2: variable_start_string: \"<<\", variable_end_string: \">>\"\\n'):\n"
        "        show(head + text)\n"
        "        show(head + text)\n"
    )
    told = said(script, tmp_path).splitlines()
    assert told[0] != told[1]
    assert "<< a >> [1, 2]" in told
    assert "[1, 2] {{ a }}" in told
    assert any(Path(os.environ["TABLEKEEPER_TESTS_ZIPS"]).glob("templates-*/template-*"))


def test_documentation_that_is_kept_is_what_was_read(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all that Ansible knows of each value: where it is from, and that it may be a template."""
    monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", str(root / ".collections"))
    script = (
        "from ansible.constants import config\n"
        "from ansible.module_utils._internal._datatag import AnsibleTagHelper\n"
        "from ansible.plugins.loader import connection_loader, init_plugin_loader\n"
        "init_plugin_loader()\n"
        "def show(value, *path):\n"
        "    tags = sorted(map(repr, AnsibleTagHelper.tags(value)))\n"
        "    print(*path, type(value), value if isinstance(value, str) else '', *tags)\n"
        "    places = range(len(value)) if isinstance(value, list) else ()\n"
        "    for key in value if isinstance(value, dict) else places:\n"
        "        show(value[key], *path, key)\n"
        "list(connection_loader.all(class_only=True))\n"
        "show(config.get_configuration_definitions('connection', 'ssh'))\n"
    )
    told = said(script, tmp_path)
    assert "TrustedAsTemplate" in told
    assert "plugins/connection/ssh.py" in told
    assert any(Path(os.environ["TABLEKEEPER_TESTS_ZIPS"]).glob("documentation-*/documentation-*"))


def test_dataclasses_of_kept_methods_are_the_same(tmp_path: Path) -> None:
    script = (
        "import dataclasses\n"
        "for how in ({}, {'frozen': True, 'slots': True}, {'order': True, 'kw_only': True}):\n"
        "    for default in (1, 2):\n"
        "        class Some:\n"
        "            first: int\n"
        "            second: str = str(default)\n"
        "            third: list = dataclasses.field(default_factory=list)\n"
        "        made = dataclasses.dataclass(**how)(Some)\n"
        "        one = made(first=1)\n"
        "        print(one, one == made(first=1), one == made(first=2), made.__init__.__annotations__)\n"
        "        try:\n"
        "            one.first = 2\n"
        "        except dataclasses.FrozenInstanceError as error:\n"
        "            print(error)\n"
    )
    assert "first=1, second='2', third=[]" in said(script, tmp_path)


def test_kept_yaml_says_what_was_read() -> None:
    script = (
        "from ansible.constants import config\n"
        "from ansible.utils.collection_loader._collection_meta import _meta_yml_to_dict\n"
        "print(config.get_configuration_definitions(), _meta_yml_to_dict('a: [1, {b: yes}]', None))\n"
    )
    read = ran(sys.executable, input=script, env={**os.environ, "PYTHONPATH": ""})
    assert read[0] == 0
    assert [ran(program("python"), input=script) for _ in range(2)] == [read, read]
