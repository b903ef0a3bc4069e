"""Makes the people of the load test: `python load/generate.py`. The same seed makes the same files."""

from __future__ import annotations

import csv
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from faker import Faker

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from inspirenow.population.catalogue import ORGANISATIONS, SHARED_PASSWORD
from inspirenow.population.draw import draw_traits
from inspirenow.population.people_csv import SEPARATOR

RANDOM_SEED = 2021
NEW_PEOPLE = 2_000
EXISTING_PEOPLE = 3_000
LOCALES = ["de_DE", "en_GB", "fr_FR"]
FOLDER = Path(__file__).resolve().parent

EXISTING_FIELDS = (
    "email", "password", "name", "organisation", "department", "skills", "wants_to_learn", "interests",
)  # fmt: skip
NEW_FIELDS = (
    "email", "password", "name", "invite_code", "department", "skill", "other_skill", "wants_to_learn", "interest",
    "other_interest",
)  # fmt: skip


def main() -> None:
    """Write both files."""
    write(FOLDER)


def write(folder: Path) -> None:
    """Write `new.csv` and `existing.csv` into the folder."""
    _write_csv(folder / "existing.csv", EXISTING_FIELDS, existing_people())
    _write_csv(folder / "new.csv", NEW_FIELDS, new_people())


def existing_people() -> Iterable[Sequence[str]]:
    """Everyone has an account already; organisations take turns, so each has as many people."""
    names, random = _names(RANDOM_SEED), Random(RANDOM_SEED)  # noqa: S311  must be the same every time
    for number in range(EXISTING_PEOPLE):
        name = names.name()
        organisation, _ = ORGANISATIONS[number % len(ORGANISATIONS)]
        traits = draw_traits(random)
        lists = (SEPARATOR.join(tags) for tags in (traits.skills, traits.wants_to_learn, traits.interests))
        yield _email(name, number), SHARED_PASSWORD, name, organisation, traits.department, *lists


def new_people() -> Iterable[Sequence[str]]:
    """Nobody has an account yet. Fields hold one word each: a load script can put them into lists, not split them."""
    names, random = _names(RANDOM_SEED + 1), Random(RANDOM_SEED + 1)  # noqa: S311  must be the same every time
    for number in range(NEW_PEOPLE):
        name = names.name()
        _, invite_code = ORGANISATIONS[number % len(ORGANISATIONS)]
        traits = draw_traits(random)
        words = (*traits.skills[:2], traits.wants_to_learn[0], *traits.interests[:2])
        yield _email(name, number), _password(random), name, invite_code, traits.department, *words


def _names(seed: int) -> Faker:
    names = Faker(LOCALES)
    names.seed_instance(seed)
    return names


def _email(name: str, number: int) -> str:
    """Unlike Faker's own, never the address of a real domain, and never the same twice."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    letters = "".join(letter for letter in plain.split()[-1] if letter.isalpha())
    return f"{letters[:16]}.{number:04}@mail.example"


def _password(random: Random) -> str:
    return "pw-" + "".join(random.choices("abcdefghijkmnpqrstuvwxyz23456789", k=14))


def _write_csv(path: Path, fields: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(fields)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
