"""Swipes and matches in SQLite. A group of swipes takes as many statements as a single one (see writer.py)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from itertools import chain
from typing import Any

from ...model import Choice, Match, Swipe, SwipeOutcome
from ..protocol import UnknownPerson
from .database import Database
from .people import profile_from_row
from .writer import one_by_one


class SqliteSwipes:
    """`Swipes` over the embedded store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, swipe: Swipe) -> SwipeOutcome:
        """Record the first decision on a pair; a later one changes nothing. Raises UnknownPerson."""
        return await self._database.write(_add, swipe)

    async def take_back(self, swiper: int, swiped: int) -> bool:
        """Undo a decision and the match that came of it. False when there is none. It still counts as shown."""
        return await self._database.write(_take_back, (swiper, swiped))

    async def seen_by(self, person_id: int) -> Sequence[int]:
        """Ids this person has decided about."""
        return [swiped for (swiped,) in self._database.read("SELECT swiped FROM swipes WHERE swiper = ?", (person_id,))]

    async def matches_of(self, person_id: int, limit: int) -> list[Match]:
        """Newest first."""
        rows = self._database.read(
            "SELECT m.id, p.id, p.name, p.department, p.tags, m.at"
            " FROM (SELECT id, high AS other, at FROM matches WHERE low = :me"
            " UNION ALL SELECT id, low, at FROM matches WHERE high = :me) m"
            " JOIN people p ON p.id = m.other ORDER BY m.id DESC LIMIT :limit",
            {"me": person_id, "limit": limit},
        )
        return [Match(row[0], row[1], profile_from_row(*row[2:5]), row[5]) for row in rows]


def _add(connection: sqlite3.Connection, swipes: Sequence[Swipe]) -> list[SwipeOutcome | Exception]:
    known = _known_people(connection, swipes)
    valid = [swipe for swipe in swipes if _is_among_colleagues(swipe, known)]
    if valid:
        _insert(connection, _as_json(valid))
    outcomes = dict(zip(map(id, valid), _outcomes(connection, _as_json(valid)), strict=True))
    return [outcomes.get(id(swipe)) or UnknownPerson() for swipe in swipes]


def _is_among_colleagues(swipe: Swipe, organisation_of: dict[int, int]) -> bool:
    return (
        swipe.swiper != swipe.swiped
        and organisation_of.get(swipe.swiper) == swipe.organisation_id
        and organisation_of.get(swipe.swiped) == swipe.organisation_id
    )


def _as_json(swipes: Sequence[Swipe]) -> str:
    return json.dumps([[swipe.swiper, swipe.swiped, swipe.choice, swipe.at] for swipe in swipes])


def _known_people(connection: sqlite3.Connection, swipes: Sequence[Swipe]) -> dict[int, int]:
    """Organisation by person, of the verified people among swipers and swiped."""
    ids = set(chain.from_iterable((swipe.swiper, swipe.swiped) for swipe in swipes))
    pairs = _single(
        connection,
        "SELECT json_group_array(json_array(id, organisation_id)) FROM people"
        " WHERE id IN (SELECT value FROM json_each(?)) AND verified_at IS NOT NULL",
        json.dumps(list(ids)),
    )
    return dict(pairs)


def _insert(connection: sqlite3.Connection, swipes: str) -> None:
    before = connection.execute(
        "SELECT (SELECT coalesce(max(seq), 0) FROM swipes), (SELECT coalesce(max(id), 0) FROM matches)"
    ).fetchone()
    connection.execute(
        "INSERT INTO swipes (swiper, swiped, choice, at)"
        " SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?) WHERE true"
        " ON CONFLICT (swiper, swiped) DO NOTHING",
        (swipes,),
    )
    connection.execute(
        "INSERT INTO matches (low, high, at)"
        " SELECT min(mine.swiper, mine.swiped), max(mine.swiper, mine.swiped), mine.at"
        " FROM swipes AS mine JOIN swipes AS theirs ON theirs.swiper = mine.swiped AND theirs.swiped = mine.swiper"
        f" WHERE mine.seq > ? AND mine.choice = {Choice.LIKE} AND theirs.choice = {Choice.LIKE}"
        " ON CONFLICT (low, high) DO NOTHING",
        before[:1],
    )
    _count(connection, *before)


def _count(connection: sqlite3.Connection, last_swipe: int, last_match: int) -> None:
    """Add what came after these to the counters kept beside them."""
    connection.execute(
        "INSERT INTO shown (person_id, times) SELECT swiped, count(*) FROM swipes WHERE seq > ? GROUP BY swiped"
        " ON CONFLICT (person_id) DO UPDATE SET times = times + excluded.times",
        (last_swipe,),
    )
    connection.execute(
        "INSERT INTO daily (day, organisation_id, swipes, likes, matches)"
        " SELECT at / 86400, organisation_id, sum(swipe), sum(liked), sum(NOT swipe) FROM ("
        f"SELECT at, swiper AS person, 1 AS swipe, choice = {Choice.LIKE} AS liked FROM swipes WHERE seq > ?"
        " UNION ALL SELECT at, low, 0, 0 FROM matches WHERE id > ?"
        ") JOIN people ON people.id = person GROUP BY 1, 2"
        " ON CONFLICT (day, organisation_id) DO UPDATE SET swipes = swipes + excluded.swipes,"
        " likes = likes + excluded.likes, matches = matches + excluded.matches",
        (last_swipe, last_match),
    )


def _outcomes(connection: sqlite3.Connection, swipes: str) -> list[SwipeOutcome]:
    """What stands now for each swipe, in order."""
    rows = _single(
        connection,
        "SELECT json_group_array(json_array(wanted.key, swipes.choice, matches.id)) FROM json_each(?) AS wanted"
        " JOIN swipes ON swipes.swiper = wanted.value ->> 0 AND swipes.swiped = wanted.value ->> 1"
        " LEFT JOIN matches ON matches.low = min(swipes.swiper, swipes.swiped)"
        " AND matches.high = max(swipes.swiper, swipes.swiped)",
        swipes,
    )
    return [SwipeOutcome(Choice(choice), match_id) for _, choice, match_id in sorted(rows)]


@one_by_one
def _take_back(connection: sqlite3.Connection, pair: tuple[int, int]) -> bool:
    taken_back = connection.execute("UPDATE swipes SET swiper = -seq WHERE swiper = ? AND swiped = ?", pair).rowcount
    connection.execute("DELETE FROM matches WHERE low = ? AND high = ?", (min(pair), max(pair)))
    return taken_back == 1


def _single(connection: sqlite3.Connection, statement: str, parameter: str) -> list[Any]:
    """A list that SQLite put together itself: one step instead of one per row."""
    return list(json.loads(connection.execute(statement, (parameter,)).fetchone()[0]))
