"""All organisations' indexes.

Swipes are not held here: a deck asks the store whom its owner has seen, so that no replica shows a colleague twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ..model import Changes
from .organisation import OrganisationIndex


class PeopleIndex:
    """The matching index of one process."""

    def __init__(self) -> None:
        self._organisations: dict[int, OrganisationIndex] = defaultdict(OrganisationIndex)
        self._organisation_of: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._organisation_of)

    def knows(self, person_id: int, organisation_id: int) -> bool:
        """Whether this verified person is in the index."""
        return self._organisation_of.get(person_id) == organisation_id

    def deck(self, person_id: int, seen: Iterable[int], limit: int) -> list[bytes]:
        """Cards, best first. The person must be known."""
        return self._of(person_id).deck(person_id, seen, limit)

    def deck_ids(self, person_id: int, seen: Iterable[int], limit: int) -> list[int]:
        """The same deck as ids."""
        return self._of(person_id).deck_ids(person_id, seen, limit)

    def apply(self, changes: Changes) -> None:
        """Take in what happened in the store."""
        for person_id, times in changes.shown_more.items():
            if person_id in self._organisation_of:
                self._of(person_id).show_more(person_id, times)
        for person_id in changes.gone:
            self._remove(person_id)
        for person in changes.people:
            self._organisation_of[person.id] = person.organisation_id
            self._organisations[person.organisation_id].put(person)

    def _remove(self, person_id: int) -> None:
        organisation_id = self._organisation_of.pop(person_id, None)
        if organisation_id is not None:
            self._organisations[organisation_id].remove(person_id)

    def _of(self, person_id: int) -> OrganisationIndex:
        return self._organisations[self._organisation_of[person_id]]
