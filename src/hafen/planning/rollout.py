"""Which replicas stay, which come and which go, so that what is wanted runs and none that is wanted is missing between.

Pure: wanted and running replicas in, moves out, each with its reason.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum


class Move(Enum):
    KEEP = "keep"
    START = "start"
    STOP = "stop"


@dataclass(frozen=True)
class Running:
    """program: its own name; two replicas of one name run side by side during a rollout. runs: what, compared as text.

    serial: the higher, the later it was started.
    """

    program: str
    replica: str
    serial: int
    runs: str
    alive: bool = True


@dataclass(frozen=True)
class Step:
    """program: "" for one that is to be started."""

    move: Move
    replica: str
    reason: str
    program: str = ""


def replica_names(formation: Mapping[str, int]) -> list[str]:
    """{"web": 2} to ["web.1", "web.2"]."""
    return [f"{process}.{number + 1}" for process, count in formation.items() for number in range(count)]


def plan(wanted: Mapping[str, str], running: Sequence[Running], renew: Collection[str] = ()) -> list[Step]:
    """wanted: replica name to what it runs. renew: names that get a fresh one though the right thing runs."""
    kept = {name: found for name, runs in wanted.items() if (found := _fitting(name, runs, running, renew))}
    steps = []
    for name in wanted:
        if name in kept:
            steps.append(Step(Move.KEEP, name, "runs what is wanted", kept[name].program))
        else:
            steps.append(Step(Move.START, name, _why_start(name, running, renew)))
    for one in running:
        if kept.get(one.replica) is not one:
            reason = "a new one takes its place" if one.replica in wanted else "is not wanted any more"
            steps.append(Step(Move.STOP, one.replica, reason, one.program))
    return steps


def _fitting(name: str, runs: str, running: Sequence[Running], renew: Collection[str]) -> Running | None:
    if name in renew:
        return None
    fits = [one for one in running if one.replica == name and one.runs == runs and one.alive]
    return max(fits, key=lambda one: one.serial, default=None)


def _why_start(name: str, running: Sequence[Running], renew: Collection[str]) -> str:
    if name in renew:
        return "a restart was asked for"
    same = [one for one in running if one.replica == name]
    if any(one.alive for one in same):
        return "runs something else"
    return "crashed" if same else "is missing"


def batches(names: Sequence[str], *, each_bytes: int, available_bytes: int) -> list[list[str]]:
    """Names to start together: all, unless memory holds fewer beside those that still run; at least one at a time.

    each_bytes: what one replica takes, 0: not known. available_bytes: what the machine can give without swapping.
    """
    fit = len(names) if each_bytes <= 0 else max(1, available_bytes // each_bytes)
    return [list(names[start : start + fit]) for start in range(0, len(names), fit)]
