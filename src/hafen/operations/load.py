"""Runs a load script against a target and answers what was measured."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hafen.load.coordinator import Coordinator, Listener, Run
from hafen.load.ensure import judge_ensure
from hafen.load.health import judge
from hafen.load.job import Job
from hafen.load.plan import Plan
from hafen.load.schedule import starts_s
from hafen.load.script import Options, build_plan, read_script
from hafen.load.usage import Sampler, UsageSampling
from hafen.measure.histogram import Histogram
from hafen.measure.result import Errors, Formation, LoadResult, Period, PhaseResult, Second
from hafen.model.reporter import Reporter

SEED = 1


def run_load(
    script: Path,
    *,
    say: Reporter,
    target: str | None = None,
    variables: Mapping[str, Any] | None = None,
    environment_name: str | None = None,
    overrides: Mapping[str, Any] | None = None,
    phases: Sequence[Mapping[str, Any]] | None = None,
    process_environment: Mapping[str, str] | None = None,
    cores: Sequence[int] | None = None,
    workers: int = 1,
    formation: Formation | None = None,
    sampler: Sampler | None = None,
    memory_sampler: Sampler | None = None,
    insecure: bool = False,
    on_second: Callable[[Second], None] | None = None,
    on_period: Callable[[Period], None] | None = None,
    on_phase: Callable[[str, int, float], None] | None = None,
    stop: threading.Event | None = None,
) -> LoadResult:
    """Raises ScriptInvalid before any request is sent. Installs no signal handlers: set `stop` to end early.

    target, variables, environment_name, overrides, phases: change the script. process_environment: what its
    $processEnvironment sees beside this process' own. cores: where the generator may run. sampler: cumulative CPU
    seconds by process name; memory_sampler: bytes by process name; both are asked about once a second in a thread.
    on_second, on_period, on_phase: called as they pass, in the caller's thread; a phase with name, index, seconds.
    """
    options = Options(target, environment_name, variables or {}, overrides or {}, phases, insecure)
    document = read_script(script, options)
    environment = {**os.environ, **(process_environment or {})}
    folder = script.resolve().parent
    job = Job(document.name, document.data, str(folder), environment_name or "", SEED, cores=tuple(cores or ()))
    plan = build_plan(document, folder, environment, environment_name=environment_name or "")
    for warning in plan.warnings:
        say.warn(warning)
    with Coordinator(plan, job, environment, workers=workers) as coordinator:
        start_at = coordinator.begin()
        started_at = datetime.now(UTC)
        with UsageSampling(start_at, sampler, memory_sampler) as usage:
            listener = Listener(on_second or _ignore, on_period or _ignore, on_phase or _ignore, say.step)
            run = coordinator.follow(stop, listener)
    result = assemble(plan, run, started_at, formation)
    result.seconds = usage.with_cores(result.seconds)
    result.cpu_cores, result.memory_bytes = usage.mean_cores(), usage.highest_memory()
    result.checks = judge_ensure(plan.ensure, result)
    return result


def _ignore(*_what: object) -> None: ...


def assemble(plan: Plan, run: Run, started_at: datetime, formation: Formation | None) -> LoadResult:
    """What the workers counted, as a result."""
    ledger, total = run.ledger, run.ledger.total
    endpoints = sorted(total.endpoints.values(), key=lambda endpoint: endpoint.name)
    response, service = Histogram(), Histogram()
    errors = Errors(policy_limit_ms=ledger.limit_ms)
    for endpoint in endpoints:
        response.merge(endpoint.response)
        service.merge(endpoint.service)
        _add(errors, endpoint.errors)
    by_name = "vusers.created_by_name."
    counters = dict(total.counters)
    by_scenario = {
        name.removeprefix(by_name): counters.pop(name) for name in list(counters) if name.startswith(by_name)
    }
    users = {name: counters.pop(f"vusers.{name}", 0) for name in ("created", "completed", "failed")}
    users["skipped"] = sum(phase.skipped for phase in ledger.phases)
    return LoadResult(
        script=plan.name,
        target=plan.target,
        started_at=started_at.isoformat(timespec="milliseconds"),
        duration_s=run.elapsed_s,
        phases=_phases(plan, run),
        endpoints=endpoints,
        seconds=ledger.seconds,
        response=response,
        service=service,
        errors=errors,
        users=users,
        users_by_scenario=by_scenario,
        generator=judge(
            plan.phases,
            ledger.phases,
            run.done,
            network=errors.network,
            elapsed_s=run.elapsed_s,
            lag_max_s=ledger.lag_max_s,
        ),
        formation=formation,
        stopped_early=run.stopped_early,
        counters=counters,
        session=total.session,
        service_by_class=dict(sorted(total.service_by_class.items())),
        periods=ledger.periods,
        warnings=list(plan.warnings),
    )


def _phases(plan: Plan, run: Run) -> list[PhaseResult]:
    return [
        PhaseResult(
            name=phase.name,
            start_s=start_s,
            duration_s=phase.duration_s,
            arrivals_asked=counted.asked,
            arrivals_started=counted.in_time,
            start_lateness_p99_ms=counted.lateness.percentile_ms(99),
        )
        for phase, start_s, counted in zip(plan.phases, starts_s(plan.phases), run.ledger.phases, strict=False)
    ]


def _add(errors: Errors, more: Errors) -> None:
    errors.explicit += more.explicit
    errors.implicit += more.implicit
    errors.policy += more.policy
    errors.client += more.client
    for kind, count in more.network.items():
        errors.network[kind] = errors.network.get(kind, 0) + count
    for kind, messages in more.samples.items():
        kept = errors.samples.setdefault(kind, [])
        kept += messages[: 5 - len(kept)]
