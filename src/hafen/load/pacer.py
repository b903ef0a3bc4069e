"""Wakes the engine at a moment, to about 0.1 ms on Linux (timerfd), to about 1 ms elsewhere (the loop's timer)."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import struct
import sys
from collections.abc import Callable
from time import perf_counter

_CLOCK_MONOTONIC = 1
_TFD_NONBLOCK_CLOEXEC = 0o2004000
_TFD_TIMER_ABSTIME = 1
_FAR_AWAY_S = 1e10


class LoopPacer:
    """On any platform."""

    def __init__(self, loop: asyncio.AbstractEventLoop, wake: Callable[[], None]) -> None:
        self.loop, self.wake = loop, wake
        self.timer: asyncio.TimerHandle | None = None

    def arm(self, at: float) -> None:
        """at: a perf_counter() moment; one in the past wakes at once. Replaces the moment before."""
        if self.timer:
            self.timer.cancel()
        self.timer = self.loop.call_later(max(0.0, at - perf_counter()), self.wake)

    def close(self) -> None:
        if self.timer:
            self.timer.cancel()


class TimerfdPacer:
    """perf_counter() is CLOCK_MONOTONIC on Linux, so its moments can be given to the kernel as they are."""

    def __init__(self, loop: asyncio.AbstractEventLoop, wake: Callable[[], None]) -> None:
        self.loop, self.wake = loop, wake
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.descriptor = self.libc.timerfd_create(_CLOCK_MONOTONIC, _TFD_NONBLOCK_CLOEXEC)
        if self.descriptor < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        self.buffer = ctypes.create_string_buffer(32)
        loop.add_reader(self.descriptor, self._fired)

    def arm(self, at: float) -> None:
        """As LoopPacer.arm."""
        at = min(max(at, 1e-6), _FAR_AWAY_S)  # zero would disarm
        struct.pack_into("qqqq", self.buffer, 0, 0, 0, int(at), int(at % 1 * 1e9))
        self.libc.timerfd_settime(self.descriptor, _TFD_TIMER_ABSTIME, self.buffer, None)

    def _fired(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self.descriptor, 8)
        self.wake()

    def close(self) -> None:
        self.loop.remove_reader(self.descriptor)
        os.close(self.descriptor)


def make_pacer(loop: asyncio.AbstractEventLoop, wake: Callable[[], None]) -> LoopPacer | TimerfdPacer:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            return TimerfdPacer(loop, wake)
    return LoopPacer(loop, wake)
