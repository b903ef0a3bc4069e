"""A client for tests: sends requests at a steady rate, whatever the answers do, and keeps what went wrong."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

ANSWER_WITHIN_S = 30


@dataclass
class Counted:
    """versions: of the tiny app, by how many answers it gave. failures: one line each."""

    sent: int = 0
    versions: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return sum(self.versions.values())


class Traffic:
    """Every fourth request is a POST, which nobody may send twice; every tenth is slow, so some are always open."""

    def __init__(self, url: str, rate: float = 200) -> None:
        self.counted = Counted()
        self._host, self._port = urlsplit(url).hostname or "", urlsplit(url).port or 80
        self._rate = rate
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def __enter__(self) -> Traffic:
        self._thread.start()
        self.wait_for(20)
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def wait_for(self, more: int) -> None:
        """Returns when so many more requests were sent."""
        goal = self.counted.sent + more
        deadline = time.monotonic() + 60
        while self.counted.sent < goal:
            assert time.monotonic() < deadline, f"only {self.counted.sent} of {goal} requests were sent"
            time.sleep(0.02)

    async def _run(self) -> None:
        under_way: set[asyncio.Task[None]] = set()
        due = time.monotonic()
        while not self._end.is_set():
            due += 1 / self._rate
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            task = asyncio.create_task(self._request(self.counted.sent))
            self.counted.sent += 1
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        await asyncio.gather(*under_way)
        for _, writer in self._idle:
            writer.close()

    async def _request(self, number: int) -> None:
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                status, body = await self._exchange(number)
        except (OSError, EOFError, TimeoutError, ValueError, IndexError) as error:
            self.counted.failures.append(f"request {number}: {type(error).__name__} {error}")
            return
        if status == 200:
            self.counted.versions[json.loads(body)["version"]] += 1
        else:
            self.counted.failures.append(f"request {number}: {status} {body[:80]!r}")

    async def _exchange(self, number: int) -> tuple[int, bytes]:
        reader, writer = self._idle.pop() if self._idle else await asyncio.open_connection(self._host, self._port)
        path = "/slow?s=0.3" if number % 10 == 0 else "/"
        head = f"POST {path} HTTP/1.1\r\nContent-Length: 2\r\n" if number % 4 == 0 else f"GET {path} HTTP/1.1\r\n"
        writer.write(f"{head}Host: {self._host}\r\n\r\n{'{}' if number % 4 == 0 else ''}".encode())
        try:
            answer = await _answer(reader)
        except BaseException:
            with contextlib.suppress(OSError):
                writer.close()
            raise
        self._idle.append((reader, writer))
        return answer


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    status = int((await reader.readline()).split()[1])
    length = 0
    while (line := await reader.readline()).strip():
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    return status, await reader.readexactly(length)
