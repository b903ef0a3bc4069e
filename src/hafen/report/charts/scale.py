"""Axes: where a value stands between 0 and 1, and which values are worth a label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from hafen.measure.numbers import limit_text

_LOG_WHEN_WIDER_THAN = 10
_DECADES_ONLY_ABOVE = 300
_STEPS = (1, 2, 2.5, 5, 10)
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)


@dataclass(frozen=True)
class Tick:
    """at: 0 to 1 along the axis. minor: its label may be left out where there is little room."""

    at: float
    label: str
    minor: bool = False


@dataclass(frozen=True)
class Axis:
    """low < high, in the axis' unit. log: by orders of magnitude; then low > 0. title: what it shows, with its unit."""

    low: float
    high: float
    ticks: tuple[Tick, ...]
    title: str = ""
    log: bool = False

    def at(self, value: float) -> float:
        """0 at low, 1 at high; beyond them, the nearer end."""
        if self.log:
            value = max(value, self.low)
            share = (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
        else:
            share = (value - self.low) / (self.high - self.low)
        return min(1.0, max(0.0, share))


def latency_axis(values_ms: Iterable[float | None]) -> Axis:
    """Milliseconds; logarithmic when the slowest is more than 10 times the fastest, so that both can be read."""
    known = sorted(value for value in values_ms if value is not None and value > 0)
    if not known:
        return linear_axis([1], "milliseconds")
    typical = known[len(known) // 50]
    if known[-1] <= _LOG_WHEN_WIDER_THAN * typical:
        return _in_ms(linear_axis(known, ""))
    low, high = _floor_125(typical * 0.9), _ceil_125(known[-1])
    values = [value for value in _decades(low, high) if low <= value <= high]
    if high / low > _DECADES_ONLY_ABOVE:
        values = [value for value in values if _leading(value) == 1 or value == high]
    axis = Axis(low, high, (), "response time, logarithmic", log=True)
    ticks = tuple(Tick(axis.at(value), limit_text(value), minor=_leading(value) != 1) for value in values)
    return Axis(low, high, ticks, axis.title, log=True)


def linear_axis(values: Iterable[float | None], title: str, *, about: int = 4) -> Axis:
    """From 0 to a round number at or above the highest value, with about four labels."""
    high = max((value for value in values if value is not None), default=1) or 1
    step = _round_step(high / about)
    count = ceil(round(high / step, 6))
    ticks = tuple(Tick(at / count, f"{at * step:,.10g}") for at in range(count + 1))
    return Axis(0, step * count, ticks, title)


def time_axis(duration_s: float, *, about: int = 7) -> Axis:
    """Seconds since the run's start, from 0 to exactly `duration_s`."""
    duration_s = max(1.0, duration_s)
    step = next((step for step in _STEPS_S if duration_s / step <= about), _STEPS_S[-1])
    marks = range(0, floor(duration_s) + 1, step)
    ticks = tuple(Tick(mark / duration_s, _clock(mark), minor=index % 2 == 1) for index, mark in enumerate(marks))
    return Axis(0, duration_s, ticks, "time since the start")


def percentile_axis(highest: float = 99.99) -> Axis:
    """Percentiles as HdrHistogram plots them: by 1 / (1 - p), so that each further nine takes as much room."""
    labels = ((0, "0"), (50, "50 %"), (90, "90 %"), (99, "99 %"), (99.9, "99.9 %"), (99.99, "99.99 %"))
    axis = Axis(1, nines(highest), (), "share of requests that were at least this fast", log=True)
    ticks = tuple(
        Tick(axis.at(nines(percent)), text, minor=percent in (0, 99.9))
        for percent, text in labels
        if percent <= highest
    )
    return Axis(axis.low, axis.high, ticks, axis.title, log=True)


def nines(percent: float) -> float:
    """1 / (1 - p): 1 at 0 %, 10 at 90 %, 100 at 99 %."""
    return 100 / (100 - percent)


def _in_ms(axis: Axis) -> Axis:
    step = axis.high / (len(axis.ticks) - 1)
    ticks = tuple(Tick(tick.at, limit_text(round(at * step, 6)) if at else "0") for at, tick in enumerate(axis.ticks))
    return Axis(axis.low, axis.high, ticks, "response time")


def _decades(low: float, high: float) -> Sequence[float]:
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    return [float(f"{lead}e{power}") for power in powers for lead in (1, 2, 5)]


def _floor_125(value: float) -> float:
    return max(mark for mark in _decades(value / 10, value * 10) if mark <= value)


def _ceil_125(value: float) -> float:
    return min(mark for mark in _decades(value / 10, value * 10) if mark >= value)


def _leading(value: float) -> int:
    return round(value / 10.0 ** floor(log10(value) + 1e-9))


def _round_step(value: float) -> float:
    power = 10.0 ** floor(log10(value))
    return next(step * power for step in _STEPS if step * power >= value * 0.999)


def _clock(seconds: int) -> str:
    if seconds < 3600:
        return f"{seconds // 60}:{seconds % 60:02d}"
    return f"{seconds // 3600}:{seconds // 60 % 60:02d} h"
