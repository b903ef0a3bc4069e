"""The plots of a load run, or of several side by side: over time, and by percentile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from hafen.measure.histogram import Histogram, bounds_us
from hafen.measure.numbers import duration_text, rate_text
from hafen.measure.rehearsal import DeployUnderLoad
from hafen.measure.result import LoadResult, Second
from hafen.report.charts.plot import Band, Line, Mark, Plot, Point
from hafen.report.charts.scale import Axis, latency_axis, linear_axis, nines, percentile_axis, time_axis

MOST_POINTS = 600
HIGHEST_PERCENT = 99.99
_MOST_PROCESSES = 4
_TALL_PX, _SMALL_PX = 300, 180

Value = Callable[[Second], float | None]


@dataclass(frozen=True)
class Series:
    """One run in all plots: its name, and its place among the runs, which is its colour and dash."""

    label: str
    style: str
    result: LoadResult


def series_of(results: Sequence[LoadResult], labels: Sequence[str]) -> list[Series]:
    """The last run has the strongest line, style 1; the first, when it is another, style 0."""
    last = len(results) - 1
    styles = ["1" if at == last else "0" if at == 0 else str(2 + (at - 1) % 4) for at in range(len(results))]
    return [Series(label, style, result) for label, style, result in zip(labels, styles, results, strict=True)]


class RunPlots:
    """deploy: happened in the middle of the last run and is marked there."""

    def __init__(self, series: Sequence[Series], deploy: DeployUnderLoad | None = None) -> None:
        self.series = series
        self.x = time_axis(max((_length_s(one.result) for one in series), default=1))
        longest = max(series, key=lambda one: len(one.result.phases))
        self.bands = [Band(p.name, p.start_s, p.start_s + p.duration_s) for p in longest.result.phases]
        self.marks = (
            [Mark(f"deploy in “{series[-1].label}”", deploy.at_s, deploy.at_s + deploy.took_s)] if deploy else []
        )

    def latency(self) -> list[Plot]:
        """p95 large, p50 and p99 beside each other; all on one axis, so that they can be set against each other."""
        quantiles: list[tuple[str, str, Value, int]] = [
            ("latency-p95", "p95: 95 of 100 requests were faster", lambda second: second.p95_ms, _TALL_PX),
            ("latency-p50", "p50: half were faster", lambda second: second.p50_ms, _SMALL_PX),
            ("latency-p99", "p99: 99 of 100 were faster", lambda second: second.p99_ms, _SMALL_PX),
        ]
        values = [of(second) for one in self.series for second in one.result.seconds for _, _, of, _ in quantiles]
        axis = latency_axis(values)
        return [
            self._over_time(name, title, of, unit="ms", height_px=height_px, axis=axis, worst=True)
            for name, title, of, height_px in quantiles
        ]

    def traffic(self) -> list[Plot]:
        """Requests answered; virtual users asked for and started; virtual users at work."""
        answered, inside = (
            self._over_time("answered", "Requests answered per second", _requests, unit="/s", height_px=_TALL_PX),
            self._over_time("active", "Users at work at once", _active, unit="users", height_px=_SMALL_PX),
        )
        return [answered, self._arrivals(), inside]

    def _arrivals(self) -> Plot:
        title = "New users per second, asked and started"
        started = self._over_time("arrivals", title, _started, unit="users/s", height_px=_SMALL_PX)
        asked = Line("asked", "asked", _points(self.series[0].result.seconds, _asked), steps=True)
        lines = (asked, *(replace(line, steps=True) for line in started.lines))
        axis = linear_axis([y for line in lines for _, y in line.points], "users per second")
        text = f"{started.text} What the script asked for is drawn as a broad grey line."
        return replace(started, lines=lines, y=axis, text=text)

    def cpu(self) -> list[Plot]:
        """Cores used by each process of the app; empty when they were not sampled."""
        return [
            self._over_time(
                f"cpu-{at}", f"{process}: processor cores in use", _cpu_of(process), unit="cores", height_px=_SMALL_PX
            )
            for at, process in enumerate(self._processes()[:_MOST_PROCESSES])
        ]

    def percentiles(self) -> Plot | None:
        """Response time by percentile, up to 99.99 or to what the number of requests can show."""
        drawn = [one for one in self.series if one.result.response.count]
        if not drawn:
            return None
        lines = [Line(one.label, one.style, percentile_points(one.result.response)) for one in drawn]
        x = percentile_axis(max(HIGHEST_PERCENT if len(line.points) > 1 else 50 for line in lines))
        y = latency_axis([value for line in lines for _, value in line.points])
        said = "; ".join(
            f"{one.label}: " + ", ".join(_said(one.result.response, percent) for percent in (50, 90, 99, 99.9))
            for one in drawn
        )
        text = f"Response time by percentile. {said}."
        lines_x = [Line(line.label, line.style, [(nines(p), v) for p, v in line.points]) for line in lines]
        return Plot(
            "percentiles", "Response time by percentile", text, x, y, lines_x, "ms", _TALL_PX, read="percentile"
        )

    def _over_time(
        self,
        name: str,
        title: str,
        of: Value,
        *,
        unit: str,
        height_px: int,
        axis: Axis | None = None,
        worst: bool = False,
    ) -> Plot:
        lines = [Line(one.label, one.style, _points(one.result.seconds, of, worst=worst)) for one in self.series]
        y = axis or linear_axis([value for line in lines for _, value in line.points], unit)
        said = "; ".join(_in_words(line, unit) for line in lines)
        text = f"{title}, over {duration_text(self.x.high * 1000)}. {said}."
        return Plot(name, title, text, self.x, y, lines, unit, height_px, self.bands, self.marks)

    def _processes(self) -> list[str]:
        names = {name for one in self.series for second in one.result.seconds for name in second.cpu_cores}
        return sorted(names, key=lambda name: (name != "web", name))


def percentile_points(histogram: Histogram) -> list[Point]:
    """(percent, ms) at each bucket's edge, as far as one request can still stand beyond it."""
    total, seen = histogram.count, 0
    points: list[Point] = []
    for index, count in histogram.sparse():
        low, high = bounds_us(index)
        value = max(histogram.min_us, min(histogram.max_us, (low + high) / 2)) / 1000
        start, seen = seen, seen + count
        for rank in (start, seen):
            percent = min(100 * rank / total, 100 * (1 - 1 / total) if total > 1 else 0.0)
            if percent <= HIGHEST_PERCENT and (not points or points[-1] != (percent, value)):
                points.append((percent, value))
    return thinned(points)


