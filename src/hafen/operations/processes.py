"""What runs, and what should."""

from __future__ import annotations

from dataclasses import dataclass

from hafen.model.replica import Replica
from hafen.model.target import Target


@dataclass(frozen=True)
class Overview:
    """wanted: replicas by process name. deviations: sentences; empty when all that is wanted is up."""

    url: str
    wanted: dict[str, int]
    replicas: tuple[Replica, ...]
    deviations: tuple[str, ...]


def overview(target: Target) -> Overview:
    url, wanted = target.url, target.formation()
    found = tuple(target.replicas())
    return Overview(url, wanted, found, tuple(_deviations(wanted, found)) if url else ())


def _deviations(wanted: dict[str, int], found: tuple[Replica, ...]) -> list[str]:
    counted = {name: [one for one in found if one.process == name] for name in wanted}
    return [
        f"{name}: {up} of {count} wanted up"
        for name, count in wanted.items()
        if (up := sum(one.state == "up" for one in counted[name])) != count
    ]
