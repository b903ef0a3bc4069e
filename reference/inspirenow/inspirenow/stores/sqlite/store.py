"""The parts of the embedded store, put together."""

from __future__ import annotations

from pathlib import Path

from .database import Database
from .failed_logins import SqliteFailedLogins
from .feed import SqliteFeed
from .mails import SqliteMails
from .organisations import SqliteOrganisations
from .people import SqlitePeople
from .sessions import SqliteSessions
from .statistics import SqliteStatistics
from .swipes import SqliteSwipes
from .tags import SqliteTags

FILE_NAME = "inspirenow.sqlite3"


class SqliteStore:
    """`Store` over one file in `data_dir`."""

    def __init__(self, data_dir: Path) -> None:
        self._database = Database(data_dir / FILE_NAME)
        self.organisations = SqliteOrganisations(self._database)
        self.people = SqlitePeople(self._database)
        self.sessions = SqliteSessions(self._database)
        self.failed_logins = SqliteFailedLogins(self._database)
        self.tags = SqliteTags(self._database)
        self.swipes = SqliteSwipes(self._database)
        self.mails = SqliteMails(self._database)
        self.feed = SqliteFeed(self._database)
        self.statistics = SqliteStatistics(self._database)

    async def open(self) -> None:
        """Raises StoreUnavailable or NotMigrated."""
        await self._database.open()

    async def close(self) -> None:
        """Finish what was begun, then disconnect."""
        await self._database.close()

    async def migrate(self) -> list[str]:
        """Answers the names of the migrations that ran."""
        return self._database.migrate()

    async def check(self) -> None:
        """Raises StoreUnavailable when the file does not answer."""
        self._database.read("SELECT 1 FROM organisations LIMIT 1")
