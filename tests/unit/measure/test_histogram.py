"""The histogram against exact percentiles."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hafen.load.recorder import Series
from hafen.measure.histogram import BUCKETS, MAX_US, Histogram, bounds_us, bucket_of

DICE = random.Random(7)
DISTRIBUTIONS: dict[str, Callable[[], float]] = {
    "log-normal": lambda: DICE.lognormvariate(-6, 1.5),
    "exponential": lambda: DICE.expovariate(20),
    "uniform": lambda: DICE.uniform(0.0005, 2),
    "two humps": lambda: DICE.gauss(0.01, 0.001) if DICE.random() < 0.9 else DICE.gauss(5, 0.2),
    "Pareto": lambda: DICE.paretovariate(1.2) / 1000,
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_percentiles_are_within_0_8_percent(name: str) -> None:
    values = [max(1e-6, min(3600.0, DISTRIBUTIONS[name]())) for _ in range(20_000)]
    histogram = Histogram()
    for value in values:
        histogram.record(value)
    exact_us = sorted(int(value * 1e6) for value in values)
    for percent in (1, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100):
        rank = max(1, -(-len(exact_us) * percent // 100))
        exact = exact_us[int(rank) - 1]
        found = histogram.percentile_ms(percent)
        assert found is not None
        assert abs(found * 1e3 - exact) <= 0.008 * exact + 0.5, percent


@given(st.integers(0, MAX_US))
def test_every_value_is_in_its_bucket(value_us: int) -> None:
    index = bucket_of(value_us)
    low, high = bounds_us(index)
    assert 0 <= index < BUCKETS
    assert low <= value_us <= high
    assert high - low <= 0.008 * value_us


def test_beyond_the_range_counts_at_its_ends() -> None:
    histogram = Histogram()
    histogram.record(-1)
    histogram.record(7200)
    assert histogram.count == 2
    assert (histogram.percentile_ms(1), histogram.percentile_ms(100)) == (0, MAX_US / 1e3)


def test_nothing_has_no_percentile() -> None:
    assert Histogram().percentile_ms(50) is None
    assert Histogram().mean_ms() is None


seconds = st.lists(st.floats(0, 4000), max_size=60)


@given(seconds, seconds)
def test_merging_is_adding(one: list[float], two: list[float]) -> None:
    first, second, both = Histogram(), Histogram(), Histogram()
    for histogram, values in ((first, one), (second, two), (both, one + two)):
        for value in values:
            histogram.record(value)
    first.merge(second)
    assert first.to_json() == both.to_json()


@given(seconds)
def test_a_workers_series_is_the_same_histogram(values: list[float]) -> None:
    series, added, recorded = Series(), Histogram(), Histogram()
    for value in values:
        series.record(value)
        recorded.record(value)
    taken = series.take()
    if taken:
        added.add(taken["buckets"], sum_us=taken["sum"], min_us=taken["min"], max_us=taken["max"])
    assert added.to_json() == recorded.to_json()
    assert series.take() == {}


@given(seconds)
def test_it_goes_through_json(values: list[float]) -> None:
    histogram = Histogram()
    for value in values:
        histogram.record(value)
    again = Histogram.from_json(json.loads(json.dumps(histogram.to_json())))
    assert again.to_json() == histogram.to_json()


@pytest.mark.parametrize(
    "change", [{"unit": "ms"}, {"sub_buckets": 64}, {"buckets": 5}, {"buckets": [[1, -1]]}, {"sum": "1"}]
)
def test_another_form_is_refused(change: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        Histogram.from_json({**Histogram().to_json(), **change})
