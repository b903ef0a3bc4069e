"""People by the hundred thousand, the same every time, for benchmarks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from random import Random

from ..model import Profile
from .draw import draw_traits
from .people_csv import ExistingPerson

RANDOM_SEED = 2021

_FIRST_NAMES = (
    "Ada", "Ben", "Clara", "David", "Emma", "Finn", "Greta", "Hugo", "Ida", "Jonas", "Klara", "Leon", "Mia", "Noah",
    "Olga", "Paul", "Rosa", "Samir", "Tilda", "Uwe", "Vera", "Wim", "Yara", "Zoe",
)  # fmt: skip
_LAST_NAMES = (
    "Albrecht", "Becker", "Çelik", "Dietrich", "Engel", "Fischer", "Graf", "Hofmann", "Ivanova", "Jansen", "Keller",
    "Lorenz", "Meyer", "Nowak", "Otto", "Peters", "Richter", "Schäfer", "Tran", "Ulrich", "Vogel", "Wagner", "Zimmer",
)  # fmt: skip


def organisations(count: int) -> list[tuple[str, str]]:
    """Names and invite codes."""
    return [(f"Organisation {number:04}", f"ORGANISATION-{number:04}") for number in range(1, count + 1)]


def people(count: int, organisation_count: int) -> Iterator[ExistingPerson]:
    """Organisations differ in size as customers do: the n-th has a share proportional to 1/√n."""
    random = Random(RANDOM_SEED)  # noqa: S311  must be the same every time
    names = [name for name, _ in organisations(organisation_count)]
    shares = list(accumulate(1 / number**0.5 for number in range(1, organisation_count + 1)))
    for number in range(1, count + 1):
        name = f"{random.choice(_FIRST_NAMES)} {random.choice(_LAST_NAMES)}"
        traits = draw_traits(random)
        tags = (traits.skills, traits.wants_to_learn, traits.interests)
        organisation = random.choices(names, cum_weights=shares)[0]
        yield ExistingPerson(f"person-{number:06}@seed.example", organisation, Profile(name, traits.department, *tags))
