"""When virtual users arrive: one absolute schedule, from the phases alone. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Phase:
    """rate: arrivals a second; ramp_to: rate in the last second, None: constant. count: arrivals in all, None: by rate.

    max_users: arrivals above so many users at once are skipped, None: no limit. poisson: gaps at random.
    """

    name: str
    duration_s: float
    rate: float = 0.0
    ramp_to: float | None = None
    count: int | None = None
    max_users: int | None = None
    poisson: bool = False


@dataclass(frozen=True)
class Arrival:
    """at_s: since the run's start. phase: its index."""

    at_s: float
    phase: int


def starts_s(phases: Sequence[Phase]) -> list[float]:
    """When each phase starts, and last, when all end; seconds since the run's start."""
    made = [0.0]
    for phase in phases:
        made.append(made[-1] + phase.duration_s)
    return made


def arrivals(phases: Sequence[Phase], *, seed: int, shard: int = 0, shards: int = 1) -> Iterator[Arrival]:
    """In order. Shard i of n gets arrivals i, i + n, …, so that all shards together are the whole schedule."""
    number = 0
    for index, (phase, start_s) in enumerate(zip(phases, starts_s(phases), strict=False)):
        for at_s in _offsets(phase, random.Random(f"{seed}:{index}")):  # noqa: S311 - a schedule, not a secret
            if number % shards == shard:
                yield Arrival(start_s + at_s, index)
            number += 1


def _offsets(phase: Phase, dice: random.Random) -> Iterator[float]:
    if phase.count is not None:
        return _spread(0, phase.duration_s, phase.count)
    if phase.ramp_to is not None:
        return _ramp(phase)
    if phase.poisson:
        return _poisson(phase, dice)
    return _spread(0, phase.duration_s, int(phase.rate * phase.duration_s + 1e-6))


def _spread(start_s: float, width_s: float, count: int) -> Iterator[float]:
    return (start_s + width_s * index / count for index in range(count))


def _ramp(phase: Phase) -> Iterator[float]:
    """Steps of a second, each with a whole number of arrivals: rate + difference/(n-1) * second, rounded, halves up, as
    Artillery 2.0.21 was seen to do; in a ramp of one second, the mean, rounded down."""
    seconds = phase.duration_s
    last = phase.ramp_to or 0.0
    if seconds <= 1:
        yield from _spread(0, seconds, int((phase.rate + last) / 2 * seconds + 1e-6))
        return
    for second in range(int(seconds)):
        rate = phase.rate + (last - phase.rate) / (int(seconds) - 1 or 1) * second
        yield from _spread(second, 1, int(rate + 0.5 + 1e-6))
    rest_s = seconds - int(seconds)
    yield from _spread(int(seconds), rest_s, int(last * rest_s + 1e-6))


def _poisson(phase: Phase, dice: random.Random) -> Iterator[float]:
    at_s = dice.expovariate(phase.rate) if phase.rate else phase.duration_s
    while at_s < phase.duration_s:
        yield at_s
        at_s += dice.expovariate(phase.rate)
