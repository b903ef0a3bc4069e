"""Dyno sizes: what a replica is promised at Heroku, and what the same word means elsewhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """memory_bytes: limit of a dyno. cpu_share: Heroku's relative share, 1 = standard-1x. dedicated: own cores.

    Source: devcenter.heroku.com/articles/dyno-sizes and /dyno-types (read 2026-11).
    """

    name: str
    memory_bytes: int
    cpu_share: float
    dedicated: bool = False


_MIB = 1024 * 1024
SIZES = {
    size.name: size
    for size in (
        Size("eco", 512 * _MIB, 1),
        Size("basic", 512 * _MIB, 1),
        Size("standard-1x", 512 * _MIB, 1),
        Size("standard-2x", 1024 * _MIB, 2),
        Size("performance-m", 2560 * _MIB, 12, dedicated=True),
        Size("performance-l", 14336 * _MIB, 50, dedicated=True),
        Size("performance-l-ram", 30720 * _MIB, 24, dedicated=True),
        Size("performance-xl", 63488 * _MIB, 50, dedicated=True),
        Size("performance-2xl", 129024 * _MIB, 100, dedicated=True),
    )
}
