"""The measurements of a rehearsal: what the first formation can carry, then the same load on each formation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hafen.errors import CheckFailed
from hafen.measure.rehearsal import Calibration, DeployUnderLoad
from hafen.measure.result import Formation, LoadResult
from hafen.operations.rehearse.journey import Journey
from hafen.operations.rehearse.midway import Midway
from hafen.operations.rehearse.stage import Stage
from hafen.planning.rehearsal import (
    CALIBRATION_USERS,
    LOWER,
    PEAK,
    Phase,
    calibration_phases,
    capacity,
    deploy_at_s,
    run_phases,
)
from hafen.providers.cpu_budget import QUOTA
from hafen.targets.local.target import LocalTarget

TRIES = 3
CALIBRATION_S = 10.0


@dataclass(frozen=True)
class Measured:
    """runs: in the order of the formations. trusted: of all."""

    runs: tuple[LoadResult, ...]
    calibration: Calibration
    deploy: DeployUnderLoad

    @property
    def trusted(self) -> bool:
        return all(run.generator.trusted for run in self.runs)


def calibrate(stage: Stage, target: LocalTarget) -> float:
    """Virtual users a second that the present formation can carry."""
    result = stage.load(target, calibration_phases(CALIBRATION_S), None)
    completed = result.users.get("completed", 0)
    if not completed:
        raise CheckFailed(
            f"in {CALIBRATION_S:.0f} s no virtual user came to the end of the script",
            where=str(stage.script),
            hint=f"`hafen load run {stage.script.name} -t URL` shows what happens to them",
        )
    budget = target.cpu_budget
    total = budget.cores * target.formation()["web"] if budget.cores is not None and budget.by == QUOTA else None
    return capacity(completed / result.duration_s, result.cpu_cores.get("web", 0.0), total)


def measure(
    stage: Stage, formations: Sequence[Formation], carried: float, duration_s: float, journey: Journey
) -> Measured:
    """Every formation under the same load. When the generator fell behind, all again at a lower rate, twice at most."""
    for attempt in range(TRIES):
        rate = carried * LOWER**attempt
        if attempt:
            journey.say.warn(f"the load generator fell behind; all runs again at {LOWER**attempt:.0%} of the rates")
        runs, deploy = _measure_once(stage, formations, run_phases(rate, duration_s), journey, attempt)
        if runs:
            return Measured(runs, Calibration(carried, rate * PEAK, _how(attempt)), deploy)
    raise AssertionError("the last try always answers")


def _measure_once(
    stage: Stage, formations: Sequence[Formation], phases: Sequence[Phase], journey: Journey, attempt: int
) -> tuple[tuple[LoadResult, ...], DeployUnderLoad]:
    """No runs: the generator fell behind and another try is left."""
    runs: list[LoadResult] = []
    deploy = DeployUnderLoad(0, 0, 0)
    for formation in formations:
        replicas = formation.processes["web"].replicas
        with journey.leg(_name(formation, attempt), f"{replicas} web under load") as leg:
            target = stage.fresh(replicas)
            if formation is formations[-1]:
                result, deploy = _load_with_deploy(stage, target, phases, formation)
            else:
                result = stage.load(target, phases, formation)
            runs.append(result)
            leg.what = _summary(result, replicas)
        if not result.generator.trusted and attempt < TRIES - 1:
            return (), deploy
    return tuple(runs), deploy


def _load_with_deploy(
    stage: Stage, target: LocalTarget, phases: Sequence[Phase], formation: Formation
) -> tuple[LoadResult, DeployUnderLoad]:
    with Midway(lambda: stage.deploy_change(target), deploy_at_s(phases)) as midway:
        result = stage.load(target, phases, formation, midway.on_phase)
    if midway.began_s is None or midway.ended_s is None:
        raise KeyboardInterrupt  # only a stop ends the load before its middle
    return result, DeployUnderLoad.within(result.seconds, midway.began_s, midway.ended_s)


def _name(formation: Formation, attempt: int) -> str:
    name = formation.label.capitalize()
    return f"{name} ({attempt + 1})" if attempt else name


def _summary(result: LoadResult, replicas: int) -> str:
    p95 = result.response.percentile_ms(95) or 0.0
    told = f"{replicas} web: {result.requests_per_s:.0f} requests/s, p95 {p95:.0f} ms, {result.errors.failed} failed"
    return told if result.generator.trusted else f"{told}; not to be trusted: {result.generator.reasons[0]}"


def _how(attempt: int) -> str:
    base = f"{CALIBRATION_USERS} virtual users at a time, one after the other, for {CALIBRATION_S:.0f} s"
    return f"{base}; rates lowered {attempt} × since the generator fell behind" if attempt else base
