"""Keeps what a process holds in memory in step with the store.

A replica reads what changed since its cursor every `INTERVAL_S`; nothing is sent from replica to replica. A change is
known everywhere after at most that long, and a replica that was cut off for a while catches up by itself.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable, Sequence

from .model import Changes, Cursor
from .stores.protocol import Feed, StoreUnavailable

INTERVAL_S = 0.5

log = logging.getLogger(__name__)


class Follower:
    """Reads the feed for its readers."""

    def __init__(self, feed: Feed, readers: Sequence[Callable[[Changes], None]]) -> None:
        self._feed = feed
        self._readers = readers
        self._cursor = Cursor()
        self._catching_up = asyncio.Lock()

    async def begin(self) -> None:
        """Read all there is. None of it is garbage: looking for some would slow this down, and stall requests later."""
        gc.disable()
        try:
            await self.catch_up()
        finally:
            gc.freeze()
            gc.enable()

    async def follow(self) -> None:
        """Stay in step with the store until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL_S)
            try:
                await self.catch_up()
            except StoreUnavailable as failure:
                log.warning("cannot follow the store: %s", failure)

    async def catch_up(self) -> None:
        """Apply what changed since the last time."""
        async with self._catching_up:
            while await self._apply_next():
                pass

    async def _apply_next(self) -> bool:
        changes = await self._feed.changes(self._cursor)
        for reader in self._readers:
            reader(changes)
        self._cursor = changes.cursor
        return changes.more
