"""How the command ends when it does not end well: signals, and faults of ours."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import traceback
from pathlib import Path
from types import FrameType, TracebackType

STOP = threading.Event()
"""Set by the first Ctrl-C or SIGTERM. Long operations look at it: a library's bare `except:` can swallow the exception
that the signal raised."""

_caught: list[int] = []


def on_signals() -> None:
    """SIGTERM, and a terminal that was closed, end a command as Ctrl-C does, with its clean-up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)


def stopped_code() -> int:
    """128 and the signal's number: 130, or 143 for SIGTERM."""
    return 128 + (_caught[0] if _caught else signal.SIGINT)


def _stop(number: int, _frame: FrameType | None) -> None:
    _caught.append(number)
    STOP.set()
    raise KeyboardInterrupt


def report_fault(fault: BaseException) -> str:
    """Writes the traceback to a file of mode 0600 and answers what to tell the user.

    The file holds no values of variables and not the exception's own text: it could quote a secret.
    """
    descriptor, name = tempfile.mkstemp(prefix="hafen-fault-", suffix=".log")
    with os.fdopen(descriptor, "w", encoding="utf-8") as log:
        log.write(f"{type(fault).__name__}\n{_where(fault.__traceback__)}\n")
    return (
        f"hafen: a fault of ours, {type(fault).__name__}; nothing you did wrong\n"
        f"  try: report it with the file {Path(name)}"
    )


def _where(trace: TracebackType | None) -> str:
    return "".join(f"{frame.filename}:{frame.lineno} in {frame.name}\n" for frame in traceback.extract_tb(trace))
