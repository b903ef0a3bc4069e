"""One HTTP/1.1 connection: writes a request, parses the answer, and knows when the next may be sent."""

from __future__ import annotations

import asyncio
import zlib
from time import perf_counter
from typing import Any, Protocol

import httptools

from hafen.load.plan import Origin

MOST_KEPT_BYTES = 64 * 1024 * 1024
Header = tuple[bytes, bytes]


class Call:
    """A request and, later, its answer. Moments are perf_counter()s; body: decoded, only when it was wanted."""

    __slots__ = ("chunks", "data", "deadline", "done_at", "first_byte_at", "headers", "is_head", "origin", "path",
                 "sent_at", "sets_cookies", "size", "status", "user", "wants_body")  # fmt: skip

    def __init__(self, user: Any, origin: Origin, path: str, data: bytes, *, is_head: bool, wants_body: bool) -> None:
        self.user, self.origin, self.path, self.data = user, origin, path, data
        self.is_head, self.wants_body = is_head, wants_body
        self.sets_cookies = False
        self.status = self.size = 0
        self.headers: list[Header] = []
        self.chunks: list[bytes] = []
        self.sent_at = self.first_byte_at = self.done_at = self.deadline = 0.0

    def header(self, name: bytes) -> str | None:
        """name: in lower case. Of several, the last."""
        found = None
        for key, value in self.headers:
            if len(key) == len(name) and key.lower() == name:
                found = value
        return None if found is None else found.decode("latin-1")

    def body(self) -> bytes:
        raw = b"".join(self.chunks)
        encoding = (self.header(b"content-encoding") or "").strip().lower()
        if encoding in {"gzip", "x-gzip", "deflate"} and raw:
            return _unpacked(raw)
        return raw


def _unpacked(raw: bytes) -> bytes:
    """gzip, zlib or bare deflate; what cannot be unpacked stays as it is."""
    for window in (47, -15):
        try:
            return zlib.decompressobj(window).decompress(raw, MOST_KEPT_BYTES)
        except zlib.error:
            continue
    return raw


class Owner(Protocol):
    """Who hears of a connection's end of work."""

    def answered(self, connection: Connection, call: Call) -> None: ...

    def failed(self, connection: Connection, call: Call, kind: str, message: str) -> None: ...

    def lost(self, connection: Connection) -> None: ...


class Connection(asyncio.Protocol):
    """One request at a time. usable: a request may be sent."""

    __slots__ = ("call", "complete", "headers_done", "is_open", "keep_alive", "opening", "origin", "owner", "parser",
                 "surplus", "transport")  # fmt: skip

    def __init__(self, origin: Origin, owner: Owner, call: Call) -> None:
        self.origin, self.owner = origin, owner
        self.call: Call | None = call
        self.transport: Any = None
        self.opening: asyncio.Task[None] | None = None
        self.parser: Any = httptools.HttpResponseParser(self)
        self.is_open = self.complete = self.headers_done = self.surplus = False
        self.keep_alive = True

    def connection_made(self, transport: Any) -> None:
        self.transport = transport  # uvloop's transports do not inherit from asyncio's
        self.is_open = True
        if self.call is None:  # given up while it was being opened
            transport.abort()
        else:
            self.send(self.call)

    def send(self, call: Call) -> None:
        self.call = call
        self.complete = self.headers_done = False
        call.sent_at = perf_counter()
        self.transport.write(call.data)

    def data_received(self, data: bytes) -> None:
        call = self.call
        if call is None:
            self.close()  # nothing was asked
            return
        if not call.first_byte_at:
            call.first_byte_at = perf_counter()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._break("EUPGRADE", "the server switched to another protocol")
        except httptools.HttpParserError as error:
            if not self.complete:
                self._break("HPE_INVALID", f"the answer is not HTTP ({error})")
            self.surplus = True
        if self.complete:
            self._finish(call)
        elif call.size > MOST_KEPT_BYTES and call.wants_body:
            self._break("EBODYTOOLARGE", "the body is larger than 64 MiB")

    def on_header(self, name: bytes, value: bytes) -> None:
        call = self.call
        if call is not None and not self.complete:
            call.headers.append((name, value))
            if len(name) == 10 and name.lower() == b"set-cookie":
                call.sets_cookies = True

    def on_headers_complete(self) -> None:
        if self.call is None or self.complete:
            self.surplus = True
            return
        if self.parser.get_status_code() < 200:  # 100 Continue: the answer is still to come
            self.call.headers.clear()
            return
        self.headers_done = True
        self.keep_alive = self.parser.should_keep_alive()
        if self.call.is_head:
            self.complete = True

    def on_body(self, data: bytes) -> None:
        call = self.call
        if call is not None and not self.complete:
            call.size += len(data)
            if call.wants_body:
                call.chunks.append(data)

    def on_message_complete(self) -> None:
        if self.headers_done:
            self.complete = True

    def _finish(self, call: Call) -> None:
        call.done_at = perf_counter()
        call.status = self.parser.get_status_code()
        self.call = None
        if call.is_head:
            self.parser = httptools.HttpResponseParser(self)
        if self.surplus or not self.keep_alive:
            self.close()
        self.owner.answered(self, call)

    def eof_received(self) -> None:
        self.is_open = False

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        call, self.call = self.call, None
        if call is not None:
            if error is None and self._ends_by_closing(call):
                call.done_at, call.status = perf_counter(), self.parser.get_status_code()
                self.owner.answered(self, call)
            else:
                self.owner.failed(self, call, "ECONNRESET", "the server closed the connection before it had answered")
        self.parser = None  # it refers back to this connection
        self.owner.lost(self)

    def _ends_by_closing(self, call: Call) -> bool:
        """A body without a length ends with its connection."""
        return (
            self.headers_done
            and not self.keep_alive
            and call.header(b"content-length") is None
            and "chunked" not in (call.header(b"transfer-encoding") or "")
        )

    def _break(self, kind: str, message: str) -> None:
        call, self.call = self.call, None
        self.abort()
        if call is not None:
            self.owner.failed(self, call, kind, message)

    def close(self) -> None:
        self.is_open = False
        if self.transport:
            self.transport.close()

    def abort(self) -> None:
        """At once, without waiting for what was written."""
        self.is_open = False
        if self.opening:
            self.opening.cancel()
        if self.transport:
            self.transport.abort()
