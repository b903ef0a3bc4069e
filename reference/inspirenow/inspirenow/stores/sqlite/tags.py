"""The words for skills and interests in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from .database import Database
from .writer import one_by_one


class SqliteTags:
    """`Tags` over the embedded store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_catalogue(self, kind: str, names: Sequence[str]) -> None:
        """Offer these names; those already there stay."""
        await self._database.write(_add, [(kind, name) for name in names])

    async def catalogue(self, kind: str) -> list[str]:
        """The names offered, in alphabetical order."""
        return [name for (name,) in self._database.read("SELECT name FROM tags WHERE kind = ? ORDER BY name", (kind,))]


@one_by_one
def _add(connection: sqlite3.Connection, tags: list[tuple[str, str]]) -> None:
    connection.executemany("INSERT INTO tags (kind, name) VALUES (?, ?) ON CONFLICT DO NOTHING", tags)
