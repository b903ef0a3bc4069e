"""The schema as numbered migrations. A migration may only add: the release before it keeps serving meanwhile."""

from __future__ import annotations

import sqlite3

FIRST = """
CREATE TABLE organisations (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    invite_code TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE people (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation_id INTEGER NOT NULL REFERENCES organisations (id),
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    department TEXT NOT NULL,
    tags TEXT NOT NULL,               -- JSON: three lists, skills, wants to learn, interests
    revision INTEGER UNIQUE,          -- grows with every change that matching must hear of; NULL until verified
    created_at INTEGER NOT NULL,
    verified_at INTEGER,
    deleted_at INTEGER
) STRICT;

-- By how many colleagues a person was swiped. Apart from people, so that a swipe rewrites few and small pages.
CREATE TABLE shown (
    person_id INTEGER PRIMARY KEY REFERENCES people (id),
    times INTEGER NOT NULL
) STRICT;

CREATE TABLE tags (
    kind TEXT NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE swipes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    swiper INTEGER NOT NULL, -- negative: taken back, or its swiper left; the row still counts as shown
    swiped INTEGER NOT NULL,
    choice INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
-- One swipe a pair.
CREATE UNIQUE INDEX one_swipe_per_pair ON swipes (swiper, swiped);

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES people (id),
    generation INTEGER NOT NULL DEFAULT 0,
    refreshed_at INTEGER,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of_person ON sessions (person_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- For followers; rows older than the longest life of an access token say nothing any more.
CREATE TABLE ended_sessions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE failed_logins (
    key TEXT NOT NULL,
    minute INTEGER NOT NULL, -- epoch seconds / 60
    times INTEGER NOT NULL,
    PRIMARY KEY (key, minute)
) STRICT, WITHOUT ROWID;
CREATE INDEX failed_logins_by_minute ON failed_logins (minute);

CREATE TABLE matches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    low INTEGER NOT NULL REFERENCES people (id),
    high INTEGER NOT NULL REFERENCES people (id),
    at INTEGER NOT NULL,
    UNIQUE (low, high),
    CHECK (low < high)
) STRICT;
CREATE INDEX matches_of_high ON matches (high);

-- What the dashboard shows by day, so that it need not count millions of rows. Days since 1970, UTC.
CREATE TABLE daily (
    day INTEGER NOT NULL,
    organisation_id INTEGER NOT NULL,
    swipes INTEGER NOT NULL,
    likes INTEGER NOT NULL,
    matches INTEGER NOT NULL,
    PRIMARY KEY (day, organisation_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE activity (
    day INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    PRIMARY KEY (day, person_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    token TEXT,
    sent_at INTEGER NOT NULL
) STRICT;
CREATE INDEX mails_of_recipient ON mails (recipient, id);
"""

MIGRATIONS: list[tuple[str, str]] = [("0001 people, swipes, matches, mails", FIRST)]


def version(connection: sqlite3.Connection) -> int:
    """How many migrations have run."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> list[str]:
    """Run what has not run yet, each in its own transaction; answers their names."""
    ran = []
    for number, (name, script) in enumerate(MIGRATIONS, start=1):
        if _migrate_one(connection, number, script):
            ran.append(name)
    return ran


def _migrate_one(connection: sqlite3.Connection, number: int, script: str) -> bool:
    """Asks for the version under the write lock: two releases may start at once."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if version(connection) >= number:
            return False
        for statement in _statements(script):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    return True


def _statements(script: str) -> list[str]:
    """Split by hand: `executescript` would commit the transaction first."""
    statements, pending = [], ""
    for line in script.splitlines():
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            statements.append(pending)
            pending = ""
    return statements
