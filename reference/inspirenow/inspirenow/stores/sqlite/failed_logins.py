"""Counters of failed logins in SQLite, one row per key and minute."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from .database import Database
from .writer import one_by_one


class _Failure(NamedTuple):
    keys: Sequence[str]
    at: int
    keep_s: int


class SqliteFailedLogins:
    """`FailedLogins` over the embedded store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, keys: Sequence[str], at: int, keep_s: int) -> None:
        """Count one failure for each key; forget those older than `keep_s`."""
        await self._database.write(_add, _Failure(keys, at, keep_s))

    async def count(self, key: str, since: int) -> int:
        """Failures in and after the minute of `since`."""
        rows = self._database.read(
            "SELECT coalesce(sum(times), 0) FROM failed_logins WHERE key = ? AND minute >= ?", (key, since // 60)
        )
        return int(rows[0][0])


@one_by_one
def _add(connection: sqlite3.Connection, failure: _Failure) -> None:
    connection.execute("DELETE FROM failed_logins WHERE minute < ?", ((failure.at - failure.keep_s) // 60,))
    connection.executemany(
        "INSERT INTO failed_logins (key, minute, times) VALUES (?, ?, 1)"
        " ON CONFLICT (key, minute) DO UPDATE SET times = times + 1",
        [(key, failure.at // 60) for key in failure.keys],
    )
