"""The local target as a person uses it: a real supervisord, a real Traefik, a tiny app."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from hafen.providers.lock import exclusive
from local_app import DEADLINE_S, LocalApp, eventually, get, local_app

PROMPT = """
import sys
try:
    print("begun", flush=True)
    input()
except KeyboardInterrupt:
    print("interrupted", flush=True)
print("got", input())
sys.exit(5)
"""
SECRET = "xyzzy-very-secret-value"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[LocalApp]:
    with local_app(tmp_path) as made:
        yield made


def test_from_up_to_down(app: LocalApp) -> None:
    url = app.up()
    assert get(url)["version"] == "one"
    assert get(url)["forwarded"] == url.removeprefix("http://")
    seen = get(url, "/env")
    assert "HEROKU_API_KEY" not in seen["names"]
    assert {"PATH", "HOME", "PORT"} <= set(seen["names"])

    again = app.run("up")
    assert "up already" in again.stderr
    assert again.stdout.strip() == url

    assert "now web=3" in app.run("scale", "web=3").stderr
    assert app.states() == {"web.1": "up", "web.2": "up", "web.3": "up"}
    assert {get(url)["pid"] for _ in range(30)} == {replica["pid"] for replica in app.ps()["replicas"]}
    assert "nothing to change" in app.run("ps:scale", "web=3").stderr

    app.set_version("two")
    assert "differs from v1" in app.run("up").stderr
    assert "v2 serves" in app.run("deploy").stderr
    assert {get(url)["version"] for _ in range(10)} == {"two"}
    assert "nothing to deploy" in app.run("deploy").stderr

    assert "v3 is v1 again" in app.run("rollback").stderr
    assert {get(url)["version"] for _ in range(10)} == {"one"}
    listed = json.loads(app.run("releases", "--json").stdout)
    assert [(one["version"], one["current"]) for one in listed] == [(3, True), (2, False), (1, False)]
    assert "there is no release v9" in app.run("rollback", "v9", code=1).stderr

    first = {replica["name"]: replica["pid"] for replica in app.ps()["replicas"]}
    app.run("restart", "web.2")
    second = {replica["name"]: replica["pid"] for replica in app.ps()["replicas"]}
    assert {name for name in first if first[name] != second[name]} == {"web.2"}

    ports = app.ports()
    assert "kept" in app.run("down").stderr
    app.assert_nothing_left(ports)
    assert "it was down" in app.run("down").stderr
    assert "down" in app.run("ps").stdout
    assert app.up() == url, "the port is kept"
    assert len(app.states()) == 3, "and so is the formation"


def test_a_one_off_command_passes_its_exit_code_and_sees_code_and_config(app: LocalApp) -> None:
    assert "nothing was released yet" in app.run("run", "true", code=1).stderr
    app.append("config:\n  COLOUR: {}\n")
    app.run("config", "set", "COLOUR=green")
    app.up()
    assert app.run("run", "echo $COLOUR; ls; exit 7", code=7).stdout.split() == ["green", "app.py", "hafen.yaml"]
    script = "import os, sys; print(os.environ['COLOUR'], sys.argv[1:])"
    assert app.run("run", "--", "python3", "-c", script, "two words", "-x").stdout == "green ['two words', '-x']\n"
    assert app.run("run", "kill -TERM $$", code=143)
    assert list((app.root / "one-off").iterdir()) == []


@pytest.mark.parametrize("command", ["sleep 60", "sleep 60; true", "trap 'exit 0' TERM; sleep 60 & wait"])
def test_sigterm_ends_a_one_off_command_and_all_it_started(app: LocalApp, command: str) -> None:
    app.run("config", "set", "COLOUR=green")
    app.up()
    running = app.start("run", f"echo begun; {command}")
    assert running.stdout
    assert running.stdout.readline() == "begun\n"
    started = psutil.Process(running.pid).children(recursive=True)
    assert started
    running.terminate()
    _, said = running.communicate(timeout=DEADLINE_S)
    assert (running.returncode, said.strip()) == (143, "hafen: stopped")
    assert [one for one in started if one.is_running()] == []
    assert list((app.root / "one-off").iterdir()) == []


def test_ctrl_c_at_a_terminal_is_the_commands_own_matter(app: LocalApp) -> None:
    (app.folder / "prompt.py").write_text(PROMPT)
    app.up()
    ours, theirs = os.openpty()
    words = [sys.executable, "-m", "hafen.cli.main", "run", "python3 prompt.py"]
    take_terminal = (
        "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", take_terminal, *words],
        cwd=app.folder,
        env=app.environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as running:
        os.close(theirs)
        _read_until(ours, "begun")
        os.write(ours, b"\x03")
        _read_until(ours, "interrupted")
        os.write(ours, b"a line\n")
        _read_until(ours, "got a line")
        assert running.wait(timeout=DEADLINE_S) == 5
    os.close(ours)


def test_a_value_that_no_release_has_yet_outlives_an_up(app: LocalApp) -> None:
    app.append("config:\n  COLOUR: {}\n")
    app.run("config", "set", "COLOUR=green")
    app.up()
    store = app.folder / ".hafen" / "config" / "local.json"
    store.write_text(json.dumps({"COLOUR": "blue", "NEW": "imported"}))
    app.run("up")
    app.run("down")
    app.up()
    assert json.loads(store.read_text()) == {"COLOUR": "blue", "NEW": "imported"}
    assert app.run("run", "echo $COLOUR").stdout == "green\n"
    assert "v2 serves" in app.run("deploy").stderr
    assert app.run("run", "echo $COLOUR $NEW").stdout == "blue imported\n"
    app.run("rollback")
    assert json.loads(store.read_text()) == {"COLOUR": "green"}


def test_a_failed_release_phase_leaves_the_old_release_serving(app: LocalApp) -> None:
    app.append("release: python3 migrate.py\n")
    (app.folder / "migrate.py").write_text("print('tables made')")
    url = app.up()
    (app.folder / "migrate.py").write_text("import sys; print('no such table'); sys.exit(3)")
    app.set_version("two")
    failed = app.run("deploy", code=1)
    assert "release phase of v2 failed (exit 3)" in failed.stderr
    assert "| no such table" in failed.stderr
    assert get(url)["version"] == "one"
    listed = json.loads(app.run("releases", "--json").stdout)
    assert [(one["version"], one["status"], one["current"]) for one in listed] == [
        (2, "failed", False),
        (1, "succeeded", True),
    ]
    assert "never served" in app.run("rollback", "2", code=1).stderr


def test_a_release_that_never_gets_healthy_is_told_and_the_old_one_serves(app: LocalApp) -> None:
    app.edit("hafen.yaml", "grace_s: 15", "grace_s: 2")
    url = app.up()
    failed = app.run("config", "set", "UNHEALTHY=1", code=1)
    assert "web.1 of v2 is not ready within 2 s: GET /healthz answers 503" in failed.stderr
    assert get(url)["version"] == "one"
    assert [replica["release"] for replica in app.ps()["replicas"]] == [1]


def test_a_release_that_crashes_is_told_with_its_last_lines_and_the_old_one_serves(app: LocalApp) -> None:
    url = app.up()
    failed = app.run("config", "set", "CRASH=1", code=1)
    assert "web.1 of v2 crashed 3 times in a row" in failed.stderr
    assert "| cannot go on: CRASH is set" in failed.stderr
    assert get(url)["version"] == "one"
    assert [replica["release"] for replica in app.ps()["replicas"]] == [1]


@pytest.mark.slow
def test_a_crashed_replica_is_started_again_and_a_loop_is_told(app: LocalApp) -> None:
    app.edit("hafen.yaml", "python3 app.py", "test -e gone && echo gone for good && exit 1; exec python3 app.py")
    app.up()
    (replica,) = app.ps()["replicas"]
    os.kill(replica["pid"], 9)
    eventually(lambda: app.ps()["replicas"][0]["restarts"] == 1, "the replica is started again")
    eventually(lambda: app.states() == {"web.1": "up"}, "and up")
    (work,) = (app.root / "run" / "work").iterdir()
    (work / "gone").touch()
    os.kill(app.ps()["replicas"][0]["pid"], 9)
    eventually(lambda: app.states() == {"web.1": "crashed"}, "it crashes in a loop")
    told = re.compile(r"web\.1: crashed .*; last line: gone for good\nweb: 0 of 1 wanted up")
    eventually(lambda: told.search(app.run("ps").stdout), "ps tells it with the last line")


@pytest.mark.slow
def test_an_up_that_cannot_serve_leaves_nothing(app: LocalApp) -> None:
    app.edit("hafen.yaml", "python3 app.py", "no-such-program --port $PORT")
    failed = app.run("up", code=1)
    assert "no-such-program" in failed.stderr
    app.assert_nothing_left([])


def test_a_port_that_is_taken(app: LocalApp) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        failed = app.run("up", "--port", str(port), code=1)
    assert f"port {port} is taken" in failed.stderr
    url = app.up("--port", str(port))
    assert url == f"http://127.0.0.1:{port}"
    assert f"it is up on port {port} already" in app.run("up", "--port", str(port + 1), code=1).stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("wbe=2", "did you mean web?"),
        ("web=-1", "replicas are 0 to 100"),
        ("web=101", "replicas are 0 to 100"),
        ("web=1000000000", "is not a process and its number"),
        ("web=two", "is not a process and its number"),
    ],
)
def test_scale_refuses_what_cannot_be_meant(app: LocalApp, words: str, told: str) -> None:
    assert told in app.run("scale", words, code=1).stderr
    assert not (app.root / "formation.json").exists()


def test_the_second_of_two_deploys_is_told_who_holds_the_lock(app: LocalApp) -> None:
    app.root.mkdir(parents=True)
    with exclusive(app.root / "lock", "deploy"):
        refused = app.run("deploy", code=1).stderr
    assert f"(process {os.getpid()}) since 20" in refused
    assert ": deploy" in refused
    app.run("scale", "web=2")  # the holder is gone: its lock too


@pytest.mark.slow
def test_an_app_that_ignores_sigterm_is_killed_in_time(app: LocalApp) -> None:
    app.edit("hafen.yaml", "stop_s: 5", "stop_s: 1")
    app.append("config:\n  IGNORE_SIGTERM: {}\n")
    app.run("config", "set", "IGNORE_SIGTERM=1")
    url = app.up()
    app.set_version("two")
    app.run("deploy")
    assert get(url)["version"] == "two"
    ports = app.ports()
    app.run("down")
    app.assert_nothing_left(ports)


def test_a_secret_stands_nowhere_but_in_the_files_made_for_it(app: LocalApp) -> None:
    app.append("config:\n  TOKEN: {secret: true}\nrelease: echo the release phase ran\n")
    said = app.run("config", "set", "TOKEN", given=f"{SECRET}\n")
    app.up()
    app.set_version("two")
    outputs = [app.run(*words) for words in (("deploy",), ("ps",), ("ps", "--json"), ("releases", "--json"), ("logs",))]
    assert SECRET not in "".join(one.stdout + one.stderr for one in (said, *outputs))
    assert all(SECRET not in " ".join(process.cmdline()) for process in app.processes())
    holding = [file for file in (app.folder / ".hafen").rglob("*") if file.is_file() and SECRET in _text(file)]
    assert {file.name for file in holding} == {"config.json", "local.json"}
    assert {file.stat().st_mode & 0o777 for file in holding} == {0o600}
    assert app.run("run", "echo $TOKEN").stdout == f"{SECRET}\n"


@pytest.mark.slow
def test_logs_follow_over_a_deploy(app: LocalApp) -> None:
    app.up()
    following = app.start("logs", "-f", "-n", "1", "-p", "web")
    try:
        assert following.stdout
        assert following.stdout.readline() == "web.1: started version one\n"
        app.set_version("two")
        app.run("deploy")
        lines = [following.stdout.readline() for _ in range(2)]
    finally:
        following.terminate()
        following.communicate()
    assert {line.partition(" ")[2] for line in lines} == {"web.1: started version two\n", "web.1: stopped\n"}
    assert "there is no process 'wbe'" in app.run("logs", "-p", "wbe", code=1).stderr


def _read_until(terminal: int, text: str) -> None:
    seen = b""
    while text.encode() not in seen:
        seen += os.read(terminal, 1024)


def _text(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "replace")
