"""What matching follows. SQLite has one writer at a time, so revisions and swipes appear in their order."""

from __future__ import annotations

import sqlite3

from ...model import Changes, Cursor, IndexedPerson
from .database import Database
from .people import profile_from_row

# People per answer: a few milliseconds of work for whoever applies them.
PART = 1_000


class SqliteFeed:
    """`Feed` over the embedded store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def changes(self, after: Cursor) -> Changes:
        """What comes after the cursor, in parts; `Cursor()` asks for all people there are."""
        if after != Cursor() and after == self._head():
            return Changes([], [], {}, {}, after)
        return await self._database.read_in_bulk(lambda connection: _changes(connection, after))

    def _head(self) -> Cursor:
        return Cursor(*self._database.read(_HEAD)[0])


_HEAD = (
    "SELECT (SELECT coalesce(max(revision), 0) FROM people),"
    " (SELECT coalesce(max(seq), 0) FROM swipes),"
    " (SELECT coalesce(max(seq), 0) FROM ended_sessions)"
)


def _changes(connection: sqlite3.Connection, after: Cursor) -> Changes:
    head = Cursor(*connection.execute(_HEAD).fetchone())
    rows = connection.execute(
        "SELECT id, organisation_id, name, department, tags, coalesce(times, 0), revision, deleted_at"
        " FROM people"
        " LEFT JOIN shown ON person_id = id WHERE revision > ? ORDER BY revision LIMIT ?",
        (after.revision, PART),
    ).fetchall()
    people = [IndexedPerson(row[0], row[1], profile_from_row(*row[2:5]), row[5]) for row in rows if not row[7]]
    gone = [row[0] for row in rows if row[7]]
    more = len(rows) == PART
    reached = Cursor(rows[-1][6] if more else head.revision, head.swipe, head.ended_session)
    return Changes(people, gone, _shown_more(connection, after), _ended_sessions(connection, after), reached, more)


def _shown_more(connection: sqlite3.Connection, after: Cursor) -> dict[int, int]:
    """Nothing for a reader that knows nobody yet: people come with how often they were shown."""
    if after == Cursor():
        return {}
    rows = connection.execute("SELECT swiped, count(*) FROM swipes WHERE seq > ? GROUP BY swiped", (after.swipe,))
    return dict(rows.fetchall())


def _ended_sessions(connection: sqlite3.Connection, after: Cursor) -> dict[int, int]:
    rows = connection.execute("SELECT session_id, at FROM ended_sessions WHERE seq > ?", (after.ended_session,))
    return dict(rows.fetchall())
