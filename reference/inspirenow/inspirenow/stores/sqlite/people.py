"""Accounts and profiles in SQLite."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence

from ...model import Account, NewPerson, Person, Profile
from ..protocol import EmailTaken
from .database import Database, Row
from .sessions import end_session
from .writer import one_by_one

_ACCOUNT = "SELECT id, organisation_id, password_hash, verified_at IS NOT NULL FROM people"
_NEXT_REVISION = "(SELECT coalesce(max(revision), 0) + 1 FROM people)"


class SqlitePeople:
    """`People` over the embedded store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def register(self, new: NewPerson) -> int:
        """Replaces an unverified account with the same e-mail; raises EmailTaken when there is a verified one."""
        return await self._database.write(_register, new)

    async def add_all(self, people: Sequence[NewPerson]) -> int:
        """Add those whose e-mail is not there yet; answers how many."""
        return await self._database.write(_add_all, people)

    async def account(self, email: str) -> Account | None:
        """What login needs, by e-mail."""
        return _account(self._database.read(f"{_ACCOUNT} WHERE email = ?", (email,)))

    async def account_of(self, person_id: int) -> Account | None:
        """What verification needs, by id."""
        return _account(self._database.read(f"{_ACCOUNT} WHERE id = ? AND deleted_at IS NULL", (person_id,)))

    async def verify(self, person_id: int, password_hash: str, at: int) -> bool:
        """False when there is nothing (more) to verify."""
        return await self._database.write(_verify, (person_id, password_hash, at))

    async def person(self, person_id: int) -> Person | None:
        """One person, verified or not."""
        rows = self._database.read(
            "SELECT id, organisation_id, email, name, department, tags, verified_at IS NOT NULL, created_at"
            " FROM people WHERE id = ? AND deleted_at IS NULL",
            (person_id,),
        )
        return _person(rows[0]) if rows else None

    async def change_profile(self, person_id: int, profile: Profile) -> None:
        """Replace the profile; followers hear of it."""
        await self._database.write(_change_profile, (person_id, profile))

    async def delete(self, person_id: int, at: int) -> None:
        """Forget a person and all that hangs on them; followers hear of it."""
        await self._database.write(_delete, (person_id, at))


def tags_json(profile: Profile) -> str:
    """The three lists of tags as they are stored."""
    return json.dumps([profile.skills, profile.wants_to_learn, profile.interests], ensure_ascii=False)


def profile_from_row(name: str, department: str, tags: str) -> Profile:
    """The inverse of what is stored."""
    return Profile.of_stored(name, department, json.loads(tags))


def _account(rows: list[Row]) -> Account | None:
    return Account(rows[0][0], rows[0][1], rows[0][2], bool(rows[0][3])) if rows else None


def _person(row: Row) -> Person:
    person_id, organisation_id, email, name, department, tags, verified, created_at = row
    profile = profile_from_row(name, department, tags)
    return Person(person_id, organisation_id, email, profile, bool(verified), created_at)


def _columns(new: NewPerson) -> tuple[object, ...]:
    profile = new.profile
    created_at = new.verified_at or int(time.time())
    named = (new.organisation_id, new.email, new.password_hash, profile.name, profile.department)
    return (*named, tags_json(profile), created_at, new.verified_at)


@one_by_one
def _register(connection: sqlite3.Connection, new: NewPerson) -> int:
    row = connection.execute(
        "INSERT INTO people (organisation_id, email, password_hash, name, department, tags, created_at, verified_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (email) DO UPDATE SET organisation_id = excluded.organisation_id,"
        " password_hash = excluded.password_hash, name = excluded.name, department = excluded.department,"
        " tags = excluded.tags WHERE verified_at IS NULL"
        " RETURNING id",
        _columns(new),
    ).fetchone()
    if row is None:
        raise EmailTaken
    return int(row[0])


@one_by_one
def _add_all(connection: sqlite3.Connection, people: Sequence[NewPerson]) -> int:
    before = connection.total_changes
    connection.executemany(
        "INSERT INTO people (organisation_id, email, password_hash, name, department, tags, created_at, verified_at,"
        f" revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, {_NEXT_REVISION}) ON CONFLICT (email) DO NOTHING",
        [_columns(new) for new in people],
    )
    return connection.total_changes - before


@one_by_one
def _verify(connection: sqlite3.Connection, which: tuple[int, str, int]) -> bool:
    person_id, password_hash, at = which
    done = connection.execute(
        f"UPDATE people SET verified_at = ?, revision = {_NEXT_REVISION}"
        " WHERE id = ? AND password_hash = ? AND verified_at IS NULL",
        (at, person_id, password_hash),
    )
    return done.rowcount == 1


@one_by_one
def _change_profile(connection: sqlite3.Connection, change: tuple[int, Profile]) -> None:
    person_id, profile = change
    connection.execute(
        f"UPDATE people SET name = ?, department = ?, tags = ?, revision = {_NEXT_REVISION}"
        " WHERE id = ? AND deleted_at IS NULL",
        (profile.name, profile.department, tags_json(profile), person_id),
    )


@one_by_one
def _delete(connection: sqlite3.Connection, which: tuple[int, int]) -> None:
    """The row stays without anything that tells of the person: followers read there that they are gone."""
    person_id, at = which
    row = connection.execute("SELECT email, organisation_id FROM people WHERE id = ?", (person_id,)).fetchone()
    if row is None:
        return
    email, organisation_id = row
    for (session_id,) in connection.execute("SELECT id FROM sessions WHERE person_id = ?", (person_id,)).fetchall():
        end_session(connection, session_id, at)
    _delete_swipes(connection, person_id, organisation_id)
    connection.execute("DELETE FROM matches WHERE low = ? OR high = ?", (person_id, person_id))
    connection.execute("DELETE FROM shown WHERE person_id = ?", (person_id,))
    connection.execute("DELETE FROM activity WHERE person_id = ?", (person_id,))
    connection.execute("DELETE FROM mails WHERE recipient = ?", (email,))
    connection.execute(
        "UPDATE people SET email = 'deleted ' || id, password_hash = '', name = '', department = '',"
        f" tags = '[[],[],[]]', verified_at = NULL, deleted_at = ?, revision = {_NEXT_REVISION} WHERE id = ?",
        (at, person_id),
    )


def _delete_swipes(connection: sqlite3.Connection, person_id: int, organisation_id: int) -> None:
    """Their own become nameless, for followers count them. Others' about them are found by pair: colleagues only."""
    connection.execute("UPDATE swipes SET swiper = -seq WHERE swiper = ?", (person_id,))
    connection.execute(
        "DELETE FROM swipes WHERE swiped = ? AND swiper IN (SELECT id FROM people WHERE organisation_id = ?)",
        (person_id, organisation_id),
    )
