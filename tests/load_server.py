"""A web server that misbehaves on request, to test the load engine over real sockets.

Runs in a thread of its own. What a path does is said by its first part: /ok, /json, /echo, /status/503, /no, /slow/0.3,
/close, /quit, /half, /never, /garbage, /endless, /chunked, /gzip, /deflate, /old, /redirect/3, /turn, /cookie,
/continue, /surplus. Everything that arrived is kept in `seen`.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

PEOPLE = {"id": 7, "name": "load", "people": [{"id": 1}, {"id": 2}, {"id": 3}], "nothing": None}


@dataclass
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float
    connection: int


@dataclass
class LoadServer:
    """stall: (every, long) seconds during which the whole server stands still; each is noted in `stalls`."""

    stall: tuple[float, float] | None = None
    tls: ssl.SSLContext | None = None
    host: str = "127.0.0.1"
    seen: list[Seen] = field(default_factory=list)
    stalls: list[tuple[float, float]] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"

    def paths(self) -> list[str]:
        return [seen.path for seen in self.seen]

    def __enter__(self) -> LoadServer:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self.loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.loop.call_soon_threadsafe(self.server.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    async def _listen(self) -> None:
        self.server = await self.loop.create_server(lambda: _Connection(self), self.host, 0, ssl=self.tls, backlog=4096)
        self.port = self.server.sockets[0].getsockname()[1]
        if self.stall:
            self.loop.call_later(self.stall[0], self._stall)

    def _stall(self) -> None:
        assert self.stall
        self.loop.call_later(self.stall[0], self._stall)
        start = time.perf_counter()
        time.sleep(self.stall[1])
        self.stalls.append((start, time.perf_counter()))


class _Connection(asyncio.Protocol):
    def __init__(self, server: LoadServer) -> None:
        self.server, self.buffer = server, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.server.connections += 1
        self.number = self.server.connections

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            first, *lines = self.buffer[:end].decode("latin-1").split("\r\n")
            headers = {key.lower(): value for key, _, value in (line.partition(": ") for line in lines)}
            length = int(headers.get("content-length", 0))
            if len(self.buffer) < end + 4 + length:
                return
            body, self.buffer = self.buffer[end + 4 : end + 4 + length], self.buffer[end + 4 + length :]
            method, path, _ = first.split(" ")
            seen = Seen(method, path, headers, body, time.perf_counter(), self.number)
            self.server.seen.append(seen)
            word, _, rest = path.lstrip("/").partition("?")[0].partition("/")
            _ANSWERS.get(word, _ok)(self, seen, rest)

    def answer(self, body: bytes = b"ok", status: int = 200, *lines: str, kind: str = "text/plain") -> None:
        head = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *lines]
        self.transport.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        self.server.loop.call_later(seconds, action)


Answer = Callable[[_Connection, Seen, str], None]


def _ok(connection: _Connection, seen: Seen, rest: str) -> None:
    connection.answer(b"" if seen.method == "HEAD" else b"ok")


def _json(connection: _Connection, seen: Seen, rest: str) -> None:
    connection.answer(json.dumps(PEOPLE).encode(), kind="application/json; charset=utf-8")


def _head(connection: _Connection, seen: Seen, rest: str) -> None:
    connection.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")


def _endless(connection: _Connection, seen: Seen, rest: str) -> None:
    connection.transport.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")

    def more() -> None:
        if not connection.transport.is_closing():
            connection.transport.write(b"400\r\n" + b"x" * 1024 + b"\r\n")
            connection.later(0.01, more)

    more()


def _close(connection: _Connection, seen: Seen, rest: str) -> None:
    """Promises to stay and goes."""
    connection.answer()
    connection.transport.close()


def _half(connection: _Connection, seen: Seen, rest: str) -> None:
    connection.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    connection.later(0.02, connection.transport.abort)


def _old(connection: _Connection, seen: Seen, rest: str) -> None:
    """HTTP/1.0: the body ends with the connection."""
    connection.transport.write(b'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"id":')
    connection.later(0.02, lambda: (connection.transport.write(b"7}"), connection.transport.close()))  # type: ignore[func-returns-value]


def _redirect(connection: _Connection, seen: Seen, rest: str) -> None:
    left = int(rest or 0)
    connection.answer(b"", 302, f"Location: {'/json' if left <= 1 else f'/redirect/{left - 1}'}", "Set-Cookie: hop=1")


def _continue(connection: _Connection, seen: Seen, rest: str) -> None:
    connection.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    connection.later(0.01, lambda: connection.answer(json.dumps(PEOPLE).encode(), kind="application/json"))


def _chunked(connection: _Connection, seen: Seen, rest: str) -> None:
    body = json.dumps(PEOPLE).encode()
    connection.transport.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    connection.later(0.01, lambda: connection.transport.write(b"%x\r\n%s\r\n" % (5, body[:5])))
    connection.later(0.02, lambda: connection.transport.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body) - 5, body[5:])))


_ANSWERS: dict[str, Answer] = {
    "json": _json,
    "echo": lambda connection, seen, rest: connection.answer(seen.body, kind="application/json"),
    "status": lambda connection, seen, rest: connection.answer(b"{}", int(rest), kind="application/json"),
    "no": lambda connection, seen, rest: connection.answer(b'{"error": "no"}', kind="application/json"),
    "slow": lambda connection, seen, rest: connection.later(float(rest), connection.answer),
    "close": _close,
    "quit": lambda connection, seen, rest: connection.transport.abort(),
    "half": _half,
    "never": lambda connection, seen, rest: None,
    "garbage": lambda connection, seen, rest: connection.transport.write(b"\x16\x03\x01 this is not HTTP\r\n\r\n"),
    "endless": _endless,
    "chunked": _chunked,
    "gzip": lambda connection, seen, rest: connection.answer(
        gzip.compress(json.dumps(PEOPLE).encode()), 200, "Content-Encoding: gzip", kind="application/json"
    ),
    "deflate": lambda connection, seen, rest: connection.answer(
        zlib.compress(json.dumps(PEOPLE).encode()), 200, "Content-Encoding: deflate", kind="application/json"
    ),
    "old": _old,
    "head": _head,
    "redirect": _redirect,
    "turn": lambda connection, seen, rest: connection.answer(b"", 302, "Location: /turn"),
    "cookie": lambda connection, seen, rest: connection.answer(
        b"ok", 200, "Set-Cookie: session=s1; Path=/; HttpOnly", "set-cookie: narrow=1; Path=/narrow"
    ),
    "continue": _continue,
    "surplus": lambda connection, seen, rest: connection.transport.write(
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno"
    ),
}
