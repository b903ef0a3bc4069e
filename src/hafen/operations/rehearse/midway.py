"""Something done in the middle of a load run, at a moment of the load's own clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self


class Midway:
    """A context around the load. Leaving it waits for work that has begun and cancels work that has not.

    at_s: since the load's start, which `on_phase` is told. began_s, ended_s: on the same clock, None: it was not done.
    What the work raised is raised where the context ends, unless the load failed itself.
    """

    def __init__(self, work: Callable[[], None], at_s: float) -> None:
        self._work, self._at_s = work, at_s
        self._begun, self._cancelled = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="midway")
        self._error: BaseException | None = None
        self._zero = 0.0
        self.began_s: float | None = None
        self.ended_s: float | None = None

    def on_phase(self, _name: str, index: int, _seconds: float) -> None:
        if index == 0:
            self._zero = time.monotonic()
            self._begun.set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cancelled.set()
        self._begun.set()
        self._thread.join()
        if kind is None and self._error is not None:
            raise self._error

    def _run(self) -> None:
        self._begun.wait()
        if self._cancelled.wait(self._at_s):
            return
        self.began_s = time.monotonic() - self._zero
        try:
            self._work()
            self.ended_s = time.monotonic() - self._zero
        except BaseException as error:
            self._error = error  # raised again where the context ends
