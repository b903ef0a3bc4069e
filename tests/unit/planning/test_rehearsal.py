"""How a rehearsal divides cores and time."""

from __future__ import annotations

import pytest

from hafen.errors import UserError
from hafen.planning.rehearsal import Share, calibration_phases, capacity, deploy_at_s, run_phases, share_cores


@pytest.mark.parametrize(
    ("cores", "replicas", "quota", "share"),
    [
        ([0], 4, True, Share((0,), (), 0.2)),
        ([0, 1], 4, True, Share((0,), (1,), 0.2)),
        ([0, 1], 8, True, Share((0,), (1,), 0.1)),
        ([0, 1], 16, True, Share((0,), (1,), 0.05)),
        ([0, 1, 2, 3, 4, 5, 6, 7], 4, True, Share((0, 1, 2, 3, 4, 5, 6), (7,), 1.0)),
        ([4, 6], 1, True, Share((4,), (6,), 0.8)),
        ([0, 1], 4, False, Share((0,), (1,), None)),
    ],
)
def test_the_generator_gets_a_core_and_replicas_share_the_rest(
    cores: list[int], replicas: int, quota: bool, share: Share
) -> None:
    assert share_cores(cores, replicas, quota=quota) == share


@pytest.mark.parametrize("quota", [True, False])
def test_more_replicas_than_can_run_are_refused(quota: bool) -> None:
    with pytest.raises(UserError, match="99 replicas are too many") as raised:
        share_cores([0, 1], 99, quota=quota)
    assert raised.value.hint == "at most 16"


def test_the_peak_alone_is_more_than_the_capacity() -> None:
    phases = run_phases(5.0, 48)
    rates = {phase["name"]: phase["arrivalCount"] / phase["duration"] for phase in phases}
    assert sum(phase["duration"] for phase in phases) == pytest.approx(48, abs=0.2)
    assert rates["peak"] == pytest.approx(6.0)
    assert max(rates["warm-up"], rates["sustained"], rates["cool-down"]) < 5.0


def test_a_tiny_capacity_still_sends_somebody_in_every_phase() -> None:
    assert all(phase["arrivalCount"] >= 1 for phase in run_phases(0.05, 48))


def test_the_deploy_falls_into_the_sustained_phase() -> None:
    phases = run_phases(5.0, 48)
    assert phases[0]["duration"] < deploy_at_s(phases) < phases[0]["duration"] + phases[1]["duration"]


def test_calibration_is_closed() -> None:
    (phase,) = calibration_phases(8)
    assert phase["maxVusers"] < phase["arrivalRate"]


def test_capacity_is_told_at_full_use_of_the_budget() -> None:
    assert capacity(3.0, 0.15, 0.2) == pytest.approx(4.0)
    assert capacity(3.0, 0.21, 0.2) == 3.0
    assert capacity(3.0, 0.5, None) == 3.0
    assert capacity(3.0, 0.0, 0.2) == 3.0
