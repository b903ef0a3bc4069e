"""All organisations' indexes, kept in step with the store.

A replica reads what changed since its cursor every `FOLLOW_INTERVAL_S`; nothing is sent from replica to replica. Swipes
are not held here: a deck asks the store whom its owner has seen, so that no replica shows a colleague twice.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections import defaultdict
from collections.abc import Iterable

from ..model import Changes, Cursor
from ..stores.protocol import Feed, StoreUnavailable
from .organisation import OrganisationIndex

FOLLOW_INTERVAL_S = 0.5

log = logging.getLogger(__name__)


class PeopleIndex:
    """The matching index of one process."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._cursor = Cursor()
        self._organisations: dict[int, OrganisationIndex] = defaultdict(OrganisationIndex)
        self._organisation_of: dict[int, int] = {}
        self._catching_up = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._organisation_of)

    async def build(self) -> None:
        """Read everybody. None of it is garbage: looking for some would slow this down, and stall requests later."""
        gc.disable()
        await self.catch_up()
        gc.freeze()
        gc.enable()

    async def follow(self) -> None:
        """Stay in step with the store until cancelled."""
        while True:
            await asyncio.sleep(FOLLOW_INTERVAL_S)
            try:
                await self.catch_up()
            except StoreUnavailable as failure:
                log.warning("the matching index cannot follow the store: %s", failure)

    async def catch_up(self) -> None:
        """Apply what changed since the last time."""
        async with self._catching_up:
            while await self._apply_next():
                pass

    async def deck(self, organisation_id: int, person_id: int, seen: Iterable[int], limit: int) -> list[bytes] | None:
        """Cards, best first; None when there is no such verified person."""
        if self._organisation_of.get(person_id) != organisation_id:
            await self.catch_up()  # verified a moment ago, perhaps at another replica
        if self._organisation_of.get(person_id) != organisation_id:
            return None
        return self._organisations[organisation_id].deck(person_id, seen, limit)

    async def _apply_next(self) -> bool:
        changes = await self._feed.changes(self._cursor)
        self._apply(changes)
        self._cursor = changes.cursor
        return changes.more

    def _apply(self, changes: Changes) -> None:
        for person_id, times in changes.shown_more.items():
            organisation_id = self._organisation_of.get(person_id)
            if organisation_id is not None:
                self._organisations[organisation_id].show_more(person_id, times)
        for person_id in changes.gone:
            self._remove(person_id)
        for person in changes.people:
            self._organisation_of[person.id] = person.organisation_id
            self._organisations[person.organisation_id].put(person)

    def _remove(self, person_id: int) -> None:
        organisation_id = self._organisation_of.pop(person_id, None)
        if organisation_id is not None:
            self._organisations[organisation_id].remove(person_id)
