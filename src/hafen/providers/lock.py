"""One change at a time: a file lock that the kernel lets go of when its holder dies."""

from __future__ import annotations

import fcntl
import getpass
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from hafen.errors import Locked


@contextmanager
def exclusive(file: Path, why: str) -> Iterator[None]:
    """Raises Locked, which names the holder: user, process id, since when, and what for."""
    with _locked_file(file) as held:
        held.truncate(0)
        json.dump({"user": user(), "pid": os.getpid(), "since": _now(), "why": why}, held)
        held.flush()
        yield
        held.truncate(0)


def _locked_file(file: Path) -> TextIO:
    """The open file, locked. A holder may remove it at its end: then the lock on it is worth nothing, and a new one
    is taken."""
    while True:
        held = file.open("a+", encoding="utf-8")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.close()
            raise _locked(file) from None
        if _is_there(held, file):
            return held
        held.close()


def _is_there(held: TextIO, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(held.fileno()), file.stat())
    except FileNotFoundError:
        return False


def user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())


def _locked(file: Path) -> Locked:
    try:
        holder = json.loads(file.read_text(encoding="utf-8"))
        who = f"{holder['user']} (process {holder['pid']}) since {holder['since']}: {holder['why']}"
    except (OSError, ValueError, KeyError):
        who = "another process"
    return Locked(f"somebody changes this environment now: {who}", hint="wait for it, then run it again")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
