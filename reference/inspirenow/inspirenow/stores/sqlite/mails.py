"""The outbox in SQLite."""

from __future__ import annotations

import sqlite3

from ...model import Mail
from .database import Database
from .writer import one_by_one


class SqliteMails:
    """`Mails` over the embedded store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, mail: Mail) -> None:
        """Put one mail into the outbox."""
        await self._database.write(_add, mail)

    async def to(self, email: str, limit: int) -> list[Mail]:
        """Newest first."""
        rows = self._database.read(
            "SELECT recipient, subject, text, token, sent_at FROM mails WHERE recipient = ? ORDER BY id DESC LIMIT ?",
            (email, limit),
        )
        return [Mail(*row) for row in rows]


@one_by_one
def _add(connection: sqlite3.Connection, mail: Mail) -> None:
    connection.execute(
        "INSERT INTO mails (recipient, subject, text, token, sent_at) VALUES (?, ?, ?, ?, ?)",
        (mail.to, mail.subject, mail.text, mail.token, mail.sent_at),
    )