def thinned(points: list[Point]) -> list[Point]:
    """Points that are not apart by a thousandth of the percentile axis are one."""
    kept: list[Point] = []
    axis = percentile_axis(HIGHEST_PERCENT)
    for point in points:
        if not kept or point is points[-1] or axis.at(nines(point[0])) - axis.at(nines(kept[-1][0])) > 0.002:
            kept.append(point)
    return kept


def _points(seconds: Sequence[Second], of: Value, *, worst: bool = False) -> list[Point]:
    """One point a second; of a long run, one for every few seconds: their worst, or their mean."""
    width = -(-len(seconds) // MOST_POINTS) or 1
    points: list[Point] = []
    for start in range(0, len(seconds), width):
        group = seconds[start : start + width]
        known = [value for value in map(of, group) if value is not None]
        value = (max(known) if worst else sum(known) / len(known)) if known else None
        points.append((group[0].at_s, value))
    return points


def _requests(second: Second) -> float:
    return second.requests


def _asked(second: Second) -> float:
    return second.arrivals_asked


def _started(second: Second) -> float:
    return second.arrivals_started


def _active(second: Second) -> float:
    return second.active_users


def _cpu_of(process: str) -> Value:
    return lambda second: second.cpu_cores.get(process)


def _length_s(result: LoadResult) -> float:
    return max([result.duration_s, *(second.at_s for second in result.seconds[-1:])])


def _said(histogram: Histogram, percent: float) -> str:
    return f"{percent:g} % within {duration_text(histogram.percentile_ms(percent))}"


def _in_words(line: Line, unit: str) -> str:
    known = sorted(y for _, y in line.points if y is not None)
    if not known:
        return f"{line.label}: no data"
    show = duration_text if unit == "ms" else rate_text
    ending = "" if unit == "ms" else f" {unit}"
    return f"{line.label}: median {show(known[len(known) // 2])}, highest {show(known[-1])}{ending}"
