"""Puts a population into a store. Running it again adds only what is missing."""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import islice

from ..model import NewPerson
from ..stores.protocol import Store
from . import generated, people_csv
from .catalogue import INTEREST, INTERESTS, ORGANISATIONS, SHARED_PASSWORD_HASH, SKILL, SKILLS
from .people_csv import ExistingPerson

# Other processes may write between two batches.
BATCH = 2_000


async def fill_basics(store: Store) -> int:
    """Words, customers, and the people of `load/existing.csv`; answers how many people were added."""
    await store.tags.add_catalogue(SKILL, SKILLS)
    await store.tags.add_catalogue(INTEREST, INTERESTS)
    ids = await store.organisations.add_all(ORGANISATIONS)
    return await _add(store, people_csv.read(), ids)


async def fill_generated(store: Store, people: int, organisations: int) -> int:
    """So many people more, in organisations of their own; answers how many were added."""
    ids = await store.organisations.add_all(generated.organisations(organisations))
    return await _add(store, generated.people(people, organisations), ids)


async def _add(store: Store, people: Iterable[ExistingPerson], organisation_ids: dict[str, int]) -> int:
    now = int(time.time())
    rest = iter(people)
    added = 0
    while batch := list(islice(rest, BATCH)):
        added += await store.people.add_all([_verified(person, organisation_ids, now) for person in batch])
    return added


def _verified(person: ExistingPerson, organisation_ids: dict[str, int], at: int) -> NewPerson:
    organisation_id = organisation_ids[person.organisation]
    return NewPerson(organisation_id, person.email, SHARED_PASSWORD_HASH, person.profile, verified_at=at)
