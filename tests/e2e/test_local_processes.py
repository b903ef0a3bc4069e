"""Processes of other kinds than a web that reads PORT, what outlives a release, and what is built."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from hafen.providers import network
from local_app import LocalApp, eventually, get, local_app

pytestmark = pytest.mark.slow

WORKER = """
import os, signal, sys, time
print("working", "PORT" in os.environ, flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("put the work down", flush=True)))
while True:
    time.sleep(0.1)
"""


@pytest.fixture
def app(tmp_path: Path) -> Iterator[LocalApp]:
    with local_app(tmp_path) as made:
        yield made


def test_a_worker_has_no_port_and_may_finish_its_work(app: LocalApp) -> None:
    (app.folder / "worker.py").write_text(WORKER)
    app.append("  worker:\n    command: python3 worker.py\n    replicas: 2\n")
    app.up()
    assert app.states() == {"web.1": "up", "worker.1": "up", "worker.2": "up"}
    app.set_version("two")
    app.run("deploy")
    app.run("scale", "worker=0")
    assert app.states() == {"web.1": "up"}
    said = [line.partition(": ")[2] for line in app.run("logs", "-p", "worker").stdout.splitlines()]
    assert sorted(said) == ["put the work down"] * 4 + ["working False"] * 4


def test_a_worker_that_ends_at_once_stops_the_deploy(app: LocalApp) -> None:
    url = app.up()
    app.append("  worker:\n    command: echo no queue; exit 1\n")
    assert "worker.1 of v2 crashed 3 times in a row\n  | no queue" in app.run("deploy", code=1).stderr
    assert get(url)["version"] == "one"
    assert app.states() == {"web.1": "up"}


def test_a_process_that_always_listens_on_one_port_is_replaced_in_turn(app: LocalApp) -> None:
    port = network.free_port()
    app.edit("hafen.yaml", "python3 app.py", f"PORT={port} python3 app.py")
    app.edit("hafen.yaml", "    health:", f"    port: {port}\n    health:")
    url = app.up()
    app.set_version("two")
    assert f"web.1 always listens on port {port}" in app.run("deploy").stderr
    assert get(url)["version"] == "two"
    assert "only one replica" in app.run("scale", "web=2", code=1).stderr
    app.edit("app.py", "def main():", "def main():\n    raise SystemExit('broken')")
    app.run("deploy", code=1)
    assert get(url)["version"] == "two", "the old release came back"


def test_a_volume_outlives_releases_and_the_rest_of_the_disk_does_not(app: LocalApp) -> None:
    app.append('volumes:\n  data:\n    variable: DATA\nrelease: touch "$DATA/kept"; echo x >> lost\n')
    app.up()
    app.set_version("two")
    app.run("deploy")
    assert app.run("run", 'ls "$DATA"; ls lost', code=2).stdout == "kept\n"
    assert (app.root / "volumes" / "data" / "kept").exists()


def test_postdeploy_runs_once_an_environment(app: LocalApp) -> None:
    app.append('volumes:\n  data:\n    variable: DATA\npostdeploy: echo ran >> "$DATA/ran"\n')
    app.up()
    app.set_version("two")
    app.run("deploy")
    app.run("down")
    app.up()
    assert (app.root / "volumes" / "data" / "ran").read_text() == "ran\n"


def test_a_request_that_reached_a_replica_is_never_sent_to_another(app: LocalApp) -> None:
    url = app.up()
    app.run("scale", "web=4")
    for method in ("POST", "GET"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(f"{url}/die", method=method), timeout=10)
        assert refused.value.code == 502
    eventually(lambda: list(app.states().values()) == ["up"] * 4, "those that died are back")
    assert app.run("logs").stdout.count("died as asked") == 2


def test_no_replica_answers_503(app: LocalApp) -> None:
    url = app.up()
    app.run("scale", "web=0")
    with pytest.raises(urllib.error.HTTPError) as refused:
        get(url)
    assert refused.value.code == 503
    app.run("scale", "web=1")
    assert get(url)["version"] == "one"


def test_a_copied_folder_does_not_command_the_originals_replicas(app: LocalApp) -> None:
    url = app.up()
    copy = app.folder.with_name("copy")
    shutil.copytree(app.folder, copy)
    app.folder, original = copy, app.folder
    try:
        assert "is down" in app.run("ps").stdout
        app.run("down")
        assert get(url)["version"] == "one"
    finally:
        app.folder = original


def test_requirements_are_installed_once_and_come_first_on_path(app: LocalApp) -> None:
    (app.folder / "requirements.txt").write_text("# none\n")
    assert "installing requirements.txt" in app.run("up").stderr
    (place,) = (app.folder.parent / "cache" / "hafen" / "builds").glob("python-*[!k]")
    assert app.run("run", "command -v python").stdout.strip() == str(place / "bin" / "python")
    app.set_version("two")
    assert "installing" not in app.run("deploy").stderr
    (place / ".complete").unlink()  # as if the installation had been killed
    app.set_version("three")
    assert "installing requirements.txt" in app.run("deploy").stderr
    (app.folder / "requirements.txt").write_text("./not-here\n")
    failed = app.run("deploy", code=1)
    assert "pip install -r requirements.txt failed" in failed.stderr
    assert "not-here" in failed.stderr
    assert len(json.loads(app.run("releases", "--json").stdout)) == 3


@pytest.mark.needs("npm")
def test_npm_installs_and_builds(app: LocalApp) -> None:
    package = {"name": "tiny", "version": "1.0.0", "scripts": {"build": "echo built > built.txt"}}
    (app.folder / "package.json").write_text(json.dumps(package))
    subprocess.run(["npm", "install", "--package-lock-only"], cwd=app.folder, check=True, capture_output=True)
    assert "installing package-lock.json" in app.run("up").stderr
    assert app.run("run", "cat built.txt; echo $NODE_ENV; test -L node_modules").stdout == "built\nproduction\n"
    assert "installing" not in app.run("restart").stderr


def test_a_worker_that_crashes_all_the_time_can_be_scaled_away_and_taken_down(app: LocalApp) -> None:
    """It may be running, crashed, or just being started anew when it is told to stop."""
    app.append("  worker:\n    command: sleep 1.2; exit 1\n    replicas: 0\n")
    app.up()
    for replicas in (3, 1, 0, 2):
        app.run("scale", f"worker={replicas}")
        assert len(app.states()) == replicas + 1
    ports = app.ports()
    app.run("down")
    app.assert_nothing_left(ports)
