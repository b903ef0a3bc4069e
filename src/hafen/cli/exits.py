"""How the command ends when it does not end well: signals, and faults of ours."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from types import FrameType, TracebackType


def on_terminate() -> None:
    """SIGTERM ends a command as Ctrl-C does, with its clean-up, and exit code 143."""
    signal.signal(signal.SIGTERM, _terminate)


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.exit(143)


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
