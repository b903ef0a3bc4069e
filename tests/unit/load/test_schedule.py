"""The schedule: exact counts, even gaps, shards that add up."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hafen.load.schedule import Arrival, Phase, arrivals, starts_s


def times(*phases: Phase) -> list[float]:
    return [arrival.at_s for arrival in arrivals(phases, seed=1)]


def test_a_constant_rate_is_even() -> None:
    found = times(Phase("p", 3, rate=4))
    assert found == pytest.approx([index / 4 for index in range(12)])


def test_a_count_is_spread_over_its_phase() -> None:
    assert times(Phase("p", 10, count=4)) == pytest.approx([0, 2.5, 5, 7.5])


def test_a_ramp_goes_in_steps_of_a_second() -> None:
    by_second = Counter(int(at) for at in times(Phase("p", 5, rate=1, ramp_to=4)))
    assert by_second == {0: 1, 1: 2, 2: 3, 3: 3, 4: 4}  # 1, 1.75, 2.5, 3.25, 4


@pytest.mark.parametrize(("seconds", "rate", "ramp_to", "count"), [(4, 3, 14, 34), (5, 13, 2, 38)])
def test_a_ramp_has_as_many_users_as_artillery_sent(seconds: int, rate: int, ramp_to: int, count: int) -> None:
    """Counted in runs of Artillery 2.0.21."""
    assert len(times(Phase("p", seconds, rate=rate, ramp_to=ramp_to))) == count


def test_a_ramp_of_one_second_has_the_mean() -> None:
    assert len(times(Phase("p", 1, rate=10, ramp_to=20))) == 15


def test_a_ramp_goes_down_too() -> None:
    by_second = Counter(int(at) for at in times(Phase("p", 3, rate=4, ramp_to=0)))
    assert by_second == {0: 4, 1: 2}


def test_a_pause_is_silent_and_takes_its_time() -> None:
    phases = [Phase("a", 1, rate=2), Phase("pause", 5), Phase("b", 1, rate=1)]
    assert list(arrivals(phases, seed=1)) == [Arrival(0, 0), Arrival(0.5, 0), Arrival(6, 2)]
    assert starts_s(phases) == [0, 1, 6, 7]


def test_poisson_arrivals_come_at_the_rate_on_average_and_are_the_same_for_a_seed() -> None:
    phase = Phase("p", 100, rate=50, poisson=True)
    assert times(phase) == times(phase)
    assert 4600 < len(times(phase)) < 5400


phases_strategy = st.lists(
    st.builds(
        Phase,
        name=st.just("p"),
        duration_s=st.floats(0, 8),
        rate=st.floats(0, 30),
        ramp_to=st.none() | st.floats(0, 30),
        count=st.none() | st.integers(0, 50),
        poisson=st.booleans(),
    ),
    max_size=4,
)


@given(phases_strategy, st.integers(1, 5))
def test_shards_together_are_the_schedule_and_it_stays_within_its_phases(phases: list[Phase], shards: int) -> None:
    whole = list(arrivals(phases, seed=3))
    dealt = [list(arrivals(phases, seed=3, shard=index, shards=shards)) for index in range(shards)]
    assert sorted((arrival for shard in dealt for arrival in shard), key=lambda a: (a.phase, a.at_s)) == whole
    assert max(map(len, dealt)) - min(map(len, dealt)) <= 1
    starts = starts_s(phases)
    assert all(starts[a.phase] <= a.at_s <= starts[a.phase + 1] + 1e-9 for a in whole)
