"""Load runs as the engine would measure them, made from a small queueing model with a fixed seed."""

from __future__ import annotations

import random
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

ARTICLE = "the article, Heroku Standard-2X"
PHASES = (("warm-up", 12, 2.0), ("sustained", 36, 5.0), ("peak", 24, 8.0), ("cool-down", 12, 2.0))
STEPS = (
    ("register", 0.02, 4.0),
    ("verify", 0.02, 1.0),
    ("login", 0.05, 9.0),
    ("deck", 0.09, 2.2),
    ("swipe", 0.82, 1.0),
)
TIMEOUT_S = 10.0


def formation(replicas: int = 1, *, label: str = "", target: str = "local", size: str = "standard-2x") -> Formation:
    price = Price(Decimal("41.30"), "EUR", ARTICLE, "2021-06").times(replicas)
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


def simulated(
    capacity_per_s: float,
    *,
    on: Formation | None = None,
    seed: int = 7,
    reasons: tuple[str, ...] = (),
    implicit_share: float = 0.0,
) -> LoadResult:
    """A run of the four phases on an app that answers `capacity_per_s` requests a second at best."""
    app = _App(capacity_per_s, random.Random(seed), implicit_share)
    seconds: list[Second] = []
    phases: list[PhaseResult] = []
    for name, length, rate in PHASES:
        asked = int(length * rate)
        phases.append(PhaseResult(name, len(seconds), length, asked, asked, 1.1))
        seconds += [app.second(len(seconds) + at, rate, on) for at in range(length)]
    while app.backlog >= 1:
        seconds.append(app.second(len(seconds), 0.0, on))
    return _total(app.endpoints, seconds, phases, on, reasons)


class _App:
    """A queue in front of workers; it answers what its capacity allows and lets the rest wait."""

    requests_per_user = 15.0

    def __init__(self, capacity: float, dice: random.Random, implicit_share: float) -> None:
        self.capacity, self.dice, self.implicit_share = capacity, dice, implicit_share
        self.backlog = 0.0
        self.endpoints = {name: Endpoint(name) for name, _, _ in STEPS}

    def second(self, at_s: int, rate: float, on: Formation | None) -> Second:
        work = rate * self.requests_per_user
        arriving = max(0, round(self.dice.gauss(work, work**0.5)))
        wait_s = self.backlog / self.capacity
        busy = min(1.0, (arriving + self.backlog) / self.capacity)
        done = min(arriving + round(self.backlog), round(self.capacity))
        self.backlog = max(0.0, self.backlog + arriving - self.capacity)
        latencies, failed = Histogram(), 0
        for name in self.dice.choices([step[0] for step in STEPS], [step[1] for step in STEPS], k=done):
            failed += self._request(self.endpoints[name], latencies, wait_s, busy)
        cores = 0.4 * (on.processes["web"].replicas if on else 1) * busy * self.dice.uniform(0.9, 1)
        return Second(
            at_s=at_s,
            requests=done,
            arrivals_asked=round(rate),
            arrivals_started=round(rate),
            p50_ms=latencies.percentile_ms(50),
            p95_ms=latencies.percentile_ms(95),
            p99_ms=latencies.percentile_ms(99),
            max_ms=latencies.max_us / 1000 if done else None,
            failed=failed,
            active_users=round(rate * 4 + self.backlog / 8),
            cpu_cores={"web": round(cores, 3)} if on else {},
        )

    def _request(self, endpoint: Endpoint, latencies: Histogram, wait_s: float, busy: float) -> int:
        weight = next(step[2] for step in STEPS if step[0] == endpoint.name)
        queued = wait_s * self.dice.uniform(0.7, 1.15) + self.dice.expovariate(1) * 0.004 / max(0.04, 1.02 - busy)
        took_s = weight * self.dice.lognormvariate(-5.1, 0.35) + queued
        endpoint.requests += 1
        errors = endpoint.errors
        if took_s > TIMEOUT_S:
            errors.network["timeout"] = errors.network.get("timeout", 0) + 1
            errors.samples["timeout"] = ["no answer within 10 s"]
            return 1
        for histogram, share in ((endpoint.response, 1), (endpoint.service, 0.9), (latencies, 1)):
            histogram.record(took_s * share)
        errors.policy += took_s > 1
        code = 503 if took_s > 6.5 and self.dice.random() < 0.5 else 200
        endpoint.codes[code] = endpoint.codes.get(code, 0) + 1
        implicit = code == 200 and self.dice.random() < self.implicit_share
        errors.explicit += code == 503
        errors.implicit += implicit
        if code == 503:
            errors.samples["503"] = ["Service Unavailable: no replica took the request"]
        if implicit:
            errors.samples["implicit"] = ['200 with {"error": "deck is empty"}']
        return int(code == 503 or implicit)


def _total(
    endpoints: dict[str, Endpoint],
    seconds: list[Second],
    phases: list[PhaseResult],
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
    users = sum(phase.arrivals_asked for phase in phases)
    return LoadResult(
        script="flows.yml",
        target="http://127.0.0.1:41873",
        started_at="2026-11-23T21:00:00Z",
        duration_s=len(seconds),
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
