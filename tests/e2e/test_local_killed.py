"""Killed at any point and run again, it converges, and `down` leaves nothing."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from local_app import LocalApp, eventually, get, local_app

pytestmark = pytest.mark.slow


@pytest.fixture
def app(tmp_path: Path) -> Iterator[LocalApp]:
    with local_app(tmp_path) as made:
        yield made


def _kill(app: LocalApp, *names: str) -> None:
    for process in app.processes():
        with contextlib.suppress(psutil.Error):  # it ended meanwhile
            if not names or any(name in " ".join(process.cmdline()) for name in names):
                process.kill()


def test_up_after_kill_9_of_everything(app: LocalApp) -> None:
    url = app.up()
    app.run("scale", "web=3")
    ports = app.ports()
    _kill(app)
    eventually(lambda: app.processes() == [], "all are gone")
    assert "down" in app.run("ps").stdout
    assert app.up() == url
    assert list(app.states().values()) == ["up"] * 3
    app.run("down")
    app.assert_nothing_left(ports)


def test_down_after_kill_9_of_everything(app: LocalApp) -> None:
    app.up()
    ports = app.ports()
    _kill(app)
    app.run("down")
    app.assert_nothing_left(ports)


@pytest.mark.needs("linux")
def test_replicas_and_proxy_die_with_supervisord(app: LocalApp) -> None:
    url = app.up()
    _kill(app, "supervisord")
    eventually(lambda: app.processes() == [], "the kernel ends its children")
    assert app.up() == url
    assert get(url)["version"] == "one"


def test_a_supervisord_that_does_not_answer_is_not_killed_by_up_and_is_by_down(app: LocalApp) -> None:
    url = app.up()
    ports = app.ports()
    (frozen,) = (one for one in app.processes() if "supervisor.supervisord" in one.cmdline())
    frozen.suspend()
    refused = app.run("up", code=4).stderr
    assert "supervisord lives and does not answer" in refused
    assert "hafen down" in refused
    assert get(url)["version"] == "one", "it serves all the while"
    app.run("down")
    app.assert_nothing_left(ports)


def test_children_that_outlive_supervisord_are_ended_by_the_next_up(app: LocalApp) -> None:
    app.edit("hafen.yaml", "python3 app.py", "true && python3 app.py")
    url = app.up()
    before = {process.pid for process in app.processes()}
    _kill(app, "supervisord")
    eventually(lambda: len(app.processes()) < len(before), "the kernel ends supervisord's own children")
    assert app.up() == url
    assert not before & {process.pid for process in app.processes()}


def test_a_killed_proxy_comes_back_on_its_port(app: LocalApp) -> None:
    url = app.up()
    _kill(app, "traefik.yml")
    eventually(lambda: _answers(url), "the proxy answers again")


@pytest.mark.parametrize("wait_s", [0.2, 0.5, 0.8, 1.2, 1.6])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_deploy_that_is_stopped_anywhere_can_be_run_again(app: LocalApp, how: signal.Signals, wait_s: float) -> None:
    url = app.up()
    app.set_version("two")
    deploy = app.start("deploy")
    time.sleep(wait_s)  # not a wait for something: where it stops is what varies
    deploy.send_signal(how)
    deploy.communicate()
    assert get(url)["version"] in {"one", "two"}
    app.run("deploy")
    assert {get(url)["version"] for _ in range(10)} == {"two"}
    assert app.states() == {"web.1": "up"}
    ports = app.ports()
    app.run("down")
    app.assert_nothing_left(ports)


@pytest.mark.parametrize("wait_s", [0.3, 0.6, 0.9, 1.3])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_up_that_is_stopped_anywhere_leaves_nothing_that_down_does_not_end(
    app: LocalApp, how: signal.Signals, wait_s: float
) -> None:
    up = app.start("up")
    time.sleep(wait_s)  # not a wait for something: where it stops is what varies
    up.send_signal(how)
    _, said = up.communicate()
    if how is signal.SIGINT and up.returncode:
        assert up.returncode == 130, said
        assert app.processes() == []
    app.run("down")
    assert app.processes() == []
    url = app.up()
    assert get(url)["version"] == "one"


@pytest.mark.needs("linux")
def test_a_cpu_budget_is_kept_and_its_groups_are_removed(app: LocalApp) -> None:
    from hafen.model.reporter import Silent
    from hafen.providers.cpu_budget import find_parent
    from hafen.spec.load import load_app
    from hafen.targets import open_target

    if not find_parent():
        pytest.skip("no CPU quota can be set on this machine")
    target = open_target(
        load_app(app.folder / "hafen.yaml"), app.folder, "local", cpu_budget_cores=0.2, cores=[_some_core()]
    )
    from hafen.operations.up import up

    up(target, target.app, app.folder, Silent())
    assert (target.cpu_budget.cores, target.cpu_budget.by) == (0.2, "cgroup quota")
    (slot,) = (json.loads(file.read_text()) for file in (app.root / "run" / "replicas").glob("*.json"))
    (replica,) = target.replicas()
    assert str(replica.pid) in (Path(slot["cgroup"]) / "cgroup.procs").read_text().split()
    assert all(psutil.Process(pid).cpu_affinity() == [_some_core()] for pid in (replica.pid, *target.carriers()))
    assert set(target.usage()) == {"web.1@1"}
    ports = app.ports()
    _kill(app)
    app.run("down")
    app.assert_nothing_left(ports)


def test_what_carries_the_app_stays_small(app: LocalApp) -> None:
    """Proportional memory, as pages shared with others count in part."""
    app.up()
    app.run("scale", "web=4")
    carriers = [process for process in app.processes() if "app.py" not in process.cmdline()[-1]]
    memory = {process.name(): process.memory_full_info().pss for process in carriers}
    print({name: f"{used / 2**20:.0f} MiB" for name, used in memory.items()})
    assert sum(memory.values()) < 200 * 2**20


def _some_core() -> int:
    return min(os.sched_getaffinity(0))


def _answers(url: str) -> bool:
    try:
        return bool(get(url))
    except OSError:
        return False
