"""Numbers for the dashboard in SQLite."""

from __future__ import annotations

import sqlite3

from ...model import Choice, Numbers
from .database import Database


class SqliteStatistics:
    """`Statistics` over the embedded store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def numbers(self) -> Numbers:
        """Totals over all organisations."""
        return await self._database.read_in_bulk(_numbers)


def _numbers(connection: sqlite3.Connection) -> Numbers:
    row = connection.execute(
        "SELECT (SELECT count(*) FROM organisations),"
        " (SELECT count(*) FROM people WHERE verified_at IS NOT NULL),"
        " (SELECT count(*) FROM people WHERE verified_at IS NULL),"
        f" count(*), coalesce(sum(choice = {Choice.LIKE}), 0),"
        " (SELECT count(*) FROM matches) FROM swipes"
    ).fetchone()
    return Numbers(*row)
