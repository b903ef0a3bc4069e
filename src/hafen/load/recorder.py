"""What a worker counts in the present second. Each second is handed over as a difference and begun anew, so that a
worker's memory does not grow with requests, and that the sum over seconds and workers is the result."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from hafen.measure.histogram import MAX_US

_MOST_SAMPLES = 3


class Series:
    """Durations, in the buckets of hafen.measure.histogram."""

    __slots__ = ("counts", "max_us", "min_us", "sum_us")

    def __init__(self) -> None:
        self.counts: defaultdict[int, int] = defaultdict(int)
        self.sum_us = self.max_us = 0
        self.min_us = MAX_US

    def record(self, seconds: float) -> None:
        value_us = int(seconds * 1e6)
        if value_us < 0:
            value_us = 0
        elif value_us > MAX_US:
            value_us = MAX_US
        shift = value_us.bit_length() - 8
        self.counts[value_us if shift <= 0 else (shift << 7) + (value_us >> shift)] += 1
        self.sum_us += value_us
        self.max_us = max(self.max_us, value_us)
        self.min_us = min(self.min_us, value_us)

    def take(self) -> dict[str, Any]:
        """The present second's durations as JSON; {} when there are none. Begins anew."""
        if not self.counts:
            return {}
        taken = {
            "buckets": list(self.counts.items()),
            "sum": self.sum_us,
            "min": self.min_us,
            "max": self.max_us,
        }
        self.counts.clear()
        self.sum_us = self.max_us = 0
        self.min_us = MAX_US
        return taken


class EndpointRecorder:
    """Of one endpoint. See hafen.measure.result for what the words mean."""

    __slots__ = ("client", "codes", "explicit", "implicit", "name", "network", "policy", "requests", "response",
                 "samples", "service")  # fmt: skip

    def __init__(self, name: str) -> None:
        self.name = name
        self.requests = self.explicit = self.implicit = self.policy = self.client = 0
        self.codes: defaultdict[int, int] = defaultdict(int)
        self.network: defaultdict[str, int] = defaultdict(int)
        self.samples: dict[str, list[str]] = {}
        self.response = Series()
        self.service: dict[int, Series] = {}  # by the status' first digit

    def answered(self, status: int, response_s: float, service_s: float, policy_limit_s: float) -> None:
        self.requests += 1
        self.codes[status] += 1
        self.response.record(response_s)
        series = self.service.get(status // 100)
        if series is None:
            series = self.service[status // 100] = Series()
        series.record(service_s)
        if response_s > policy_limit_s:
            self.policy += 1
        if status >= 400:
            if status >= 500:
                self.explicit += 1
                self.sample("explicit", f"{self.name}: {status}")
            else:
                self.client += 1
                self.sample("client", f"{self.name}: {status}")

    def refused(self, kind: str, message: str) -> None:
        """No answer came."""
        self.requests += 1
        self.network[kind] += 1
        self.sample(kind, f"{self.name}: {message}")

    def said_no(self, message: str) -> None:
        """A good status, but the body or a check says no."""
        self.implicit += 1
        self.sample("implicit", f"{self.name}: {message}")

    def sample(self, kind: str, message: str) -> None:
        """The first few different messages of each kind; they hold names and codes, never values."""
        kept = self.samples.setdefault(kind, [])
        if len(kept) < _MOST_SAMPLES and message not in kept:
            kept.append(message)

    def take(self) -> dict[str, Any]:
        taken = {
            "requests": self.requests,
            "codes": dict(self.codes),
            "explicit": self.explicit,
            "implicit": self.implicit,
            "policy": self.policy,
            "client": self.client,
            "network": dict(self.network),
            "samples": {kind: list(messages) for kind, messages in self.samples.items()},
            "response": self.response.take(),
            "service": {str(first): series.take() for first, series in self.service.items() if series.counts},
        }
        self.requests = self.explicit = self.implicit = self.policy = self.client = 0
        self.codes.clear()
        self.network.clear()
        return taken


class PhaseRecorder:
    """started: virtual users, in_time: those that started before their phase ended. lateness: of their starts."""

    __slots__ = ("in_time", "lateness", "skipped", "started")

    def __init__(self) -> None:
        self.started = self.in_time = self.skipped = 0
        self.lateness = Series()

    @property
    def touched(self) -> bool:
        return bool(self.started or self.skipped or self.lateness.counts)

    def take(self) -> dict[str, Any]:
        taken = {
            "started": self.started,
            "in_time": self.in_time,
            "skipped": self.skipped,
            "lateness": self.lateness.take(),
        }
        self.started = self.in_time = self.skipped = 0
        return taken


class Recorder:
    """Everything that a worker counts."""

    def __init__(self, phases: int) -> None:
        self.endpoints: dict[str, EndpointRecorder] = {}
        self.phases = [PhaseRecorder() for _ in range(phases)]
        self.counters: defaultdict[str, int] = defaultdict(int)
        self.session = Series()
        self.lag_max_s = 0.0

    def endpoint(self, name: str) -> EndpointRecorder:
        found = self.endpoints.get(name)
        if found is None:
            found = self.endpoints[name] = EndpointRecorder(name)
        return found

    def take(self) -> dict[str, Any]:
        """The present second as JSON. Begins anew."""
        taken = {
            "endpoints": {name: endpoint.take() for name, endpoint in self.endpoints.items() if endpoint.requests},
            "phases": {str(index): phase.take() for index, phase in enumerate(self.phases) if phase.touched},
            "counters": dict(self.counters),
            "session": self.session.take(),
            "lag_max_s": self.lag_max_s,
        }
        self.counters.clear()
        self.lag_max_s = 0.0
        return taken
