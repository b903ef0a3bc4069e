"""The replicas' logs, merged and followed over restarts and rotation."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from hafen.model.target import LogLine
from hafen.targets.local.slots import serial_of

POLL_S = 0.2
BLOCK = 64 * 1024


def last_lines(file: Path, count: int) -> list[str]:
    """The last lines of a text file, read from its end; empty when there is none."""
    if count <= 0:
        return []
    try:
        with file.open("rb") as opened:
            return _from_end(opened.fileno(), opened.seek(0, os.SEEK_END), count)
    except OSError:
        return []


def _from_end(descriptor: int, size: int, count: int) -> list[str]:
    found = b""
    while size > 0 and found.count(b"\n") <= count:
        step = min(BLOCK, size)
        size -= step
        found = os.pread(descriptor, step, size) + found
    return found.decode("utf-8", "replace").splitlines()[-count:]


def read(folder: Path, processes: Sequence[str], lines: int) -> Iterator[LogLine]:
    """The last `lines` of each replica, oldest file first. Their time was not kept: `at` is ""."""
    for file in _files(folder, processes):
        for text in last_lines(file, lines):
            yield LogLine("", _replica(file), text)


def known(folder: Path) -> set[str]:
    """Processes and replicas that have a log."""
    replicas = {_replica(file) for file in folder.glob("*.log")}
    return replicas | {replica.rpartition(".")[0] for replica in replicas if "." in replica}


def follow(folder: Path, processes: Sequence[str]) -> Iterator[LogLine]:
    """New lines as they come, until the caller stops. Files that appear later are read from their beginning."""
    tails = {file: _Tail(file, at_end=True) for file in _files(folder, processes)}
    while True:
        for file in _files(folder, processes):
            tail = tails.setdefault(file, _Tail(file, at_end=False))
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            yield from (LogLine(now, _replica(file), text) for text in tail.new_lines())
        time.sleep(POLL_S)


class _Tail:
    """A file that grows, and is moved away and begun anew when it is large."""

    def __init__(self, file: Path, *, at_end: bool) -> None:
        self._file = file
        self._inode = 0
        self._position = 0
        self._rest = b""
        if at_end and file.exists():
            found = file.stat()
            self._inode, self._position = found.st_ino, found.st_size

    def new_lines(self) -> list[str]:
        try:
            with self._file.open("rb") as opened:
                found = os.fstat(opened.fileno())
                if found.st_ino != self._inode or found.st_size < self._position:
                    self._inode, self._position = found.st_ino, 0
                opened.seek(self._position)
                self._rest += opened.read()
                self._position = opened.tell()
        except OSError:
            return []
        *whole, self._rest = self._rest.split(b"\n")
        return [line.decode("utf-8", "replace").rstrip("\r") for line in whole]


def _files(folder: Path, processes: Sequence[str]) -> list[Path]:
    """Of replicas unless others are named: `traefik` and `supervisord` have logs too."""
    named = [file for file in folder.glob("*.log") if _is_asked(file, processes)]
    return sorted(named, key=lambda file: (_modified(file), serial_of(file)))


def _modified(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def _is_asked(file: Path, processes: Sequence[str]) -> bool:
    replica = _replica(file)
    if not processes:
        return "@" in file.name
    return replica in processes or replica.rpartition(".")[0] in processes


def _replica(file: Path) -> str:
    """ "web.1" of `web.1@7.log`."""
    return file.name.removesuffix(".log").partition("@")[0]
