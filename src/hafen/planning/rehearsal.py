"""How a rehearsal divides this machine and its time: pure arithmetic, told in the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from hafen.errors import UserError

PROXY_SHARE = 0.2
"""Of the app's cores, kept free for the proxy and the kernel's network work."""

LEAST_CORES = 0.05
"""With less, a replica takes longer to start than a person waits."""

PEAK = 1.2
"""The peak as a multiple of what the first formation can carry: overloaded then, and only then."""

CALIBRATION_USERS = 24
LOWER = 0.85
"""What the rates are multiplied by when the generator fell behind: once lowered, the peak is still an overload."""


class Phase(TypedDict, total=False):
    """A phase of an Artillery script. duration: seconds."""

    name: str
    duration: float
    arrivalCount: int
    arrivalRate: float
    maxVusers: int


@dataclass(frozen=True)
class Share:
    """app, generator: numbers of cores; the generator's are empty when it has none of its own.

    replica_cores: CPU budget of each replica, None when none can be set.
    """

    app: tuple[int, ...]
    generator: tuple[int, ...]
    replica_cores: float | None


def share_cores(cores: Sequence[int], replicas: int, *, quota: bool) -> Share:
    """cores: that this process may use. replicas: of the largest formation. quota: can the kernel enforce one?

    The generator gets the last core when there is more than one. A replica gets its part of the rest, at most one
    core, rounded down to hundredths. Raises UserError when that is too little to run at all.
    """
    own = tuple(cores[-1:]) if len(cores) > 1 else ()
    app = tuple(core for core in cores if core not in own)
    part = int(len(app) * (1 - PROXY_SHARE) / max(1, replicas) * 100) / 100
    if part < LEAST_CORES:
        most = int(len(app) * (1 - PROXY_SHARE) / LEAST_CORES)
        raise UserError(f"{replicas} replicas are too many for this machine", hint=f"at most {most}")
    return Share(app, own, min(1.0, part) if quota else None)


def calibration_phases(duration_s: float) -> list[Phase]:
    """A closed load: as soon as one of the users ends, another begins. Arrivals beyond that are skipped."""
    return [
        {"name": "calibration", "duration": duration_s, "arrivalRate": 50, "maxVusers": CALIBRATION_USERS},
    ]


def capacity(completed_per_s: float, used_cores: float, budget_cores: float | None) -> float:
    """Virtual users a second at full use of the CPU budget; what was completed, where there is no budget.

    Other programs on this machine slow the app down, but change little of the CPU time that one user costs.
    """
    if budget_cores is None or used_cores <= 0:
        return completed_per_s
    return completed_per_s * max(1.0, budget_cores / used_cores)


def run_phases(capacity_users_per_s: float, duration_s: float) -> list[Phase]:
    """The seed's four phases around a measured capacity. Counts instead of rates, so that small rates stay exact.

    The peak is long enough for users to pile up: within one user requests wait for each other, so a short overload
    hardly shows in response times.
    """
    shares = (
        ("warm-up", 1 / 8, 0.3),
        ("sustained", 3 / 8, 0.7),
        ("peak", 3 / 8, PEAK),
        ("cool-down", 1 / 8, 0.3),
    )
    return [
        {
            "name": name,
            "duration": round(duration_s * share, 1),
            "arrivalCount": max(1, round(capacity_users_per_s * level * duration_s * share)),
        }
        for name, share, level in shares
    ]


def deploy_at_s(phases: Sequence[Phase]) -> float:
    """The middle of the sustained phase: a load that both formations carry."""
    return phases[0]["duration"] + phases[1]["duration"] / 2
