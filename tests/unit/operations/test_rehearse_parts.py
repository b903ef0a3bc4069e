"""Parts of a rehearsal that can be told apart from what they drive."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from hafen.errors import Locked, UserError
from hafen.model.preflight import CostLine, Preflight
from hafen.model.price import Price
from hafen.model.reporter import Silent
from hafen.model.target import Usage
from hafen.operations.meter import Meter
from hafen.operations.rehearse.cores import staying_on, usable_cores
from hafen.operations.rehearse.journey import Journey
from hafen.operations.rehearse.options import Options
from hafen.operations.rehearse.prices import price_lines, price_of
from hafen.operations.rehearse.workspace import workspace
from hafen.providers.lock import exclusive


@dataclass
class Used:
    """A target that only tells what its replicas use."""

    now: Mapping[str, Usage]

    def usage(self) -> Mapping[str, Usage]:
        return self.now

    def carriers(self) -> list[int]:
        return []


def test_cpu_time_never_falls_when_replicas_are_replaced() -> None:
    target = Used({"web.1@1": Usage(2.0, 100), "web.2@2": Usage(3.0, 100), "worker.1@3": Usage(1.0, 50)})
    meter = Meter(cast(Any, target))
    assert meter.cpu_seconds() == {"web": 5.0, "worker": 1.0}
    target.now = {"web.1@4": Usage(0.5, 70), "web.2@2": Usage(4.0, 100), "worker.1@3": Usage(1.0, 50)}
    assert meter.cpu_seconds() == {"web": 6.5, "worker": 1.0}
    assert meter.memory_bytes() == {"web": 170, "worker": 50}
    assert meter.overhead_bytes > 1_000_000


@pytest.mark.needs("linux")
def test_what_is_not_the_generator_stays_off_its_core() -> None:
    before = usable_cores()
    with staying_on(before[:1]):
        seen = subprocess.run(
            [sys.executable, "-c", "import os; print(*os.sched_getaffinity(0))"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert seen.stdout.split() == [str(before[0])]
    assert usable_cores() == before


def test_no_step_begins_after_the_stop_but_the_last() -> None:
    journey = Journey(Silent(), threading.Event())
    with journey.leg("Import", "reading") as leg:
        leg.what = "read"
    journey.stop.set()
    with pytest.raises(KeyboardInterrupt), journey.leg("Up", "starting"):
        pytest.fail("must not begin")
    with journey.leg("Down", "stopping", always=True):
        pass
    assert [step.name for step in journey.steps] == ["Import", "Down"]


def test_the_workspace_goes_and_what_was_asked_for_stays(tmp_path: Path) -> None:
    source = tmp_path / "app"
    source.mkdir()
    (source / "Procfile").write_text("web: serve\n")
    out = tmp_path / "made" / "out"
    with workspace(out) as space:
        space.bring(source)
        assert (space.app / "Procfile").read_text() == "web: serve\n"
        (out / "report.html").write_text("x")
    assert [path.name for path in out.iterdir()] == ["report.html"]


def test_a_rehearsal_that_fails_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), workspace(tmp_path / "out"):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_two_rehearsals_do_not_share_a_folder(tmp_path: Path) -> None:
    with exclusive(tmp_path / ".lock", "rehearse"):
        for _ in range(2):
            with pytest.raises(Locked, match="rehearse"), workspace(tmp_path):
                pytest.fail("must not begin")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be made"), workspace(tmp_path / "file" / "out"):
        pytest.fail("must not begin")


def preflight(source: str) -> Preflight:
    line = CostLine("Standard-2X", 1, Price(price_amount(), "USD", source, "2026-11-23"))
    return Preflight("shop", "http://127.0.0.1:5/apps/shop", (), costs=(line,))


def price_amount() -> Any:
    from decimal import Decimal

    return Decimal(50)


def test_prices_stand_for_what_was_compared() -> None:
    moved = price_lines("standard-2x", (1, 4), preflight("devcenter.heroku.com"), moved=True)
    assert [(line.sold_by, str(line.price.amount), line.price.currency) for line in moved] == [
        ("Heroku", "41.30", "EUR"),
        ("Hetzner", "46.88", "EUR"),
        ("Hetzner", "17.49", "EUR"),
        ("Heroku", "50", "USD"),
    ]
    dynos = price_lines("standard-2x", (1, 2, 8), preflight("x"), moved=False)
    assert [str(line.price.amount) for line in dynos[:3]] == ["41.30", "82.60", "330.40"]
    assert all(line.price.source and line.price.date for line in (*moved, *dynos))


def test_the_stand_ins_prices_are_said_to_be_made_up() -> None:
    lines = price_lines("standard-2x", (1, 4), preflight("http://127.0.0.1:5/apps/shop/addons"), moved=True)
    assert "made up" in lines[-1].price.source


def test_labels_and_prices_follow_the_question() -> None:
    options = Options(Path(), Path(), Path())
    assert [options.label(count) for count in options.replicas] == ["before", "after"]
    replay = Options(Path(), Path(), Path(), replicas=(1, 2, 8), moved=False)
    assert [replay.label(count) for count in replay.replicas] == [
        "1 × standard-2x",
        "2 × standard-2x",
        "8 × standard-2x",
    ]
    assert price_of("performance-l", 2, moved=False) is None
