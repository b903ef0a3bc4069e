"""What a load run measured, on which formation, and whether it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass, field

from hafen.measure.histogram import Histogram
from hafen.model.price import Price


@dataclass(frozen=True)
class ProcessFormation:
    """cpu_budget_cores: what each replica may use, None: not limited. cpu_budget_by: "cgroup quota", "affinity", ""."""

    replicas: int
    size: str
    cpu_budget_cores: float | None = None
    cpu_budget_by: str = ""
    memory_bytes: int | None = None


@dataclass(frozen=True)
class Formation:
    """Where the measured app ran. label: "before", "after", "8 x standard-2x". machine: "this machine, 2 cores".

    price: a month of this formation where it is sold (not of this machine), None when not known.
    """

    label: str
    environment: str
    target: str
    machine: str
    processes: dict[str, ProcessFormation]
    price: Price | None = None


@dataclass(frozen=True)
class PhaseResult:
    """start_s: since the run's start. arrivals_asked: virtual users that were due; arrivals_started: those of them that
    had started when the phase ended."""

    name: str
    start_s: float
    duration_s: float
    arrivals_asked: int
    arrivals_started: int
    start_lateness_p99_ms: float | None


@dataclass
class Errors:
    """Requests, counted three ways: explicit: 5xx; implicit: a good status whose body or check says no; policy: slower
    than policy_limit_ms. `network` (no answer at all: refused, reset, timed out), by kind, and `client` (4xx) stand
    apart. A request that is both explicit and slow counts in both. samples: a few messages by kind, without secrets."""

    explicit: int = 0
    implicit: int = 0
    policy: int = 0
    client: int = 0
    network: dict[str, int] = field(default_factory=dict)
    policy_limit_ms: float = 1000
    samples: dict[str, list[str]] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        """Requests that failed outright: explicit, implicit and network; slow ones did answer."""
        return self.explicit + self.implicit + sum(self.network.values())


@dataclass
class Endpoint:
    """name: the step's name, or method and path without query. response: from the intended start; service: from
    sending to the first byte."""

    name: str
    requests: int = 0
    codes: dict[int, int] = field(default_factory=dict)
    response: Histogram = field(default_factory=Histogram)
    service: Histogram = field(default_factory=Histogram)
    errors: Errors = field(default_factory=Errors)


@dataclass(frozen=True)
class Second:
    """One second of the run, of responses that ended in it. Latencies in ms from the intended start, None: no response.

    active_users: virtual users at its end. cpu_cores: of the app, by process name, when it was sampled.
    """

    at_s: int
    requests: int
    arrivals_asked: int
    arrivals_started: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    max_ms: float | None
    failed: int
    active_users: int
    cpu_cores: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Generator:
    """The generator's own health. achieved_ratio: lowest of all phases. reasons: why it fell behind; empty: it did not.

    cpu_cores: mean used. loop_lag_max_ms: longest the event loop did not come round. workers: its processes.
    """

    achieved_ratio: float
    start_lateness_p50_ms: float | None
    start_lateness_p99_ms: float | None
    start_lateness_max_ms: float | None
    cpu_cores: float
    loop_lag_max_ms: float
    connections_opened: int
    reasons: tuple[str, ...] = ()
    workers: int = 1

    @property
    def trusted(self) -> bool:
        return not self.reasons


@dataclass(frozen=True)
class Period:
    """Ten seconds, as Artillery reports them. at_s: its start. counters and summaries by Artillery's dotted names;
    a summary holds min, max, count, mean, p50, median, p75, p90, p95, p99, p999, durations in ms."""

    at_s: int
    counters: dict[str, int]
    summaries: dict[str, dict[str, float]]


@dataclass(frozen=True)
class Check:
    """One `ensure` rule of the script, judged on the whole run. strict: a failed one fails the run."""

    rule: str
    passed: bool
    strict: bool = True


@dataclass
class LoadResult:
    """One load run. started_at: ISO 8601, UTC. duration_s: until the last user ended.

    users: vusers created, completed, failed, skipped. response and service over all endpoints.
    cpu_cores: mean of the app by process name, memory_bytes: highest, when they were sampled.
    stopped_early: why the run ended before its plan, "" when it did not.
    counters: what else was counted, by Artillery's dotted names (downloaded bytes, the script's expectations).
    session: how long users took. service_by_class: "2xx" … "5xx". warnings: what the reader of the script should know.
    """

    script: str
    target: str
    started_at: str
    duration_s: float
    phases: list[PhaseResult]
    endpoints: list[Endpoint]
    seconds: list[Second]
    response: Histogram
    service: Histogram
    errors: Errors
    users: dict[str, int]
    users_by_scenario: dict[str, int]
    generator: Generator
    formation: Formation | None = None
    cpu_cores: dict[str, float] = field(default_factory=dict)
    memory_bytes: dict[str, int] = field(default_factory=dict)
    stopped_early: str = ""
    counters: dict[str, int] = field(default_factory=dict)
    session: Histogram = field(default_factory=Histogram)
    service_by_class: dict[str, Histogram] = field(default_factory=dict)
    periods: list[Period] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return sum(endpoint.requests for endpoint in self.endpoints)

    @property
    def requests_per_s(self) -> float:
        return self.requests / self.duration_s if self.duration_s else 0.0
