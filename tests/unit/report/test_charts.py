"""Charts: axes that can be read, lines that claim nothing where nothing was measured, labels clear of each other."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hafen.measure.histogram import Histogram
from hafen.measure.rehearsal import DeployUnderLoad
from hafen.measure.result import Second
from hafen.report.charts.labels import _HEIGHT_PX, direct_labels
from hafen.report.charts.plot import Line, Plot
from hafen.report.charts.runs import MOST_POINTS, RunPlots, percentile_points, series_of
from hafen.report.charts.scale import Axis, latency_axis, linear_axis, percentile_axis, time_axis
from load_results import formation, made_result, simulated

positive = st.floats(0.001, 1e7)


def labels(axis: Axis) -> list[str]:
    return [tick.label for tick in axis.ticks]


@given(st.lists(positive, min_size=1, max_size=50))
def test_every_axis_holds_its_highest_value_and_has_labels(values: list[float]) -> None:
    for axis in (latency_axis(values), linear_axis(values, "")):
        assert axis.high >= max(values) * 0.999
        assert 2 <= len(axis.ticks) <= 24
        assert all(0 <= tick.at <= 1 for tick in axis.ticks)
        assert all(a.at < b.at for a, b in pairwise(axis.ticks))
        assert len(set(labels(axis))) == len(axis.ticks)


@given(st.floats(0.1, 1e6))
def test_a_time_axis_has_few_marks_and_ends_with_the_run(duration_s: float) -> None:
    axis = time_axis(duration_s)
    assert axis.high == max(1.0, duration_s)
    assert len(axis.ticks) >= 1
    if duration_s < 24 * 3600:
        assert len(axis.ticks) <= 8


def test_latency_is_logarithmic_only_when_it_spreads() -> None:
    assert labels(latency_axis([40, 90, 120])) == ["0", "50 ms", "100 ms", "150 ms"]
    wide = latency_axis([8, 40, 700])
    assert wide.log
    assert labels(wide) == ["5 ms", "10 ms", "20 ms", "50 ms", "100 ms", "200 ms", "500 ms", "1 s"]
    assert labels(latency_axis([5, 30_000])) == ["10 ms", "100 ms", "1 s", "10 s", "50 s"]
    assert labels(latency_axis([])) == labels(latency_axis([None]))


def test_each_nine_takes_as_much_room() -> None:
    places = [tick.at for tick in percentile_axis().ticks if tick.label in ("90 %", "99 %", "99.9 %", "99.99 %")]
    assert places == pytest.approx([0.25, 0.5, 0.75, 1])


def plot(*lines: Line, height_px: int = 200) -> Plot:
    x, y = linear_axis([10], ""), linear_axis([100], "")
    return Plot("p", "title", "text", x, y, lines, "ms", height_px)


def test_a_gap_breaks_the_line_and_a_lonely_point_stays_visible() -> None:
    line = Line("a", "0", [(0, 0), (1, 50), (2, None), (3, 100), (4, None)])
    assert plot(line).path(line) == "M0 1000h0L100 500M300 0h0"


def test_steps_go_across_before_they_go_up() -> None:
    line = Line("a", "0", [(0, 0), (5, 0), (10, 100)], steps=True)
    assert plot(line).path(line) == "M0 1000h0L500 1000H1000V0"


def test_labels_stand_clear_of_lines_and_of_each_other() -> None:
    low = Line("low", "0", [(at, 20) for at in range(11)])
    high = Line("high", "1", [(at, 80) for at in range(11)])
    made = plot(low, high)
    placed = direct_labels(made)
    assert [label.text for label in placed] == ["low", "high"]
    for label in placed:
        for line_top in (40, 160):
            assert label.top_px >= line_top or label.top_px + _HEIGHT_PX <= line_top


def test_a_line_without_room_has_no_label() -> None:
    bundle = [Line(str(at), str(at), [(x, 50 + at * 4) for x in range(11)]) for at in range(5)]
    assert len(direct_labels(plot(*bundle, height_px=60))) < 5


def test_the_percentile_curve_ends_where_the_requests_do() -> None:
    histogram = Histogram()
    for ms in range(1, 1001):
        histogram.record(ms / 1000)
    points = percentile_points(histogram)
    assert points[0] == (0, pytest.approx(1, rel=0.01))
    assert points[-1][0] == pytest.approx(99.9)
    assert points[-1][1] == pytest.approx(1000, rel=0.01)
    assert all(a[0] <= b[0] and (a[1] or 0) <= (b[1] or 0) for a, b in pairwise(points))
    assert (
        max(abs((value or 0) - (histogram.percentile_ms(percent) or 0)) / (value or 1) for percent, value in points)
        < 0.03
    )
    assert percentile_points(Histogram()) == []


def test_the_last_run_has_the_strongest_line() -> None:
    result = made_result({10: 100})
    styles = [[one.style for one in series_of([result] * count, ["x"] * count)] for count in (1, 2, 3, 6)]
    assert styles == [["1"], ["0", "1"], ["0", "2", "1"], ["0", "2", "3", "4", "5", "1"]]


def test_a_long_run_is_drawn_with_few_points_and_keeps_its_worst_second() -> None:
    quiet = [Second(at, 10, 1, 1, 5.0, 10.0, 12.0, 20.0, 0, 1) for at in range(7200)]
    quiet[5000] = replace(quiet[5000], p95_ms=9000.0)
    result = replace(made_result({10: 100}), seconds=quiet, duration_s=7200)
    p95 = RunPlots(series_of([result], ["long"])).latency()[0].lines[0]
    assert len(p95.points) <= MOST_POINTS
    assert max(y for _, y in p95.points if y is not None) == 9000


def test_plots_of_two_runs() -> None:
    results = [simulated(90, on=formation(1)), simulated(420, on=formation(4))]
    plots = RunPlots(series_of(results, ["before", "after"]), DeployUnderLoad(45, 3, 0))
    drawn = [*plots.latency(), *plots.traffic(), *plots.cpu()]
    assert [one.name for one in drawn] == [
        "latency-p95", "latency-p50", "latency-p99", "answered", "arrivals", "active", "cpu-0",
    ]  # fmt: skip
    assert all([band.label for band in one.bands] == ["warm-up", "sustained", "peak", "cool-down"] for one in drawn)
    assert drawn[0].mark_boxes()[0]["label"] == "deploy in “after”"
    assert "before: median" in drawn[0].text
    assert {one.y for one in drawn[:3]} == {drawn[0].y}


def test_nothing_sampled_and_nothing_answered_draws_no_chart() -> None:
    plots = RunPlots(series_of([made_result({})], ["empty"]))
    assert plots.percentiles() is None
    assert plots.cpu() == []
