"""What the app and everything around it uses while it is measured."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import psutil

from hafen.model.target import Target, Usage


@dataclass
class Meter:
    """CPU seconds and memory of the app by process name, and the highest memory of all that is not the app.

    Replicas come and go during a run: each one's use is added up, so that a sum never falls.
    """

    target: Target
    overhead_bytes: int = 0
    _last: dict[str, float] = field(default_factory=dict)
    _sums: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def cpu_seconds(self) -> Mapping[str, float]:
        """Cumulative, by process name: a replica's last figure stays in the sum when it is replaced."""
        for name, usage in self.target.usage().items():
            before = self._last.get(name, 0.0)
            grown = usage.cpu_seconds - before if usage.cpu_seconds >= before else usage.cpu_seconds
            self._sums[_process(name)] += grown
            self._last[name] = usage.cpu_seconds
        self._note_overhead()
        return dict(self._sums)

    def memory_bytes(self) -> Mapping[str, int]:
        return _summed(self.target.usage(), lambda usage: usage.memory_bytes)

    def _note_overhead(self) -> None:
        """Proportional memory where the kernel tells it: pages that two of our processes share count once."""
        own = psutil.Process()
        pids = {own.pid, *(child.pid for child in own.children(recursive=True)), *self.target.carriers()}
        self.overhead_bytes = max(self.overhead_bytes, sum(map(_memory_bytes, pids)))


def _process(replica: str) -> str:
    return replica.partition(".")[0]


def _summed(usage: Mapping[str, Usage], of: Callable[[Usage], int]) -> dict[str, int]:
    sums: defaultdict[str, int] = defaultdict(int)
    for name, one in usage.items():
        sums[_process(name)] += of(one)
    return dict(sums)


def _memory_bytes(pid: int) -> int:
    with contextlib.suppress(psutil.Error):
        full = psutil.Process(pid).memory_full_info()
        return int(getattr(full, "pss", 0) or full.uss)
    return 0
