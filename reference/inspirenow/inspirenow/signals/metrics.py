"""Prometheus metrics. Times are in seconds, sizes in bytes."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

# They would double the number of series and say when a process began, which the process metrics say already.
disable_created_metrics()  # type: ignore[no-untyped-call]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Fine below the 250 ms we want to keep, with 1 s where a request counts as failed by policy.
REQUEST_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
WORK_BUCKETS_S = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0)
# Any other word in a request line would make a series of its own.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """All metrics of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        labels = ["method", "route", "status_class"]
        self._seconds = Histogram(
            "http_request_duration_seconds",
            "From the request's head to the answer's end.",
            labels,
            buckets=REQUEST_BUCKETS_S,
            registry=self.registry,
        )
        self.in_progress = Gauge("http_requests_in_progress", "Requests being answered now.", registry=self.registry)
        self.deck_seconds = self._work("deck_duration_seconds", "Ranking one deck, without HTTP and store.")
        self.login_seconds = self._work("login_duration_seconds", "Checking one password, waiting included.")
        self.indexed_people = Gauge("matching_indexed_people", "People in the matching index.", registry=self.registry)

    def observe_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        self._seconds.labels(method, route, f"{status // 100}xx").observe(seconds)

    def exposition(self) -> bytes:
        """The text that Prometheus scrapes."""
        return generate_latest(self.registry)

    def _work(self, name: str, documentation: str) -> Histogram:
        return Histogram(name, documentation, buckets=WORK_BUCKETS_S, registry=self.registry)
