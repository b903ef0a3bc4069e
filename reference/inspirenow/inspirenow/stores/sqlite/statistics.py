"""Numbers and lists for the dashboard in SQLite. They may read much, so they run beside the event loop."""

from __future__ import annotations

import sqlite3

from ...model import Day, ListedMatch, ListedPerson, Numbers, OrganisationNumbers, TagNumbers
from .database import Database
from .sessions import DAY_S

WEEK_DAYS = 7


class SqliteStatistics:
    """`Statistics` over the embedded store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def numbers(self, at: int) -> Numbers:
        """Totals over all organisations, as of now."""
        return await self._database.read_in_bulk(lambda connection: _numbers(connection, at // DAY_S))

    async def days(self, first: int, last: int) -> list[Day]:
        """Every day from first to last, quiet ones too."""
        return await self._database.read_in_bulk(lambda connection: _days(connection, first, last))

    async def organisations(self) -> list[OrganisationNumbers]:
        """All, the largest first."""
        return await self._database.read_in_bulk(_organisations)

    async def people(self, words: str, after_id: int, limit: int) -> list[ListedPerson]:
        """People whose name or e-mail holds `words`, by id, from after `after_id` on."""
        return await self._database.read_in_bulk(lambda connection: _people(connection, words, after_id, limit))

    async def skills(self, limit: int) -> list[TagNumbers]:
        """Skills that most people can or want to learn."""
        return await self._database.read_in_bulk(lambda connection: _skills(connection, limit))

    async def matches(self, limit: int) -> list[ListedMatch]:
        """Newest first."""
        return await self._database.read_in_bulk(lambda connection: _matches(connection, limit))


def _numbers(connection: sqlite3.Connection, today: int) -> Numbers:
    row = connection.execute(
        "SELECT (SELECT count(*) FROM organisations),"
        " (SELECT count(*) FROM people WHERE verified_at IS NOT NULL),"
        " (SELECT count(*) FROM people WHERE verified_at IS NULL AND deleted_at IS NULL),"
        " (SELECT count(DISTINCT person_id) FROM activity WHERE day BETWEEN ? AND ?),"
        " coalesce(sum(swipes), 0), coalesce(sum(likes), 0), coalesce(sum(matches), 0) FROM daily",
        (today - WEEK_DAYS + 1, today),
    ).fetchone()
    return Numbers(*row)


def _days(connection: sqlite3.Connection, first: int, last: int) -> list[Day]:
    between = {"first": first, "last": last, "day_s": DAY_S}
    joined = dict(
        connection.execute(
            "SELECT verified_at / :day_s AS day, count(*) FROM people"
            " WHERE verified_at >= :first * :day_s AND verified_at < (:last + 1) * :day_s GROUP BY day",
            between,
        ).fetchall()
    )
    active = dict(
        connection.execute(
            "SELECT day, count(*) FROM activity WHERE day BETWEEN :first AND :last GROUP BY day", between
        ).fetchall()
    )
    counted = connection.execute(
        "SELECT day, sum(swipes), sum(matches) FROM daily WHERE day BETWEEN :first AND :last GROUP BY day", between
    )
    swiped = {day: (swipes, matches) for day, swipes, matches in counted}
    return [
        Day(day, joined.get(day, 0), active.get(day, 0), *swiped.get(day, (0, 0))) for day in range(first, last + 1)
    ]


def _organisations(connection: sqlite3.Connection) -> list[OrganisationNumbers]:
    rows = connection.execute(
        "SELECT o.id, o.name, o.invite_code, coalesce(p.people, 0), coalesce(d.swipes, 0), coalesce(d.matches, 0)"
        " FROM organisations o"
        " LEFT JOIN (SELECT organisation_id, count(*) AS people FROM people WHERE verified_at IS NOT NULL"
        " GROUP BY organisation_id) p ON p.organisation_id = o.id"
        " LEFT JOIN (SELECT organisation_id, sum(swipes) AS swipes, sum(matches) AS matches FROM daily"
        " GROUP BY organisation_id) d ON d.organisation_id = o.id"
        " ORDER BY 4 DESC, o.name"
    )
    return [OrganisationNumbers(*row) for row in rows]


def _people(connection: sqlite3.Connection, words: str, after_id: int, limit: int) -> list[ListedPerson]:
    rows = connection.execute(
        "SELECT p.id, o.name, p.name, p.email, p.department, p.verified_at FROM people p"
        " JOIN organisations o ON o.id = p.organisation_id"
        " WHERE p.id > ? AND p.deleted_at IS NULL AND (p.name LIKE ? ESCAPE '\\' OR p.email LIKE ? ESCAPE '\\')"
        " ORDER BY p.id LIMIT ?",
        (after_id, _pattern(words), _pattern(words), limit),
    )
    return [ListedPerson(*row) for row in rows]


def _pattern(words: str) -> str:
    """What SQL means by % and _ is not what a person who searches means by them."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _skills(connection: sqlite3.Connection, limit: int) -> list[TagNumbers]:
    rows = connection.execute(
        "SELECT word, sum(can), sum(want) FROM ("
        "SELECT value AS word, 1 AS can, 0 AS want FROM people, json_each(tags, '$[0]') WHERE verified_at IS NOT NULL"
        " UNION ALL SELECT value, 0, 1 FROM people, json_each(tags, '$[1]') WHERE verified_at IS NOT NULL"
        ") GROUP BY word ORDER BY sum(can) + sum(want) DESC, word LIMIT ?",
        (limit,),
    )
    return [TagNumbers(*row) for row in rows]


def _matches(connection: sqlite3.Connection, limit: int) -> list[ListedMatch]:
    rows = connection.execute(
        "SELECT m.id, o.name, low.name, high.name, m.at FROM matches m"
        " JOIN people low ON low.id = m.low JOIN people high ON high.id = m.high"
        " JOIN organisations o ON o.id = low.organisation_id ORDER BY m.id DESC LIMIT ?",
        (limit,),
    )
    return [ListedMatch(match_id, organisation, (one, other), at) for match_id, organisation, one, other, at in rows]
