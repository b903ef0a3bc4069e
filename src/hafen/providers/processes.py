"""Processes of this machine: those that carry a mark, their families, and what they use."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

KILL_WAIT_S = 5


def marked(variable: str, *prefixes: str) -> dict[int, str]:
    """Process id to mark, of our processes whose environment has the variable with a value that begins so.

    A mark is inherited, so it finds what a killed parent left behind.
    """
    import psutil

    found = {}
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            mark = process.environ().get(variable, "")
            if mark.startswith(prefixes) and process.status() != psutil.STATUS_ZOMBIE:
                found[process.pid] = mark
    found.pop(os.getpid(), None)
    return found


def kill_marked(variable: str, *prefixes: str, patience_s: float = 0) -> int:
    """Waits for them to end by themselves, then SIGKILL. Answers how many were killed."""
    _await_end(variable, prefixes, patience_s)
    killed: set[int] = set()
    deadline = time.monotonic() + KILL_WAIT_S
    while left := marked(variable, *prefixes):
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        killed |= left.keys()
        if time.monotonic() > deadline:
            break
        time.sleep(0.02)
    return len(killed)


def end_family(pid: int, patience_s: float) -> None:
    """SIGTERM to a process and all its descendants, SIGKILL to those that are still there after `patience_s`."""
    import psutil

    family = list(_descendants(pid, _families()))
    try:
        for one in family:
            with contextlib.suppress(psutil.Error):
                one.terminate()
        psutil.wait_procs(family, timeout=patience_s)
    finally:
        for one in family:
            with contextlib.suppress(psutil.Error):
                one.kill()


def _await_end(variable: str, prefixes: tuple[str, ...], patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and marked(variable, *prefixes):
        time.sleep(0.1)


def usage(leaders: Mapping[str, int]) -> dict[str, tuple[float, int]]:
    """Name to (CPU seconds, resident bytes) of a process with all its descendants. Names whose process ended are
    left out."""
    families = _families()
    used = {}
    for name, pid in leaders.items():
        if pid in families:
            used[name] = _sum_of(_descendants(pid, families))
    return used


def _families() -> dict[int, list[int]]:
    """Process id to its children's, for every process."""
    import psutil

    children: dict[int, list[int]] = defaultdict(list)
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            children[process.ppid()].append(process.pid)
            children.setdefault(process.pid, [])
    return children


def _descendants(pid: int, families: Mapping[int, list[int]]) -> Iterable[psutil.Process]:
    import psutil

    waiting = [pid]
    while waiting:
        found = waiting.pop()
        waiting.extend(families.get(found, ()))
        with contextlib.suppress(psutil.Error):
            yield psutil.Process(found)


def _sum_of(family: Iterable[psutil.Process]) -> tuple[float, int]:
    import psutil

    cpu_seconds, memory_bytes = 0.0, 0
    for process in family:
        with contextlib.suppress(psutil.Error), process.oneshot():
            times = process.cpu_times()
            cpu_seconds += times.user + times.system + times.children_user + times.children_system
            memory_bytes += process.memory_info().rss
    return cpu_seconds, memory_bytes
