"""What a command left behind: processes, ports, files."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import psutil


def processes_of(folder: Path) -> list[str]:
    """Processes that work in a folder or name it in their arguments or environment, but not this one."""
    return [
        f"{process.pid} {' '.join(process.info['cmdline'] or [])}"
        for process in psutil.process_iter(["cmdline"])
        if process.pid != psutil.Process().pid and _knows(process, str(folder))
    ]


def _knows(process: psutil.Process, folder: str) -> bool:
    with contextlib.suppress(psutil.Error):
        environment = process.environ()
        environment.pop("PYTEST_CURRENT_TEST", None)
        return any(folder in text for text in (*process.cmdline(), process.cwd(), *environment.values()))
    return False


def wait_until_gone(folder: Path, within_s: float = 15) -> list[str]:
    """Processes of the folder that are still there in the end."""
    deadline = time.monotonic() + within_s
    while (left := processes_of(folder)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left
