"""Connections to the file: one reads on the event loop, one writes in its thread, short-lived ones read in bulk."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from ..protocol import NotMigrated, StoreUnavailable
from . import schema
from .writer import Argument, Operation, Writer
from .writer import Result as WriteResult

Result = TypeVar("Result")
Row = tuple[Any, ...]
Parameters = Sequence[Any] | Mapping[str, Any]

BUSY_TIMEOUT_MS = 5_000
# 16 MB: a page that many swipes touch is copied to the file once, not for each of them.
CHECKPOINT_PAGES = 4_000
_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",
    f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}",
)


class Database:
    """One SQLite file in WAL mode."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader: sqlite3.Connection | None = None
        self._writer: Writer | None = None

    async def open(self) -> None:
        """Raises NotMigrated when the file is missing or older than the code."""
        if not self._path.exists():
            raise NotMigrated(f"{self._path} is not there: run the release phase, `python -m inspirenow migrate`")
        self._reader = self._connect()
        if schema.version(self._reader) < len(schema.MIGRATIONS):
            raise NotMigrated(f"{self._path} is behind the code: run `python -m inspirenow migrate`")
        self._reader.execute("PRAGMA query_only = ON")
        self._writer = Writer(self._connect)

    async def close(self) -> None:
        """Write what waits, then close."""
        if self._writer:
            await self._writer.close()
            self._writer = None
        if self._reader:
            self._reader.close()
            self._reader = None

    def migrate(self) -> list[str]:
        """Make the file and its folder if they are missing, and bring the schema up to date."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = self._connect()
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return schema.migrate(connection)
        finally:
            connection.close()

    def read(self, statement: str, parameters: Parameters = ()) -> list[Row]:
        """Look up a few rows by index, on the event loop: quicker than handing it to a thread, and never locked."""
        if self._reader is None:
            raise StoreUnavailable("the store is closed")
        try:
            return self._reader.execute(statement, parameters).fetchall()
        except sqlite3.OperationalError as failure:
            raise StoreUnavailable(str(failure)) from failure

    async def read_in_bulk(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run `work` in a thread, on a connection of its own, within one snapshot of the data."""
        return await asyncio.to_thread(self._in_snapshot, work)

    async def write(self, operation: Operation[Argument, WriteResult], argument: Argument) -> WriteResult:
        """Returns once committed."""
        if self._writer is None:
            raise StoreUnavailable("the store is closed")
        try:
            return await self._writer.write(operation, argument)
        except sqlite3.OperationalError as failure:
            raise StoreUnavailable(str(failure)) from failure

    def _in_snapshot(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        try:
            connection = self._connect()
            try:
                connection.execute("PRAGMA query_only = ON")
                connection.execute("BEGIN")
                return work(connection)
            finally:
                connection.close()
        except sqlite3.OperationalError as failure:
            raise StoreUnavailable(str(failure)) from failure

    def _connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        except sqlite3.OperationalError as failure:
            raise StoreUnavailable(f"{self._path}: {failure}") from failure
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        return connection
