"""What a rehearsal did and found: all that its report is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hafen.measure.result import LoadResult, Second
from hafen.model.preflight import Finding
from hafen.model.price import Price


@dataclass(frozen=True)
class Machine:
    """kernel: "Linux 6.1.0". python: "3.11.7"."""

    cores: int
    memory_bytes: int
    kernel: str
    python: str


class JourneyStep(NamedTuple):
    """name: "Import". what: what happened, one sentence. took_s: its time."""

    name: str
    what: str
    took_s: float


@dataclass(frozen=True)
class DeployUnderLoad:
    """The deploy in the middle of the last run. at_s: since that run's start.

    requests, failed_requests: from its start to the end of the run, since a request that it lost may time out late.
    """

    at_s: float
    took_s: float
    failed_requests: int
    requests: int | None = None

    @classmethod
    def within(cls, seconds: Sequence[Second], began_s: float, ended_s: float) -> DeployUnderLoad:
        after = [second for second in seconds if second.at_s >= int(began_s)]
        failed, requests = sum(second.failed for second in after), sum(second.requests for second in after)
        return cls(began_s, ended_s - began_s, failed, requests)


@dataclass(frozen=True)
class Calibration:
    """Virtual users that arrive per second: what the first formation could take, and the peak chosen from it."""

    capacity_users_per_s: float
    peak_users_per_s: float
    how: str = ""


@dataclass(frozen=True)
class PriceLine:
    """What a formation costs where it is sold: "4 × standard-2x web" at "Heroku". price: a month of all of it."""

    what: str
    sold_by: str
    price: Price
    note: str = ""


@dataclass(frozen=True)
class Rehearsal:
    """date: ISO 8601, UTC. runs: two or more, the formation to compare with first; each has its formation.

    overhead_memory_bytes: highest of everything that ran but the app.
    """

    app: str
    date: str
    hafen_version: str
    machine: Machine
    journey: tuple[JourneyStep, ...]
    findings: tuple[Finding, ...]
    runs: tuple[LoadResult, ...]
    deploy: DeployUnderLoad | None = None
    calibration: Calibration | None = None
    overhead_memory_bytes: int | None = None
    prices: tuple[PriceLine, ...] = ()
