"""Load runs as the engine would measure them, made from a small queueing model with a fixed seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

from hafen.measure.histogram import Histogram
from hafen.measure.result import (
    Endpoint,
    Errors,
    Formation,
    Generator,
    LoadResult,
    PhaseResult,
    ProcessFormation,
    Second,
)
from hafen.model.price import Price

SEED_SOURCE = "the seed's report, Heroku Standard-2X"
PHASES = (("warm-up", 12, 2.0), ("sustained", 36, 5.0), ("peak", 24, 8.0), ("cool-down", 12, 2.0))
STEPS = (("register", 0.02, 4.0), ("verify", 0.02, 1.0), ("login", 0.05, 9.0), ("deck", 0.09, 2.2), ("swipe", 0.82, 1.0))
TIMEOUT_S = 10.0


def formation(replicas: int = 1, *, label: str = "", target: str = "local", size: str = "standard-2x") -> Formation:
    price = Price(Decimal("41.30"), "EUR", SEED_SOURCE, "2021-06").times(replicas)
    return Formation(
        label=label or f"{replicas} × {size}",
        environment="local",
        target=target,
        machine="this machine, 2 cores",
        processes={"web": ProcessFormation(replicas, size, 0.4, "cgroup quota", 1024**3)},
        price=price,
    )


def generator(*reasons: str, lateness_ms: float = 1.1) -> Generator:
    return Generator(0.93 if reasons else 1.0, 0.08, lateness_ms, lateness_ms * 3, 0.31, 4.2, 412, tuple(reasons))


def made_result(
    answered_ms: dict[float, int],
    *,
    duration_s: float = 60,
    explicit: int = 0,
    network: int = 0,
    on: Formation | None = None,
    reasons: tuple[str, ...] = (),
    script: str = "flows.yml",
    arrivals: int = 300,
    stopped_early: str = "",
) -> LoadResult:
    """A run of exactly these response times: how many requests took how many milliseconds."""
    endpoint = Endpoint("GET /")
    for ms, count in answered_ms.items():
        for _ in range(count):
            endpoint.response.record(ms / 1000)
            endpoint.service.record(ms / 1000)
    total = sum(answered_ms.values())
    endpoint.requests = total + network
    endpoint.codes = {200: total - explicit, **({503: explicit} if explicit else {})}
    endpoint.errors = Errors(explicit=explicit, network={"timeout": network} if network else {})
    return LoadResult(
        script=script,
        target="http://127.0.0.1:8080",
        started_at="2026-11-23T21:00:00Z",
        duration_s=duration_s,
        phases=[PhaseResult("sustained", 0, 60, arrivals, arrivals, 1.0)],
        endpoints=[endpoint],
        seconds=[],
        response=endpoint.response,
        service=endpoint.service,
        errors=endpoint.errors,
        users={"created": arrivals, "completed": arrivals, "failed": 0, "skipped": 0},
        users_by_scenario={"swipe & match": arrivals},
        generator=generator(*reasons),
        formation=on,
        stopped_early=stopped_early,
    )


@dataclass
class _Clock:
    """The queue in front of the app: work that waits, in seconds of the whole app's capacity."""

    capacity: float
    backlog: float = 0.0

    def second(self, work: float) -> tuple[float, float]:
        """(wait in s, share of the capacity used) of one second's work, in requests."""
        wait = self.backlog / self.capacity
        self.backlog = max(0.0, self.backlog + work - self.capacity)
        return wait, min(1.0, (work + wait * self.capacity) / self.capacity)


def simulated(
    capacity_per_s: float,
    *,
    on: Formation | None = None,
    seed: int = 7,
    reasons: tuple[str, ...] = (),
    implicit_share: float = 0.0,
    requests_per_user: float = 15.0,
) -> LoadResult:
    """A run of the four phases on an app that answers `capacity_per_s` requests a second at best."""
    dice = random.Random(seed)
    endpoints = {name: Endpoint(name) for name, _, _ in STEPS}
    clock, seconds, phases = _Clock(capacity_per_s), [], []
    at, users = 0, 0
    for name, length, rate in (*PHASES, ("", 12, 0.0)):
        if not rate and clock.backlog < 1:
            break
        for _ in range(length):
            seconds.append(_second(dice, clock, endpoints, at, rate, rate * requests_per_user, implicit_share, on))
            at += 1
        if rate:
            asked = int(length * rate)
            phases.append(PhaseResult(name, at - length, length, asked, asked, 1.1))
            users += asked
    return _total(endpoints, seconds, phases, users, at, on, reasons)


