"""A terminal: what is typed runs in a folder, with an environment of its own, and is shown."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from helpers import Terminal
from helpers.servers import ServeError
from helpers.servers import terminal as module

PYPROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "shop"
version = "1.2.3"
dependencies = ["grpcio"]

[project.scripts]
open-shop = "shop:main"
"""


@pytest.fixture
def terminal(tmp_path):
    return Terminal(tmp_path)


def test_what_is_typed_and_printed_is_shown(terminal, capsys):
    assert terminal("python -c \"print('one'); print('two')\"") is None
    assert capsys.readouterr().out == "$ python -c \"print('one'); print('two')\"\none\ntwo\n"
    terminal("python -c \"print('one'); print('two')\"", last=1)
    assert capsys.readouterr().out.splitlines()[1:] == ["two"]


def test_an_exit_code_is_told_unless_it_is_0(terminal, capsys):
    terminal("python -c \"import sys; sys.exit('gone')\"")
    assert capsys.readouterr().out.splitlines()[1:] == ["gone", "exit code: 1"]


def test_it_runs_in_the_folder_and_gets_variables(terminal, tmp_path, capsys):
    (tmp_path / "below").mkdir()
    terminal("python -c \"import os; print(os.getcwd(), os.environ['PORT'])\"", where="below", PORT="0")
    assert capsys.readouterr().out.splitlines()[1:] == [f"{os.path.realpath(tmp_path / 'below')} 0"]


def test_a_project_is_installed_without_network(terminal, tmp_path, capsys):
    (tmp_path / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (tmp_path / "shop.py").write_text("def main():\n    import grpc\n    print('open')\n", encoding="utf-8")
    terminal("python -m pip install .", last=1)
    assert capsys.readouterr().out.splitlines()[1:] == ["Successfully installed shop-1.2.3"]
    terminal("open-shop")
    assert capsys.readouterr().out.splitlines()[1:] == ["open"]
    assert terminal.program("open-shop").is_file()
    assert "shop" not in subprocess.run(
        [sys.executable, "-m", "pip", "list", "--format", "freeze"],
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout.split("==")


def test_an_environment_is_kept_for_its_folder(terminal, tmp_path):
    assert Terminal(str(tmp_path)).environment == terminal.environment
    (tmp_path / "other").mkdir()
    assert Terminal(tmp_path / "other").environment != terminal.environment


def test_an_environment_goes_with_its_process(tmp_path):
    program = f"from helpers import Terminal; print(Terminal({str(tmp_path)!r}).environment)"
    made = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        encoding="utf-8",
        check=True,
        cwd=module.__file__.partition("helpers")[0],
    )
    assert made.stdout.strip()
    assert not os.path.exists(made.stdout.strip())


def test_a_missing_program_or_folder_is_told(terminal, capsys):
    terminal("open-shop-that-is-not-there")
    assert "exit code: 127\nIs this the program's name" in capsys.readouterr().out
    with pytest.raises(ServeError, match=r"There is no folder .*below"):
        terminal("python -V", where="below")


def test_what_does_not_end_is_ended_with_all_it_has_started(terminal, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 1)
    with pytest.raises(ServeError, match="has not ended within"):
        terminal("sleep 60 & echo $! > pid; wait")
    left = int((tmp_path / "pid").read_text(encoding="utf-8"))
    assert not psutil.pid_exists(left) or psutil.Process(left).status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize(
    ("command", "variables", "told"),
    [
        (["python", "-V"], {}, r"got \['python', '-V'\]; it takes what one would type"),
        ("python -V", {"PORT": 0}, "A variable is a text, and PORT is 0"),
    ],
)
def test_what_is_no_text_is_told(terminal, command, variables, told):
    with pytest.raises(ServeError, match=told):
        terminal(command, **variables)
