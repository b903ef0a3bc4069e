"""The deck call inside the process: what matching itself costs."""

from __future__ import annotations

import time
from collections import defaultdict
from pathlib import Path
from random import Random

from inspirenow.following import Follower
from inspirenow.matching.people import PeopleIndex
from inspirenow.model import Changes
from inspirenow.stores.sqlite import SqliteStore

CALLS = 3_000
SEEN = 45
DECK = 45


async def measure(data_dir: Path) -> list[str]:
    """One line for the largest organisation and one for that whose size is nearest to 2,000."""
    store = SqliteStore(data_dir)
    await store.open()
    index = PeopleIndex()
    members: dict[int, list[int]] = defaultdict(list)

    def remember(changes: Changes) -> None:
        for person in changes.people:
            members[person.organisation_id].append(person.id)

    await Follower(store.feed, (index.apply, remember)).begin()
    await store.close()
    sizes = sorted(members.values(), key=len)
    nearest = min(sizes, key=lambda people: abs(len(people) - 2_000))
    return [_told(index, people) for people in (sizes[-1], nearest)]


def _told(index: PeopleIndex, people: list[int]) -> str:
    random = Random(1)
    seconds = sorted(_seconds(index, random.choice(people), random.sample(people, SEEN)) for _ in range(CALLS))
    p50, p99 = (1000 * seconds[int(CALLS * share)] for share in (0.5, 0.99))
    return f"deck in the process, organisation of {len(people):,}: p50 {p50:.2f} ms, p99 {p99:.2f} ms"


def _seconds(index: PeopleIndex, person_id: int, seen: list[int]) -> float:
    started = time.perf_counter()
    index.deck(person_id, seen, DECK)
    return time.perf_counter() - started
