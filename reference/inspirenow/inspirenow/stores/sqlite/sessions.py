"""Logins in SQLite."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from ...model import Refresh
from .database import Database
from .writer import one_by_one

# A client that lost the answer, or sent twice, may come again this soon.
DOUBLE_SUBMIT_S = 10
DAY_S = 24 * 60 * 60
# Longer than any access token lives: what is older than that need not be told to followers.
REMEMBER_ENDED_S = 60 * 60


class _Step(NamedTuple):
    session_id: int
    generation: int
    at: int
    expires_at: int


class SqliteSessions:
    """`Sessions` over the embedded store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(self, person_id: int, at: int, expires_at: int) -> int:
        """A new session at generation 0; answers its id. The person counts as active on that day."""
        return await self._database.write(_start, (person_id, at, expires_at))

    async def refresh(self, session_id: int, generation: int, at: int, expires_at: int) -> Refresh:
        """Go on from this generation to the next. An older one than the last ends the session."""
        return await self._database.write(_refresh, _Step(session_id, generation, at, expires_at))

    async def end(self, session_id: int, at: int) -> None:
        """Followers hear of it."""
        await self._database.write(_end, (session_id, at))


@one_by_one
def _start(connection: sqlite3.Connection, new: tuple[int, int, int]) -> int:
    person_id, at, expires_at = new
    connection.execute("INSERT OR IGNORE INTO activity (day, person_id) VALUES (?, ?)", (at // DAY_S, person_id))
    cursor = connection.execute("INSERT INTO sessions (person_id, expires_at) VALUES (?, ?)", (person_id, expires_at))
    return int(cursor.lastrowid or 0)


@one_by_one
def _refresh(connection: sqlite3.Connection, step: _Step) -> Refresh:
    row = connection.execute(
        "SELECT generation, refreshed_at FROM sessions WHERE id = ? AND expires_at > ?", (step.session_id, step.at)
    ).fetchone()
    if row is None:
        return Refresh.ENDED
    generation, refreshed_at = row
    if generation == step.generation:
        _go_on(connection, step)
        return Refresh.DONE
    if generation == step.generation + 1 and step.at - refreshed_at <= DOUBLE_SUBMIT_S:
        return Refresh.DONE_ALREADY
    end_session(connection, step.session_id, step.at)
    return Refresh.ENDED


def _go_on(connection: sqlite3.Connection, step: _Step) -> None:
    connection.execute(
        "UPDATE sessions SET generation = generation + 1, refreshed_at = ?, expires_at = ? WHERE id = ?",
        (step.at, step.expires_at, step.session_id),
    )


@one_by_one
def _end(connection: sqlite3.Connection, which: tuple[int, int]) -> None:
    end_session(connection, *which)


def end_session(connection: sqlite3.Connection, session_id: int, at: int) -> None:
    """Forget the session and tell followers; forget what they need not know any more."""
    connection.execute("DELETE FROM sessions WHERE id = ? OR expires_at <= ?", (session_id, at))
    connection.execute("INSERT INTO ended_sessions (session_id, at) VALUES (?, ?)", (session_id, at))
    connection.execute("DELETE FROM ended_sessions WHERE at < ?", (at - REMEMBER_ENDED_S,))
