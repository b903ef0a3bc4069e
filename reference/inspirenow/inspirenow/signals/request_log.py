"""One line per request, by hand: `logging` would take as long for it as a small request does for all else.

Lines wait up to `FLUSH_AFTER_S` and are written together; only a killed process loses the last of them.
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass
from typing import TextIO

FLUSH_AFTER_S = 0.1


@dataclass(frozen=True, slots=True)
class RequestLine:
    """What is told about a request. Nothing of it is the client's own words but a request id of plain characters."""

    request_id: str
    method: str
    route: str
    status: int
    seconds: float


class RequestLog:
    """Collects lines and writes them to standard output."""

    def __init__(self, *, wanted: bool, stream: TextIO | None = None) -> None:
        self._wanted = wanted
        self._stream = stream
        self._lines: list[str] = []
        self._second = 0
        self._second_text = ""

    def add(self, line: RequestLine) -> None:
        """Call on the event loop."""
        if not self._wanted:
            return
        if not self._lines:
            asyncio.get_running_loop().call_later(FLUSH_AFTER_S, self.flush)
        self._lines.append(
            f'{{"time": "{self._now()}", "level": "INFO", "logger": "inspirenow.request", "message": "request",'
            f' "request_id": "{line.request_id}", "method": "{line.method}", "route": "{line.route}",'
            f' "status": {line.status}, "duration_ms": {line.seconds * 1000:.1f}}}\n'
        )

    def flush(self) -> None:
        """Write what waits."""
        lines, self._lines = self._lines, []
        stream = self._stream or sys.stdout
        stream.write("".join(lines))
        stream.flush()

    def _now(self) -> str:
        """ISO 8601 with milliseconds, UTC; the text of a second is made once."""
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second, self._second_text = second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._second_text}.{int((now - second) * 1000):03}+00:00"
