"""What supervisord and the launcher are told, judged by supervisord and by a real process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from hafen.errors import Unreachable
from hafen.providers.supervisor import client
from hafen.providers.supervisor.client import Supervisor
from hafen.providers.supervisor.launch import Launch, is_simple, launcher_words, shell_words
from hafen.providers.supervisor.program import Program, render


@pytest.mark.parametrize(
    ("command", "simple"),
    [
        ("gunicorn app:app --bind 0.0.0.0:$PORT", True),
        ("python -m http.server ${PORT:-8000}", False),  # a brace could open a group: not worth telling apart
        ("node server.js > out.txt", True),
        ("A=1 gunicorn app:app", False),
        ("cd src && gunicorn app:app", False),
        ("cd src", False),
        ("run this; then that", False),
        ("echo `date`", False),
        ("echo $(date)", False),
        ("exec gunicorn app:app", False),
        ("if true\nthen a\nfi", False),
    ],
)
def test_only_a_simple_command_takes_the_shells_place(command: str, simple: bool) -> None:
    assert is_simple(command) is simple
    assert shell_words(command)[2] == (f"exec {command}" if simple else command)


def test_supervisord_reads_what_we_write(tmp_path: Path) -> None:
    from supervisor.options import ServerOptions

    folder = tmp_path / "100% odd; #(folder)"
    folder.mkdir()
    words = (sys.executable, "-I", str(tmp_path / "100% launch it.json"))
    programs = [
        Program("web.1@7", words, folder / "web.1@7.log", stop_s=12.4),
        Program("traefik", ("true",), folder / "t"),
    ]
    (folder / "supervisord.conf").write_text(render(folder, tmp_path / "s.sock", folder / "supervisord.log", programs))
    options = ServerOptions()
    options.realize(["-c", str(folder / "supervisord.conf"), "-n"])
    groups = {group.name: group.process_configs for group in options.process_group_configs}
    assert set(groups) == {"web.1@7", "traefik"}, "each a group of its own"
    (config,) = groups["web.1@7"]
    import shlex

    assert tuple(shlex.split(config.command)) == words
    assert config.stdout_logfile == "web.1@7.log"
    assert (config.stopwaitsecs, config.stopasgroup, config.killasgroup) == (12, False, True)


def _launched(tmp_path: Path, launch: Launch, outer: dict[str, str]) -> subprocess.CompletedProcess[str]:
    launch.write(tmp_path / "launch.json")
    return subprocess.run(
        launcher_words(tmp_path / "launch.json"), env=outer, capture_output=True, text=True, check=False
    )


def test_a_program_sees_its_own_variables_and_none_of_the_callers_secrets(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"COLOUR": "green", "PORT": "1", "PATH_LIKE": "x"}))
    launch = Launch(
        words=(sys.executable, "-c", "import os, json; print(json.dumps([dict(os.environ), os.getcwd()]))"),
        folder=str(tmp_path),
        config_file=str(tmp_path / "config.json"),
        defaults={"COLOUR": "red", "PYTHONUNBUFFERED": "1"},
        environment={"PORT": "4711"},
        path=("/build/bin",),
        starts_file=str(tmp_path / "starts"),
    )
    outer = {"PATH": os.environ["PATH"], "HOME": "/h", "TZ": "UTC", "HEROKU_API_KEY": "s", "SUPERVISOR_ENABLED": "1"}
    seen, folder = json.loads(_launched(tmp_path, launch, outer).stdout)
    seen.pop("LC_CTYPE", None)  # Python's own doing
    assert seen == {
        "PATH": f"/build/bin{os.pathsep}{os.environ['PATH']}",
        "HOME": "/h",
        "TZ": "UTC",
        "COLOUR": "green",
        "PYTHONUNBUFFERED": "1",
        "PORT": "4711",
        "PATH_LIKE": "x",
    }
    assert folder == str(tmp_path)
    assert len((tmp_path / "starts").read_text().splitlines()) == 1
    assert (tmp_path / "launch.json").stat().st_mode & 0o777 == 0o600
    assert "green" not in (tmp_path / "launch.json").read_text()


def test_a_program_gets_the_default_for_signals_that_python_ignores(tmp_path: Path) -> None:
    launch = Launch(words=("/bin/sh", "-c", "kill -PIPE $$; echo survived"), folder=str(tmp_path))
    ended = _launched(tmp_path, launch, dict(os.environ))
    assert (ended.returncode, ended.stdout) == (-signal.SIGPIPE, "")


def test_a_supervisord_that_does_not_answer_is_not_one_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "TIMEOUT_S", 0.1)
    with tempfile.TemporaryDirectory(dir="/tmp") as short:
        place = Path(short) / "s.sock"
        assert Supervisor(place).pid() is None
        with socket.socket(socket.AF_UNIX) as frozen:
            frozen.bind(str(place))
            frozen.listen(2)
            with pytest.raises(Unreachable, match="lives and does not answer") as told:
                Supervisor(place).pid()
            assert "hafen down" in told.value.hint
        assert Supervisor(place).pid() is None, "the file is there, and nobody listens"
