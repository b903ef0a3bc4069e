"""The embedded store: one SQLite file that several processes share."""

from .store import SqliteStore

__all__ = ["SqliteStore"]
