"""The people of one organisation, arranged so that a deck is a few passes over arrays.

Every person has a row. For each tag there is the list of rows that carry it, so a deck adds points only where a tag is
shared: the cost grows with the number of shared tags, not with the number of tags there are.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ..model import IndexedPerson, Profile
from .card import card
from .score import (
    POINTS_COMPLEMENTARY_SKILL,
    POINTS_OTHER_DEPARTMENT,
    POINTS_SHARED_INTEREST,
    POINTS_SHARED_SKILL,
    SCORE_SHIFT,
    tie_break,
)

# An array holds numbers of rows.
Rows = dict[str, "array[int]"]

FIRST_CAPACITY = 64
# Low enough to stay below zero with any score on top.
NOBODY = -(1 << 63)
_INT64 = "q"


class OrganisationIndex:
    """Answers decks for the people of one organisation."""

    def __init__(self) -> None:
        self._row_of: dict[int, int] = {}
        self._people: list[IndexedPerson | None] = []
        self._cards: list[bytes | None] = []
        self._free: list[int] = []
        self._departments: dict[str, int] = {}
        self._department = np.zeros(FIRST_CAPACITY, np.int32)
        self._tie_break = np.full(FIRST_CAPACITY, NOBODY, np.int64)
        self._skills: Rows = defaultdict(_no_rows)
        self._wants_to_learn: Rows = defaultdict(_no_rows)
        self._interests: Rows = defaultdict(_no_rows)

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, person_id: int) -> bool:
        return person_id in self._row_of

    def put(self, person: IndexedPerson) -> None:
        """Add a person, or replace what is known of them."""
        self.remove(person.id)
        row = self._free_row()
        self._row_of[person.id] = row
        self._people[row] = person
        self._department[row] = self._departments.setdefault(person.profile.department, len(self._departments))
        self._tie_break[row] = tie_break(person.id, person.shown)
        for rows, tags in self._places(person.profile):
            for tag in tags:
                rows[tag].append(row)

    def remove(self, person_id: int) -> None:
        """Forget a person; nothing happens when they are not there."""
        row = self._row_of.pop(person_id, None)
        if row is None:
            return
        person = self._people[row]
        assert person is not None  # noqa: S101  a row that is taken holds a person
        for rows, tags in self._places(person.profile):
            for tag in tags:
                rows[tag].remove(row)
        self._people[row] = self._cards[row] = None
        self._tie_break[row] = NOBODY
        self._free.append(row)

    def show_more(self, person_id: int, times: int) -> None:
        """The person was swiped by so many more colleagues."""
        row = self._row_of.get(person_id)
        person = self._people[row] if row is not None else None
        if row is None or person is None:
            return
        shown = person.shown + times
        self._people[row] = IndexedPerson(person.id, person.organisation_id, person.profile, shown)
        self._tie_break[row] = tie_break(person_id, shown)

    def deck(self, person_id: int, seen: Iterable[int], limit: int) -> list[bytes]:
        """Cards of the best `limit` colleagues not in `seen`, best first. The person must be in the index."""
        return [self._card(row) for row in self._best_rows(self._keys(person_id, seen), limit)]

    def deck_ids(self, person_id: int, seen: Iterable[int], limit: int) -> list[int]:
        """The same deck as ids."""
        people = [self._people[row] for row in self._best_rows(self._keys(person_id, seen), limit)]
        return [person.id for person in people if person]

    def _keys(self, person_id: int, seen: Iterable[int]) -> NDArray[np.int64]:
        """One sort key per row: score, then tie break; below zero for whoever must not be shown."""
        own_row = self._row_of[person_id]
        keys = self._scores(own_row)
        keys <<= SCORE_SHIFT
        keys += self._tie_break[: len(keys)]
        row_of = self._row_of
        keys[[row_of[one] for one in seen if one in row_of]] = NOBODY
        keys[own_row] = NOBODY
        return keys

    def _scores(self, own_row: int) -> NDArray[np.int64]:
        person = self._people[own_row]
        assert person is not None  # noqa: S101  a row that is taken holds a person
        sharing = b"".join(self._rows_by_points(person.profile))
        scores = np.bincount(np.frombuffer(sharing, np.int64), minlength=len(self._people))
        department = self._department[: len(self._people)]
        scores += (department != department[own_row]) * POINTS_OTHER_DEPARTMENT
        return scores

    def _rows_by_points(self, profile: Profile) -> Iterable[array[int]]:
        """The rows of all who share something, each as often as it gives points: counting them sums the points."""
        yield from _carriers(self._skills, profile.skills, POINTS_SHARED_SKILL)
        yield from _carriers(self._wants_to_learn, profile.skills, POINTS_COMPLEMENTARY_SKILL)
        yield from _carriers(self._skills, profile.wants_to_learn, POINTS_COMPLEMENTARY_SKILL)
        yield from _carriers(self._interests, profile.interests, POINTS_SHARED_INTEREST)

    @staticmethod
    def _best_rows(keys: NDArray[np.int64], limit: int) -> list[int]:
        if len(keys) > limit:
            best = np.argpartition(keys, len(keys) - limit)[len(keys) - limit :]
        else:
            best = np.arange(len(keys))
        best = best[keys[best] >= 0]
        return best[np.argsort(keys[best])[::-1]].tolist()  # type: ignore[no-any-return]

    def _card(self, row: int) -> bytes:
        """Made when first asked for: start-up need not wait for cards that nobody may see."""
        known = self._cards[row]
        if known is None:
            person = self._people[row]
            assert person is not None  # noqa: S101  only rows that are taken have keys above zero
            known = self._cards[row] = card(person.id, person.profile)
        return known

    def _places(self, profile: Profile) -> Iterable[tuple[Rows, tuple[str, ...]]]:
        return (
            (self._skills, profile.skills),
            (self._wants_to_learn, profile.wants_to_learn),
            (self._interests, profile.interests),
        )

    def _free_row(self) -> int:
        if self._free:
            return self._free.pop()
        if len(self._people) == len(self._department):
            self._grow()
        self._people.append(None)
        self._cards.append(None)
        return len(self._people) - 1

    def _grow(self) -> None:
        room = len(self._department)
        self._department = np.concatenate([self._department, np.zeros(room, np.int32)])
        self._tie_break = np.concatenate([self._tie_break, np.full(room, NOBODY, np.int64)])


def _no_rows() -> array[int]:
    return array(_INT64)


def _carriers(rows: Rows, tags: Iterable[str], times: int) -> Iterable[array[int]]:
    for tag in tags:
        carriers = rows.get(tag)
        if carriers:
            yield from [carriers] * times
