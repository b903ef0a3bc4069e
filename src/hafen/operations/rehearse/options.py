"""What a rehearsal is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SEED_REPLICAS = 4
"""Of the article's production cluster: two workers with two pods each."""


@dataclass(frozen=True)
class Options:
    """source: the app's folder. script: load test, relative to it. out: folder for the results.

    account: the app's name in the sandbox's account. replicas: of web, one run each, two or more.
    duration_s: of the load on each formation. moved: the last formation stands for the cluster at Hetzner.
    """

    source: Path
    script: Path
    out: Path
    account: str = "inspirenow"
    size: str = "standard-2x"
    replicas: tuple[int, ...] = (1, SEED_REPLICAS)
    duration_s: float = 48.0
    moved: bool = True

    def label(self, count: int) -> str:
        if self.moved:
            return "before" if count == self.replicas[0] else "after"
        return f"{count} × {self.size}"
