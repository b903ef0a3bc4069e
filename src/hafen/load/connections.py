"""All connections of a worker: one for each user, or a pool that users share; never more than the limit.

What waits here for a connection waits on the clock: its latency counts from its intended start.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Callable
from time import perf_counter

from hafen.load.connection import Call, Connection
from hafen.load.network_errors import kind_of_error
from hafen.load.plan import Http, Origin

MOST_OPENING = 256
Answered = Callable[[Call], None]
Failed = Callable[[Call, str, str], None]


class Connections:
    """limit: how many may be open at once. starved: how often a call had to wait because of the limit."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, http: Http, limit: int, answered: Answered, failed: Failed
    ) -> None:
        self.loop, self.http, self.limit = loop, http, limit
        self._answered, self._failed = answered, failed
        self.shared = http.pool is not None
        self.all: set[Connection] = set()
        self.count: dict[Origin, int] = {}
        self.idle: dict[Origin, list[Connection]] = {}
        self.waiting: deque[Call] = deque()
        self.opening = self.opened = self.starved = 0
        self.addresses: dict[tuple[str, int], asyncio.Task[list[str]]] = {}
        self.tls: ssl.SSLContext | None = None

    def send(self, call: Call, own: dict[Origin, Connection]) -> None:
        """own: the user's connections, by where they lead."""
        call.deadline = perf_counter() + self.http.timeout_s
        connection = self._shared_idle(call.origin) if self.shared else own.get(call.origin)
        if connection is not None and connection.is_open:
            connection.send(call)
        elif self._may_open(call.origin):
            self._open(call)
        else:
            self.starved += not self.shared and len(self.all) >= self.limit
            self.waiting.append(call)

    def release(self, own: dict[Origin, Connection]) -> None:
        """A user ended: its connections close."""
        for connection in own.values():
            connection.close()
        own.clear()

    def _shared_idle(self, origin: Origin) -> Connection | None:
        idle = self.idle.get(origin)
        while idle:
            connection = idle.pop()
            if connection.is_open:
                return connection
        return None

    def _may_open(self, origin: Origin) -> bool:
        if self.opening >= MOST_OPENING or len(self.all) >= self.limit:
            return False
        return self.http.pool is None or self.count.get(origin, 0) < self.http.pool

    def _open(self, call: Call) -> None:
        connection = Connection(call.origin, self, call)
        self.all.add(connection)
        self.count[call.origin] = self.count.get(call.origin, 0) + 1
        self.opening += 1
        self.opened += 1
        connection.opening = self.loop.create_task(self._connect(connection))

    async def _connect(self, connection: Connection) -> None:
        try:
            await self._connect_to_any(connection)
        except asyncio.CancelledError:
            pass
        except Exception as error:
            kind, message = kind_of_error(error)
            call, connection.call = connection.call, None
            if call is not None:
                self.failed(connection, call, kind, message)
        finally:
            self.opening -= 1
            connection.opening = None
            if connection.transport is None:
                self.lost(connection)
            elif self.waiting:
                self._serve()

    async def _connect_to_any(self, connection: Connection) -> None:
        origin = connection.origin
        context = self._tls() if origin.scheme == "https" else None
        addresses = await self._resolve(origin)
        for index, address in enumerate(addresses):
            try:
                await self.loop.create_connection(
                    lambda: connection,
                    address,
                    origin.port,
                    ssl=context,
                    server_hostname=origin.host if context else None,
                )
            except OSError:
                if index == len(addresses) - 1 or connection.transport is not None:
                    raise
            else:
                return

    async def _resolve(self, origin: Origin) -> list[str]:
        """Asked once a run; a failure is asked again."""
        key = (origin.host, origin.port)
        task = self.addresses.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            task = self.addresses[key] = self.loop.create_task(self._look_up(origin))
        return await asyncio.shield(task)

    async def _look_up(self, origin: Origin) -> list[str]:
        found = await self.loop.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    def _tls(self) -> ssl.SSLContext:
        if self.tls is None:
            self.tls = ssl.create_default_context()
            if not self.http.verify:
                self.tls.check_hostname = False
                self.tls.verify_mode = ssl.CERT_NONE
        return self.tls

    def answered(self, connection: Connection, call: Call) -> None:
        if self.shared and connection.is_open:
            self.idle.setdefault(connection.origin, []).append(connection)
        elif connection.is_open:
            call.user.connections[connection.origin] = connection
        if self.waiting:
            self._serve()
        self._answered(call)

    def failed(self, connection: Connection, call: Call, kind: str, message: str) -> None:
        self._failed(call, kind, message)

    def lost(self, connection: Connection) -> None:
        if connection in self.all:
            self.all.discard(connection)
            self.count[connection.origin] -= 1
        if self.waiting:
            self._serve()

    def _serve(self) -> None:
        """Gives waiting calls, oldest first, what has become free."""
        for _ in range(len(self.waiting)):
            call = self.waiting[0]
            connection = self._shared_idle(call.origin) if self.shared else None
            if connection is None and not self._may_open(call.origin):
                return
            self.waiting.popleft()
            if connection is None:
                self._open(call)
            else:
                connection.send(call)

    def sweep(self) -> None:
        """Ends every call that is past its deadline."""
        now = perf_counter()
        late = [connection for connection in self.all if connection.call and connection.call.deadline < now]
        for connection in late:
            call, connection.call = connection.call, None
            connection.abort()
            if call is not None:
                self._failed(call, "ETIMEDOUT", f"no whole answer within {self.http.timeout_s:g} s")
        while self.waiting and self.waiting[0].deadline < now:
            call = self.waiting.popleft()
            self._failed(call, "ETIMEDOUT", f"no free connection within {self.http.timeout_s:g} s")

    def close(self) -> None:
        for connection in list(self.all):
            connection.call = None
            connection.abort()
