"""Organisations in SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ...model import Organisation
from .database import Database
from .writer import one_by_one


class SqliteOrganisations:
    """`Organisations` over the embedded store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def by_invite_code(self, invite_code: str) -> Organisation | None:
        """The organisation that the code opens."""
        rows = self._database.read(
            "SELECT id, name, invite_code FROM organisations WHERE invite_code = ?", (invite_code,)
        )
        return Organisation(*rows[0]) if rows else None

    async def add_all(self, organisations: Sequence[tuple[str, str]]) -> dict[str, int]:
        """Add (name, invite code) pairs that are not there yet; answers the id of each name given."""
        await self._database.write(_add_all, organisations)
        ids: dict[str, int] = dict(self._database.read("SELECT name, id FROM organisations"))
        return {name: ids[name] for name, _ in organisations}

    async def change_invite_code(self, organisation_id: int, invite_code: str) -> bool:
        """The old code opens nothing any more. False when there is no such organisation."""
        return await self._database.write(_change_invite_code, (invite_code, organisation_id))


@one_by_one
def _change_invite_code(connection: sqlite3.Connection, change: tuple[str, int]) -> bool:
    return connection.execute("UPDATE organisations SET invite_code = ? WHERE id = ?", change).rowcount == 1


@one_by_one
def _add_all(connection: sqlite3.Connection, organisations: Sequence[tuple[str, str]]) -> None:
    connection.executemany(
        "INSERT INTO organisations (name, invite_code) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", organisations
    )
