"""The measurements of a rehearsal: rates that are lowered, a deploy on the load's own clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest

from hafen.errors import CheckFailed
from hafen.measure.rehearsal import DeployUnderLoad
from hafen.measure.result import Formation, LoadResult, ProcessFormation, Second
from hafen.model.reporter import Silent
from hafen.operations.rehearse.journey import Journey
from hafen.operations.rehearse.midway import Midway
from hafen.operations.rehearse.runs import Measured, calibrate, measure
from hafen.planning.rehearsal import LOWER, PEAK, Phase
from hafen.providers.cpu_budget import QUOTA, CpuBudget
from load_results import made_result

FORMATIONS = [
    Formation(label, "local", "local", "this machine", {"web": ProcessFormation(count, "standard-2x")})
    for label, count in (("before", 1), ("after", 4))
]


def result(*, trusted: bool = True) -> LoadResult:
    return made_result({20: 100}, reasons=() if trusted else ("starts were late",))


@dataclass
class Target:
    cpu_budget: CpuBudget = field(default_factory=CpuBudget)

    def formation(self) -> dict[str, int]:
        return {"web": 1}


@dataclass
class Stage:
    """Answers runs that were made before, and notes at what rates they were asked for."""

    answers: Iterator[LoadResult]
    script: Path = Path()
    arrivals: list[int] = field(default_factory=list)
    fresh_with: list[int] = field(default_factory=list)

    def fresh(self, replicas: int) -> Target:
        self.fresh_with.append(replicas)
        return Target()

    def deploy_change(self, _target: Target) -> None: ...

    def load(
        self,
        _target: Target,
        phases: Sequence[Phase],
        _formation: Formation | None,
        on_phase: Callable[[str, int, float], None] | None = None,
    ) -> LoadResult:
        self.arrivals.append(sum(phase.get("arrivalCount", 0) for phase in phases))
        if on_phase:
            on_phase("warm-up", 0, 0.1)
            time.sleep(0.3)
        return next(self.answers)


def measured(trust: Sequence[bool]) -> tuple[Measured, Stage]:
    stage = Stage(iter(result(trusted=one) for one in trust))
    found = measure(cast(Any, stage), FORMATIONS, 100.0, 0.4, Journey(Silent(), threading.Event()))
    return found, stage


def test_each_formation_is_measured_once_with_the_same_load() -> None:
    found, stage = measured([True, True])
    assert stage.fresh_with == [1, 4]
    assert stage.arrivals[0] == stage.arrivals[1]
    assert found.trusted
    assert found.calibration.peak_users_per_s == pytest.approx(100 * PEAK)
    assert found.deploy.at_s == pytest.approx(0.125, abs=0.1)


def test_when_the_generator_falls_behind_all_runs_are_made_again_at_a_lower_rate() -> None:
    found, stage = measured([True, False, True, True])
    assert stage.fresh_with == [1, 4, 1, 4]
    assert stage.arrivals[2] < stage.arrivals[0]
    assert found.trusted
    assert found.calibration.peak_users_per_s == pytest.approx(100 * LOWER * PEAK)


def test_after_two_lowerings_the_runs_stand_and_are_not_trusted() -> None:
    found, stage = measured([False, False, False, True])
    assert stage.fresh_with == [1, 1, 1, 4]
    assert not found.trusted
    assert len(found.runs) == 2


def test_a_script_that_nobody_completes_is_told() -> None:
    nobody = replace(result(), users={"created": 5, "completed": 0, "failed": 5, "skipped": 0})
    stage = Stage(iter([nobody]), script=Path("load/flows.yml"))
    with pytest.raises(CheckFailed, match="no virtual user came to the end"):
        calibrate(cast(Any, stage), cast(Any, Target()))


def test_capacity_counts_the_quota_that_is_in_force_and_nothing_else() -> None:
    half_used = replace(result(), users={"completed": 12}, duration_s=12.0, cpu_cores={"web": 0.1})
    for budget, expected in ((CpuBudget(0.2, QUOTA), 2.0), (CpuBudget(1.0, "affinity"), 1.0), (CpuBudget(), 1.0)):
        stage = Stage(iter([half_used]))
        assert calibrate(cast(Any, stage), cast(Any, Target(budget))) == pytest.approx(expected)


def test_work_midway_is_timed_on_the_loads_clock() -> None:
    done = threading.Event()
    with Midway(done.set, 0.05) as midway:
        time.sleep(0.2)
        assert not done.is_set()
        midway.on_phase("warm-up", 0, 1)
        assert done.wait(5)
    assert midway.began_s is not None
    assert 0.05 <= midway.began_s < 5


def stopped_load(midway: Midway, wait_for: threading.Event | None = None) -> None:
    with midway:
        midway.on_phase("warm-up", 0, 1)
        assert wait_for is None or wait_for.wait(5)
        raise KeyboardInterrupt


def test_a_stop_cancels_what_has_not_begun() -> None:
    early = Midway(lambda: pytest.fail("must not begin"), 60)
    with pytest.raises(KeyboardInterrupt):
        stopped_load(early)
    assert early.began_s is None


def test_a_stop_waits_for_what_has_begun() -> None:
    began, steps = threading.Event(), []

    def work() -> None:
        began.set()
        time.sleep(0.2)
        steps.append("finished")

    with pytest.raises(KeyboardInterrupt):
        stopped_load(Midway(work, 0), began)
    assert steps == ["finished"]


def test_what_the_work_raised_is_raised() -> None:
    began = threading.Event()

    def broken() -> None:
        began.set()
        raise CheckFailed("the release phase failed")

    def load() -> None:
        with Midway(broken, 0) as midway:
            midway.on_phase("warm-up", 0, 1)
            assert began.wait(5)

    with pytest.raises(CheckFailed, match="release phase"):
        load()


def second(at_s: int, *, failed: int) -> Second:
    return Second(at_s, 10, 1, 1, 1.0, 1.0, 1.0, 1.0, failed, 1)


@pytest.mark.parametrize(("failed_at", "lost"), [(3, 0), (5, 1), (6, 1), (9, 1), (40, 1)])
def test_a_request_that_a_deploy_lost_counts_however_late_it_ends(failed_at: int, lost: int) -> None:
    seconds = [second(at_s, failed=int(at_s == failed_at)) for at_s in range(45)]
    found = DeployUnderLoad.within(seconds, 5.4, 7.9)
    assert (found.failed_requests, found.at_s, found.took_s) == (lost, 5.4, pytest.approx(2.5))
    assert found.requests == 400
