"""When the generator says of itself that it fell behind."""

from __future__ import annotations

from typing import Any

import pytest

from hafen.load.health import judge
from hafen.load.ledger import PhaseSum
from hafen.load.schedule import Phase
from hafen.measure.result import Generator

DONE: dict[str, Any] = {"cpu_s": 4.0, "connections_opened": 10, "starved": 0, "most_connections": 100}


def judged(
    *,
    asked: int = 1000,
    in_time: int = 1000,
    skipped: int = 0,
    lateness_ms: float = 1,
    network: dict[str, int] | None = None,
    **done: float,
) -> Generator:
    phase = PhaseSum(asked, in_time, in_time, skipped)
    for _ in range(asked):
        phase.lateness.record(lateness_ms / 1000)
    return judge(
        [Phase("peak", 10, rate=100)], [phase], [{**DONE, **done}], network=network or {}, elapsed_s=10, lag_max_s=0.02
    )


def test_a_generator_that_kept_up_has_no_reasons() -> None:
    generator = judged(in_time=990, lateness_ms=9.9)
    assert generator.trusted
    assert generator.achieved_ratio == 0.99
    assert (generator.cpu_cores, generator.loop_lag_max_ms, generator.connections_opened) == (0.4, 20, 10)


def test_users_that_max_vusers_skipped_are_not_held_against_it() -> None:
    assert judged(asked=1000, in_time=400, skipped=600).trusted


def test_without_arrivals_there_is_nothing_to_be_late_for() -> None:
    assert judged(asked=0, in_time=0).trusted


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ({"in_time": 989}, "phase peak: 989 of 1,000 users started in time (98.9%)"),
        ({"lateness_ms": 10.2}, "starts were up to 10.2 ms late (p99; the limit is 10 ms)"),
        ({"starved": 7}, "7 requests waited because only 100 connections may be open (ulimit -n)"),
        (
            {"network": {"EADDRNOTAVAIL": 3, "ECONNREFUSED": 5}},
            "3 connections failed because this machine ran out of local ports (http.pool reuses connections)",
        ),
    ],
)
def test_each_reason_is_told(what: dict[str, Any], reason: str) -> None:
    assert judged(**what).reasons == (reason,)


def test_a_busy_core_explains_but_does_not_accuse() -> None:
    assert judged(cpu_s=9.8).trusted
    assert judged(cpu_s=9.8, in_time=500).reasons[-1] == "its core was 98% busy"
