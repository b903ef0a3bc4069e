"""Samples what the app uses while it is under load."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType

from hafen.measure.result import Second

Sampler = Callable[[], Mapping[str, float]]


class UsageSampling:
    """A context with a thread that asks at the run's whole seconds. A sample that fails is left out.

    start_at: perf_counter() moment. cpu: cumulative CPU seconds by process name. memory: bytes by process name.
    """

    def __init__(self, start_at: float, cpu: Sampler | None, memory: Sampler | None) -> None:
        self.start_at, self.cpu, self.memory = start_at, cpu, memory
        self.samples: list[tuple[float, dict[str, float]]] = []
        self.memory_bytes: dict[str, int] = {}
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> UsageSampling:
        if self.cpu or self.memory:
            self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        if self.thread.is_alive():
            self.thread.join()

    def _run(self) -> None:
        second = 0
        while not self.ended.wait(max(0.0, self.start_at + second - time.perf_counter())):
            self._sample()
            second = max(second + 1, int(time.perf_counter() - self.start_at) + 1)
        self._sample()

    def _sample(self) -> None:
        with contextlib.suppress(Exception):  # a process may just have ended; the next second tells more
            if self.cpu:
                self.samples.append((time.perf_counter() - self.start_at, dict(self.cpu())))
        with contextlib.suppress(Exception):
            for name, used in (self.memory() if self.memory else {}).items():
                self.memory_bytes[name] = max(self.memory_bytes.get(name, 0), int(used))

    def highest_memory(self) -> dict[str, int]:
        return dict(self.memory_bytes)

    def mean_cores(self) -> dict[str, float]:
        """Over the whole run, by process name. A process that was started anew counts from its start."""
        if len(self.samples) < 2:
            return {}
        width_s = self.samples[-1][0] - self.samples[0][0]
        used: dict[str, float] = {}
        for (_, before), (_, after) in zip(self.samples, self.samples[1:], strict=False):
            for name, seconds in _used(before, after).items():
                used[name] = used.get(name, 0.0) + seconds
        return {name: seconds / width_s for name, seconds in used.items()} if width_s > 0 else {}

    def with_cores(self, seconds: Sequence[Second]) -> list[Second]:
        """The seconds with the cores that were used in them."""
        cores: dict[int, dict[str, float]] = {}
        for (start_s, before), (end_s, after) in zip(self.samples, self.samples[1:], strict=False):
            if end_s - start_s > 0.2:
                used = _used(before, after)
                cores[round(start_s)] = {name: spent / (end_s - start_s) for name, spent in used.items()}
        return [replace(second, cpu_cores=cores.get(second.at_s, {})) for second in seconds]


def _used(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    return {name: max(0.0, seconds - before.get(name, seconds)) for name, seconds in after.items()}
