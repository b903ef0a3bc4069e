"""People for tests, and what they do."""

from __future__ import annotations

import httpx

from inspirenow.model import NewPerson, Profile
from inspirenow.population.catalogue import SHARED_PASSWORD, SHARED_PASSWORD_HASH

ALSTER = ("ada", "ben", "clara", "david", "emma", "finn")
VERIFIED_AT = 1_600_000_000
NOW = 1_700_000_000


def colleague(organisation_id: int, name: str, profile: Profile | None = None) -> NewPerson:
    """A verified person. All share one hash: making one takes its time, as it should."""
    known = profile or Profile(name.title(), "Sales", ("Git",), ("Go",), ("Chess",))
    return NewPerson(organisation_id, address(name), SHARED_PASSWORD_HASH, known, VERIFIED_AT)


def address(name: str) -> str:
    return f"{name}@mail.example"


async def log_in(client: httpx.AsyncClient, name: str) -> dict[str, str]:
    """Headers of a person who logged in."""
    body = {"email": address(name), "password": SHARED_PASSWORD}
    answer = await client.post("/api/v1/auth/login", json=body)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def deck_of(client: httpx.AsyncClient, headers: dict[str, str], limit: int = 45) -> list[int]:
    answer = await client.get(f"/api/v1/deck?limit={limit}", headers=headers)
    assert answer.status_code == 200, answer.text
    return [person["id"] for person in answer.json()["people"]]


async def swipe(client: httpx.AsyncClient, headers: dict[str, str], person_id: int, choice: str) -> httpx.Response:
    return await client.post("/api/v1/swipes", headers=headers, json={"person_id": person_id, "choice": choice})


async def my_id(client: httpx.AsyncClient, headers: dict[str, str]) -> int:
    return int((await client.get("/api/v1/me", headers=headers)).json()["profile"]["id"])
