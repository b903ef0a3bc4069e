"""Values of a comparison: each run's figures, each run against the first, and the result in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hafen.measure.result import Formation
from hafen.model.price import Price

Change = Literal["better", "same", "worse"]
Verdict = Literal["better", "worse", "mixed", "same", "untrusted", "incomparable"]


@dataclass(frozen=True)
class Run:
    """One run's figures. requests_per_s: all. answered_per_s: those that did not fail. busiest_per_s: mean of the
    busiest 10 s. explicit, implicit, policy, network, client, failed: requests, as in `Errors`. price: of a month of
    its formation where that is sold. reasons: why it cannot be trusted; empty: it can."""

    label: str
    script: str
    started_at: str
    formation: Formation | None
    duration_s: float
    requests: int
    requests_per_s: float
    answered_per_s: float
    busiest_per_s: float
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    max_ms: float | None
    explicit: int
    implicit: int
    policy: int
    policy_limit_ms: float
    network: int
    client: int
    failed: int
    reasons: tuple[str, ...]
    stopped_early: str
    price: Price | None

    @property
    def trusted(self) -> bool:
        return not self.reasons

    @property
    def failed_share(self) -> float:
        return self.share(self.failed)

    @property
    def is_local(self) -> bool:
        return self.formation is not None and self.formation.target == "local"

    def share(self, count: int) -> float:
        return count / self.requests if self.requests else 0.0


@dataclass(frozen=True)
class Against:
    """A run against the first. Ratios are its figure divided by the first's, None where one of them is missing or 0.
    failed_points: difference of the failed shares, in percentage points. rate, p95, failed, slow: change of answered
    requests per second, of p95, of failures, and of requests slower than the policy allows."""

    label: str
    rate_ratio: float | None
    p50_ratio: float | None
    p95_ratio: float | None
    p99_ratio: float | None
    max_ratio: float | None
    failed_points: float
    rate: Change
    p95: Change
    failed: Change
    slow: Change
    verdict: Verdict
    sentence: str


@dataclass(frozen=True)
class Comparison:
    """runs: in the order given. against: one for each run after the first. doubts: why no verdict is given, as whole
    clauses. sentence: the result, last run against the first."""

    runs: tuple[Run, ...]
    against: tuple[Against, ...]
    doubts: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return self.against[-1].sentence

    @property
    def verdict(self) -> Verdict:
        return self.against[-1].verdict

    @property
    def trusted(self) -> bool:
        return all(run.trusted for run in self.runs)
