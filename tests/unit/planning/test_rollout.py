"""Wanted and running replicas in, moves out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hafen.planning.rollout import Move, Running, batches, plan, replica_names


def _one(replica: str, serial: int, runs: str = "v1", *, alive: bool = True) -> Running:
    return Running(f"{replica}@{serial}", replica, serial, runs, alive)


@pytest.mark.parametrize(
    ("wanted", "running", "renew", "moves"),
    [
        pytest.param(
            {"web.1": "v1"}, [], (), [("start", "web.1", "is missing")], id="nothing runs: start what is wanted"
        ),
        pytest.param(
            {"web.1": "v1"},
            [_one("web.1", 1)],
            (),
            [("keep", "web.1@1", "runs what is wanted")],
            id="a second time: nothing changes, and it says why",
        ),
        pytest.param(
            {"web.1": "v2"},
            [_one("web.1", 1)],
            (),
            [("start", "web.1", "runs something else"), ("stop", "web.1@1", "a new one takes its place")],
            id="another release",
        ),
        pytest.param(
            {"web.1": "v1"},
            [_one("web.1", 1), _one("web.2", 2)],
            (),
            [("keep", "web.1@1", "runs what is wanted"), ("stop", "web.2@2", "is not wanted any more")],
            id="fewer",
        ),
        pytest.param(
            {"web.1": "v1"},
            [_one("web.1", 1, alive=False)],
            (),
            [("start", "web.1", "crashed"), ("stop", "web.1@1", "a new one takes its place")],
            id="a crashed one is replaced",
        ),
        pytest.param(
            {"web.1": "v1"},
            [_one("web.1", 1)],
            ("web.1",),
            [("start", "web.1", "a restart was asked for"), ("stop", "web.1@1", "a new one takes its place")],
            id="restart",
        ),
        pytest.param(
            {"web.1": "v1"},
            [_one("web.1", 1), _one("web.1", 2, "v2"), _one("web.1", 3)],
            (),
            [
                ("keep", "web.1@3", "runs what is wanted"),
                ("stop", "web.1@1", "a new one takes its place"),
                ("stop", "web.1@2", "a new one takes its place"),
            ],
            id="after a killed rollout: the latest that fits stays, the others go",
        ),
    ],
)
def test_plan(
    wanted: dict[str, str], running: list[Running], renew: tuple[str, ...], moves: list[tuple[str, str, str]]
) -> None:
    found = [(step.move.value, step.program or step.replica, step.reason) for step in plan(wanted, running, renew)]
    assert found == moves


_names = st.sampled_from(replica_names({"web": 4, "worker": 2}))
_running = st.builds(_one, _names, st.integers(1, 99), st.sampled_from(["v1", "v2"]), alive=st.booleans())


@given(
    wanted=st.dictionaries(_names, st.sampled_from(["v1", "v2"])),
    running=st.lists(_running, unique_by=lambda one: one.serial),
)
def test_afterwards_exactly_what_is_wanted_runs(wanted: dict[str, str], running: list[Running]) -> None:
    steps = plan(wanted, running)
    kept = {step.replica for step in steps if step.move is Move.KEEP}
    started = {step.replica for step in steps if step.move is Move.START}
    assert kept | started == set(wanted)
    assert not kept & started
    touched = {step.program for step in steps if step.program}
    assert touched == {one.program for one in running}, "whatever runs is kept or stopped"


@pytest.mark.parametrize(
    ("each", "available", "sizes"),
    [(0, 0, [5]), (100, 1000, [5]), (100, 200, [2, 2, 1]), (100, 50, [1, 1, 1, 1, 1])],
    ids=["not known", "all fit", "two fit", "none fits: one at a time all the same"],
)
def test_batches(each: int, available: int, sizes: list[int]) -> None:
    names = replica_names({"web": 5})
    made = batches(names, each_bytes=each, available_bytes=available)
    assert [len(batch) for batch in made] == sizes
    assert [name for batch in made for name in batch] == names