def _second(
    dice: random.Random,
    clock: _Clock,
    endpoints: dict[str, Endpoint],
    at: int,
    rate: float,
    work: float,
    implicit_share: float,
    on: Formation | None,
) -> Second:
    arriving = max(0, round(dice.gauss(work, work**0.5)))
    wait, busy = clock.second(arriving)
    done = min(arriving + round(clock.backlog), round(clock.capacity)) if wait else arriving
    latencies, failed = Histogram(), 0
    for name in dice.choices([s[0] for s in STEPS], [s[1] for s in STEPS], k=done):
        failed += _request(dice, endpoints[name], latencies, wait, busy, implicit_share)
    percentile = latencies.percentile_ms
    asked = round(rate)
    replicas = on.processes["web"].replicas if on else 1
    return Second(
        at_s=at,
        requests=done,
        arrivals_asked=asked,
        arrivals_started=asked,
        p50_ms=percentile(50),
        p95_ms=percentile(95),
        p99_ms=percentile(99),
        max_ms=latencies.max_us / 1000 if done else None,
        failed=failed,
        active_users=round(rate * 4 + clock.backlog / 8),
        cpu_cores={"web": round(0.4 * replicas * min(1, busy) * dice.uniform(0.9, 1), 3)} if on else {},
    )


def _request(
    dice: random.Random, endpoint: Endpoint, latencies: Histogram, wait: float, busy: float, implicit_share: float
) -> int:
    weight = next(step[2] for step in STEPS if step[0] == endpoint.name)
    queued = wait * dice.uniform(0.7, 1.15) + dice.expovariate(1) * 0.004 / max(0.04, 1.02 - busy)
    took = weight * dice.lognormvariate(-5.1, 0.35) + queued
    endpoint.requests += 1
    errors = endpoint.errors
    if took > TIMEOUT_S:
        errors.network["timeout"] = errors.network.get("timeout", 0) + 1
        errors.samples["timeout"] = ["no answer within 10 s"]
        return 1
    endpoint.response.record(took)
    endpoint.service.record(took * 0.9)
    latencies.record(took)
    errors.policy += took > 1
    if took > 6.5 and dice.random() < 0.5:
        endpoint.codes[503] = endpoint.codes.get(503, 0) + 1
        errors.explicit += 1
        errors.samples["503"] = ["Service Unavailable: no replica took the request"]
        return 1
    endpoint.codes[200] = endpoint.codes.get(200, 0) + 1
    if dice.random() < implicit_share:
        errors.implicit += 1
        errors.samples["implicit"] = ['200 with {"error": "deck is empty"}']
        return 1
    return 0


def _total(
    endpoints: dict[str, Endpoint],
    seconds: list[Second],
    phases: list[PhaseResult],
    users: int,
    duration_s: int,
    on: Formation | None,
    reasons: tuple[str, ...],
) -> LoadResult:
    response, service, errors = Histogram(), Histogram(), Errors()
    for endpoint in endpoints.values():
        response.merge(endpoint.response)
        service.merge(endpoint.service)
        found = endpoint.errors
        errors.explicit += found.explicit
        errors.implicit += found.implicit
        errors.policy += found.policy
        for kind, count in found.network.items():
            errors.network[kind] = errors.network.get(kind, 0) + count
        errors.samples.update(found.samples)
    cpu = [second.cpu_cores["web"] for second in seconds if second.cpu_cores]
    return LoadResult(
        script="flows.yml",
        target="http://127.0.0.1:41873",
        started_at="2026-11-23T21:00:00Z",
        duration_s=duration_s,
        phases=phases,
        endpoints=list(endpoints.values()),
        seconds=seconds,
        response=response,
        service=service,
        errors=errors,
        users={"created": users, "completed": users - 3, "failed": 3, "skipped": 0},
        users_by_scenario={"register, verify, login": round(users * 0.17), "swipe & match": round(users * 0.83)},
        generator=generator(*reasons),
        formation=on,
        cpu_cores={"web": round(sum(cpu) / len(cpu), 3)} if cpu else {},
        memory_bytes={"web": 182 * 1024**2} if on else {},
    )
