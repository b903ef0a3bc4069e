"""The CSVs are the generator's, and seeding is quick to repeat."""

from __future__ import annotations

import csv
from collections import Counter
from itertools import islice
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher, extract_parameters

from inspirenow.api.shapes import Registration
from inspirenow.population import generated, people_csv
from inspirenow.population.catalogue import ORGANISATIONS, SHARED_PASSWORD, SHARED_PASSWORD_HASH, SKILL
from inspirenow.population.fill import fill_basics, fill_generated
from inspirenow.security.passwords import LANES, MEMORY_KIB, PASSES
from inspirenow.services import Services
from load import generate

LOAD = Path(generate.__file__).parent


def test_the_csvs_are_what_the_generator_makes(tmp_path: Path) -> None:
    generate.write(tmp_path)
    for name in ("new.csv", "existing.csv"):
        assert (tmp_path / name).read_bytes() == (LOAD / name).read_bytes(), f"make flows: {name} differs"


def rows(name: str) -> list[dict[str, str]]:
    with (LOAD / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_there_are_2000_new_people_that_the_api_takes() -> None:
    new = rows("new.csv")
    assert len({row["email"] for row in new}) == 2000
    for row in new:
        Registration(
            email=row["email"],
            password=row["password"],
            invite_code=row["invite_code"],
            name=row["name"],
            department=row["department"],
            skills=[row["skill"], row["other_skill"]],
            wants_to_learn=[row["wants_to_learn"]],
            interests=[row["interest"], row["other_interest"]],
        )


def test_3000_people_exist_500_in_each_organisation() -> None:
    people = list(people_csv.read())
    assert len({person.email for person in people}) == 3000
    assert set(Counter(person.organisation for person in people).values()) == {500}
    assert {person.organisation for person in people} == {name for name, _ in ORGANISATIONS}
    assert {row["password"] for row in rows("existing.csv")} == {SHARED_PASSWORD}


def test_the_shared_hash_is_of_the_shared_password_and_no_weaker_than_others() -> None:
    assert PasswordHasher().verify(SHARED_PASSWORD_HASH, SHARED_PASSWORD)
    parameters = extract_parameters(SHARED_PASSWORD_HASH)
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (MEMORY_KIB, PASSES, LANES)
    assert (MEMORY_KIB, PASSES, LANES) == (19 * 1024, 2, 1)


def test_generated_people_are_the_same_every_time_and_fill_every_organisation() -> None:
    people = list(generated.people(2000, 40))
    assert people == list(generated.people(2000, 40))
    assert list(islice(generated.people(9999, 40), 5)) == people[:5]
    sizes = Counter(person.organisation for person in people)
    assert len(sizes) == 40
    assert sizes["Organisation 0001"] > 3 * sizes["Organisation 0040"]


@pytest.mark.anyio
async def test_seeding_again_adds_nobody(services: Services) -> None:
    store = services.store
    assert await fill_basics(store) == 3000
    assert await fill_generated(store, 100, 3) == 100
    assert await fill_basics(store) == 0
    assert await fill_generated(store, 110, 3) == 10
    assert "Python" in await store.tags.catalogue(SKILL)


@pytest.mark.anyio
async def test_a_seeded_person_can_log_in(client: httpx.AsyncClient, services: Services) -> None:
    await fill_basics(services.store)
    row = rows("existing.csv")[0]
    answer = await client.post("/api/v1/auth/login", json={"email": row["email"], "password": row["password"]})
    assert answer.status_code == 200
