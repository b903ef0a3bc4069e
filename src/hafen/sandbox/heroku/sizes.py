"""Dyno sizes as `GET /dyno-sizes` lists them.

Prices: the table in npm `heroku` 10.17.0, command `ps:type`; devcenter.heroku.com/articles/usage-and-billing says the
same (2024-10). Memory and compute share: devcenter.heroku.com/articles/dyno-sizes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SandboxSize:
    """memory_gb: of one dyno. compute: relative share. cents: US cents a month. units: of a team's dyno units."""

    name: str
    memory_gb: float
    compute: int
    cents: int
    units: int
    dedicated: bool = False


DYNO_SIZES = (
    SandboxSize("Eco", 0.5, 1, 0, 0),
    SandboxSize("Basic", 0.5, 1, 700, 0),
    SandboxSize("Standard-1X", 0.5, 1, 2500, 1),
    SandboxSize("Standard-2X", 1, 2, 5000, 2),
    SandboxSize("Performance-M", 2.5, 12, 25000, 8, dedicated=True),
    SandboxSize("Performance-L", 14, 50, 50000, 16, dedicated=True),
    SandboxSize("Performance-L-RAM", 30, 24, 50000, 16, dedicated=True),
    SandboxSize("Performance-XL", 62, 50, 75000, 24, dedicated=True),
    SandboxSize("Performance-2XL", 126, 100, 150000, 48, dedicated=True),
)
SIZE_NAMES = {size.name.lower(): size.name for size in DYNO_SIZES}
