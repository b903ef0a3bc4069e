"""Did the generator keep up? In every phase 99 % of the users asked, and p99 of start lateness at most 10 ms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hafen.load.ledger import PhaseSum
from hafen.load.schedule import Phase
from hafen.measure.histogram import Histogram
from hafen.measure.result import Generator

LEAST_ACHIEVED = 0.99
MOST_LATENESS_MS = 10.0
_BUSY_CORE = 0.9


def achieved_ratio(phase: PhaseSum) -> float:
    """Share of the arrivals asked that started before their phase ended; those that maxVusers skipped do not count."""
    asked = phase.asked - phase.skipped
    return min(1.0, phase.in_time / asked) if asked > 0 else 1.0


def judge(
    phases: Sequence[Phase],
    sums: Sequence[PhaseSum],
    done: Sequence[Mapping[str, Any]],
    *,
    network: Mapping[str, int],
    elapsed_s: float,
    lag_max_s: float,
) -> Generator:
    """done: workers' last messages. network: requests without an answer, by kind."""
    lateness = Histogram()
    for phase in sums:
        lateness.merge(phase.lateness)
    cpu_cores = sum(message["cpu_s"] for message in done) / elapsed_s if elapsed_s > 0 else 0.0
    p99_ms = lateness.percentile_ms(99)
    reasons = [*_behind(phases, sums), *_late(p99_ms)]
    if reasons and cpu_cores > _BUSY_CORE * max(1, len(done)):
        reasons.append(f"its core was {cpu_cores / len(done):.0%} busy")
    return Generator(
        achieved_ratio=min((achieved_ratio(phase) for phase in sums), default=1.0),
        start_lateness_p50_ms=lateness.percentile_ms(50),
        start_lateness_p99_ms=p99_ms,
        start_lateness_max_ms=lateness.max_us / 1e3 if lateness.count else None,
        cpu_cores=cpu_cores,
        loop_lag_max_ms=lag_max_s * 1000,
        connections_opened=sum(message["connections_opened"] for message in done),
        reasons=(*reasons, *_starved(done), *_exhausted(network)),
        workers=len(done),
    )


def _behind(phases: Sequence[Phase], sums: Sequence[PhaseSum]) -> list[str]:
    return [
        f"phase {phase.name}: {counted.in_time:,} of {counted.asked - counted.skipped:,} users started in time "
        f"({achieved_ratio(counted):.1%})"
        for phase, counted in zip(phases, sums, strict=True)
        if achieved_ratio(counted) < LEAST_ACHIEVED
    ]


def _late(p99_ms: float | None) -> list[str]:
    if p99_ms is None or p99_ms <= MOST_LATENESS_MS:
        return []
    return [f"starts were up to {p99_ms:,.1f} ms late (p99; the limit is {MOST_LATENESS_MS:.0f} ms)"]


_OWN_LIMITS = {
    "EMFILE": "open files (ulimit -n)",
    "ENFILE": "open files of the whole system",
    "EADDRNOTAVAIL": "local ports (http.pool reuses connections)",
    "ENOBUFS": "network buffers",
    "ENOMEM": "memory",
}


def _exhausted(network: Mapping[str, int]) -> list[str]:
    """Errors that look like the target's and are this machine's."""
    return [
        f"{count:,} connections failed because this machine ran out of {_OWN_LIMITS[kind]}"
        for kind, count in sorted(network.items())
        if kind in _OWN_LIMITS
    ]


def _starved(done: Sequence[Mapping[str, Any]]) -> list[str]:
    calls = sum(message["starved"] for message in done)
    if not calls:
        return []
    most = sum(message["most_connections"] for message in done)
    return [f"{calls:,} requests waited because only {most:,} connections may be open (ulimit -n)"]
