"""No request fails while replicas are replaced, added and taken away, at 200 requests a second."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from hafen.errors import Unhealthy
from hafen.model.reporter import Silent
from hafen.model.target import Change
from hafen.spec.load import load_app
from hafen.targets import open_target
from hafen.targets.local.rollout import Rollout, Wanted
from local_app import LocalApp, get, local_app
from traffic import Traffic

pytestmark = pytest.mark.slow

REQUESTS = 1000


@pytest.fixture
def app(tmp_path: Path) -> Iterator[LocalApp]:
    with local_app(tmp_path) as made:
        yield made


def _deploy(app: LocalApp) -> None:
    app.set_version("two")
    app.run("deploy")


def _rollback(app: LocalApp) -> None:
    app.run("rollback")


def _scale(app: LocalApp) -> None:
    app.run("scale", "web=4")
    app.run("scale", "web=2")


def _restart(app: LocalApp) -> None:
    app.run("restart")


def _failing_deploy(app: LocalApp) -> None:
    app.edit("app.py", "def main():", "def main():\n    raise SystemExit('broken')")
    assert "crashed 3 times" in app.run("deploy", code=1).stderr


@pytest.mark.parametrize("change", [_deploy, _rollback, _scale, _restart, _failing_deploy])
def test_no_request_fails_during(change: Callable[[LocalApp], None], app: LocalApp) -> None:
    url = app.up()
    app.run("scale", "web=2")
    if change is _rollback:
        _deploy(app)
    with Traffic(url) as traffic:
        change(app)
        traffic.wait_for(max(100, REQUESTS - traffic.counted.sent))
    counted = traffic.counted
    assert counted.failures == []
    assert counted.answered == counted.sent >= REQUESTS
    if change in {_deploy, _rollback}:
        assert len(counted.versions) == 2, "both releases answered"


def test_a_replica_that_is_killed_costs_at_most_what_it_had_in_hand(app: LocalApp) -> None:
    url = app.up()
    app.run("scale", "web=4")
    victim = app.ps()["replicas"][0]
    with Traffic(url) as traffic:
        os.kill(victim["pid"], 9)
        traffic.wait_for(REQUESTS)
    in_hand = 200 * 0.3 / 10 / 4  # one in ten takes 0.3 s, on four replicas
    assert len(traffic.counted.failures) <= 10 * in_hand, traffic.counted.failures


def test_four_replicas_are_up_soon(app: LocalApp) -> None:
    """The time is told, not asserted."""
    app.up()
    began = time.monotonic()
    app.run("scale", "web=4")
    print(f"scale web=4 took {time.monotonic() - began:.1f} s")
    assert list(app.states().values()) == ["up"] * 4


class _OneAtATime(Rollout):
    """As on a machine whose memory holds only one replica more."""

    def _batches(self, names: Sequence[str]) -> list[list[str]]:
        return [[name] for name in names]


def test_in_small_steps_a_failure_at_the_last_one_brings_all_old_ones_back(app: LocalApp) -> None:
    """The first two replicas of the second release get up and have already replaced old ones when the third fails."""
    app.append("volumes:\n  data:\n    variable: DATA\n")
    url = app.up()
    app.run("scale", "web=3")
    app.edit("hafen.yaml", "python3 app.py", "sh start.sh")
    (app.folder / "start.sh").write_text(
        'test "$(ls "$DATA" | wc -l)" -lt 2 || { echo full; exit 1; }\ntouch "$DATA/$$"\nexec python3 app.py\n'
    )
    app.set_version("two")
    target = open_target(load_app(app.folder / "hafen.yaml"), app.folder)
    release = target.prepare(Change("Deploy", source=app.folder), Silent())
    rollout = _OneAtATime(target._machinery, target._releases, Silent())
    with Traffic(url) as traffic:
        with pytest.raises(Unhealthy, match=r"web\.3 of v2 crashed 3 times in a row\n  \| full"):
            rollout.run(Wanted(release, {"web": 3}))
        traffic.wait_for(100)
    assert set(traffic.counted.versions) == {"one", "two"}
    assert traffic.counted.failures == []
    assert {get(url)["version"] for _ in range(10)} == {"one"}
    assert [(one["name"], one["state"], one["release"]) for one in app.ps()["replicas"]] == [
        (f"web.{number}", "up", 1) for number in (1, 2, 3)
    ]
