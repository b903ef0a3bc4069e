"""A small closed-loop client: each user sends its next request when the last one is answered."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle

from inspirenow.population import people_csv
from inspirenow.population.catalogue import SHARED_PASSWORD

Answer = tuple[int, bytes]


@dataclass
class Record:
    """Latencies in seconds by name of the request, and answers that were not 200."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: int = 0
    duration_s: float = 0.0

    def requests_per_s(self, name: str | None = None) -> float:
        """All requests, or those of one name."""
        return len(self._of(name)) / self.duration_s

    def percentile_ms(self, percent: float, name: str | None = None) -> float:
        """Nearest rank."""
        ordered = sorted(self._of(name))
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]

    def _of(self, name: str | None) -> list[float]:
        return self.seconds[name] if name else [one for all_of in self.seconds.values() for one in all_of]


class Connection:
    """One keep-alive connection that times what it sends."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, record: Record) -> None:
        self._reader, self._writer, self._record = reader, writer, record

    async def send(self, name: str, method: str, path: str, body: object = None, token: str = "") -> bytes:
        """The body of the answer."""
        started = time.perf_counter()
        self._writer.write(_request(method, path, body, token))
        status, content = await self._answer()
        self._record.seconds[name].append(time.perf_counter() - started)
        self._record.errors += status != 200
        return content

    async def _answer(self) -> Answer:
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        return int(head[9:12]), await self._reader.readexactly(length)


GoesOn = Callable[[], bool]
# Gets a connection of its own and the access token of a person who logged in before the clock ran.
User = Callable[[Connection, str, GoesOn], Awaitable[None]]


async def run(port: int, users: int, seconds: float, user: User, *, logged_in: bool) -> Record:
    """So many users at once, for so long."""
    record = Record()
    connections = [Connection(*await asyncio.open_connection("127.0.0.1", port), record) for _ in range(users)]
    tokens = await asyncio.gather(*map(_log_in, connections)) if logged_in else [""] * users
    record.seconds.clear()
    started = time.perf_counter()
    pairs = zip(connections, tokens, strict=True)
    await asyncio.gather(*(user(*pair, lambda: time.perf_counter() < started + seconds) for pair in pairs))
    record.duration_s = time.perf_counter() - started
    return record


async def empty(connection: Connection, _: str, goes_on: GoesOn) -> None:
    """Asks the peer for nothing."""
    while goes_on():
        await connection.send("empty", "GET", "/empty")


async def decks(connection: Connection, token: str, goes_on: GoesOn) -> None:
    """Decks only."""
    while goes_on():
        await connection.send("deck", "GET", "/api/v1/deck?limit=45", token=token)


async def swipes(connection: Connection, token: str, goes_on: GoesOn) -> None:
    """A deck as large as it gets, then swipes, again and again."""
    while goes_on():
        await _swipe_through(connection, token, 100, goes_on)


async def flow_b(connection: Connection, _: str, goes_on: GoesOn) -> None:
    """Log in, fetch the deck, swipe through it; the next person does the same."""
    while goes_on():
        await _swipe_through(connection, await _log_in(connection), 45, goes_on)


async def _log_in(connection: Connection) -> str:
    body = {"email": next(_emails), "password": SHARED_PASSWORD}
    return str(json.loads(await connection.send("login", "POST", "/api/v1/auth/login", body))["access_token"])


async def _swipe_through(connection: Connection, token: str, limit: int, goes_on: Callable[[], bool]) -> None:
    deck = json.loads(await connection.send("deck", "GET", f"/api/v1/deck?limit={limit}", token=token))
    for number, person in enumerate(deck["people"]):
        if not goes_on():
            return
        body = {"person_id": person["id"], "choice": "like" if number % 3 == 0 else "pass"}
        await connection.send("swipe", "POST", "/api/v1/swipes", body, token)


def _request(method: str, path: str, body: object, token: str) -> bytes:
    content = json.dumps(body).encode() if body is not None else b""
    lines = [f"{method} {path} HTTP/1.1", "host: localhost", f"content-length: {len(content)}"]
    lines += ["content-type: application/json"] if content else []
    lines += [f"authorization: Bearer {token}"] if token else []
    return "\r\n".join([*lines, "", ""]).encode() + content


_emails: Iterator[str] = cycle([person.email for person in people_csv.read()])
