"""Adds up what workers counted, second by second, to a result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hafen.load.plan import Plan
from hafen.load.schedule import Arrival, arrivals
from hafen.measure import dotted
from hafen.measure.histogram import Histogram
from hafen.measure.result import Endpoint, Errors, Period, Second

PERIOD_S = 10
_MOST_SAMPLES = 3


@dataclass
class PhaseSum:
    asked: int = 0
    started: int = 0
    in_time: int = 0
    skipped: int = 0
    lateness: Histogram = field(default_factory=Histogram)


@dataclass
class Sum:
    """Of any number of seconds and workers."""

    policy_limit_ms: float
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    service_by_class: dict[str, Histogram] = field(default_factory=dict)
    session: Histogram = field(default_factory=Histogram)
    counters: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, message: Mapping[str, Any]) -> None:
        for name, taken in message["endpoints"].items():
            self._add_endpoint(name, taken)
        for name, count in message["counters"].items():
            self.counters[name] += count
        add_series(self.session, message["session"])

    def _add_endpoint(self, name: str, taken: Mapping[str, Any]) -> None:
        endpoint = self.endpoints.get(name)
        if endpoint is None:
            endpoint = self.endpoints[name] = Endpoint(name, errors=Errors(policy_limit_ms=self.policy_limit_ms))
        endpoint.requests += taken["requests"]
        for code, count in taken["codes"].items():
            endpoint.codes[int(code)] = endpoint.codes.get(int(code), 0) + count
        add_errors(endpoint.errors, taken)
        add_series(endpoint.response, taken["response"])
        for first, series in taken["service"].items():
            add_series(endpoint.service, series)
            add_series(self.service_by_class.setdefault(f"{first}xx", Histogram()), series)


def add_series(histogram: Histogram, series: Mapping[str, Any]) -> None:
    if series:
        histogram.add(series["buckets"], sum_us=series["sum"], min_us=series["min"], max_us=series["max"])


def add_errors(errors: Errors, taken: Mapping[str, Any]) -> None:
    errors.explicit += taken["explicit"]
    errors.implicit += taken["implicit"]
    errors.policy += taken["policy"]
    errors.client += taken["client"]
    for kind, count in taken["network"].items():
        errors.network[kind] = errors.network.get(kind, 0) + count
    for kind, messages in taken["samples"].items():
        kept = errors.samples.setdefault(kind, [])
        kept += [message for message in messages if message not in kept][: _MOST_SAMPLES - len(kept)]


class Ledger:
    """Takes workers' messages. A second is closed when every worker has told of it, or at the end."""

    def __init__(self, plan: Plan, *, seed: int, workers: int) -> None:
        self.plan, self.workers = plan, workers
        self.limit_ms = plan.rules.policy_limit_s * 1000
        self.total = Sum(self.limit_ms)
        self.phases = [PhaseSum() for _ in plan.phases]
        self.seconds: list[Second] = []
        self.periods: list[Period] = []
        self.lag_max_s = 0.0
        self._open: dict[int, list[Mapping[str, Any]]] = {}
        self._period = Sum(self.limit_ms)
        self._due = _Due(arrivals(plan.phases, seed=seed), self.phases)

    def add(self, message: Mapping[str, Any]) -> None:
        self.total.add(message)
        for index, taken in message["phases"].items():
            phase = self.phases[int(index)]
            phase.started += taken["started"]
            phase.in_time += taken["in_time"]
            phase.skipped += taken["skipped"]
            add_series(phase.lateness, taken["lateness"])
        self.lag_max_s = max(self.lag_max_s, message["lag_max_s"])
        self._open.setdefault(message["second"], []).append(message)

    def closed(self) -> Iterator[Second]:
        """Seconds that every worker has told of since this was asked last, in order."""
        while len(self._open.get(len(self.seconds), ())) == self.workers:
            yield self._close(len(self.seconds) + 1)

    def finish(self, elapsed_s: float) -> None:
        """Closes what is left; arrivals that were due later than `elapsed_s` were never asked."""
        while self._open:
            self._close(min(len(self.seconds) + 1, elapsed_s))
        self._due.until(elapsed_s)
        if self.seconds and len(self.seconds) % PERIOD_S:
            self._end_period()

    def _close(self, until_s: float) -> Second:
        number = len(self.seconds)
        messages = self._open.pop(number, [])
        one = Sum(self.limit_ms)
        for message in messages:
            one.add(message)
            self._period.add(message)
        second = _second(number, one, self._due.until(until_s), messages)
        self.seconds.append(second)
        if len(self.seconds) % PERIOD_S == 0:
            self._end_period()
        return second

    def _end_period(self) -> None:
        period, at_s = self._period, (len(self.seconds) - 1) // PERIOD_S * PERIOD_S
        endpoints = list(period.endpoints.values())
        counters = dotted.counters(endpoints, dict(period.counters))
        summaries = dotted.summaries(endpoints, period.service_by_class, period.session)
        self.periods.append(Period(at_s, dict(sorted(counters.items())), summaries))
        self._period = Sum(self.limit_ms)


def _second(number: int, one: Sum, asked: int, messages: list[Mapping[str, Any]]) -> Second:
    response = Histogram()
    failed = 0
    for endpoint in one.endpoints.values():
        response.merge(endpoint.response)
        failed += endpoint.errors.failed
    return Second(
        at_s=number,
        requests=sum(endpoint.requests for endpoint in one.endpoints.values()),
        arrivals_asked=asked,
        arrivals_started=sum(phase["started"] for message in messages for phase in message["phases"].values()),
        p50_ms=response.percentile_ms(50),
        p95_ms=response.percentile_ms(95),
        p99_ms=response.percentile_ms(99),
        max_ms=response.max_us / 1e3 if response.count else None,
        failed=failed,
        active_users=sum(message["active"] for message in messages),
    )


class _Due:
    """Walks the whole schedule beside the run, to know what was asked for."""

    def __init__(self, schedule: Iterator[Arrival], phases: list[PhaseSum]) -> None:
        self.schedule, self.phases = schedule, phases
        self.next = next(schedule, None)

    def until(self, moment_s: float) -> int:
        """How many arrivals were due since this was asked last and before a moment of the run."""
        count = 0
        while self.next is not None and self.next.at_s < moment_s:
            self.phases[self.next.phase].asked += 1
            count += 1
            self.next = next(self.schedule, None)
        return count
