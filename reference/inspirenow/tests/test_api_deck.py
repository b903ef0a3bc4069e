"""Deck, swipes, matches, profile."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from inspirenow.services import Services

from .people import ALSTER, deck_of, log_in, my_id, swipe

pytestmark = pytest.mark.anyio


async def test_a_deck_holds_the_colleagues_and_nobody_else(client: httpx.AsyncClient) -> None:
    ada = await log_in(client, "ada")
    answer = (await client.get("/api/v1/deck", headers=ada)).json()
    assert {person["name"].lower() for person in answer["people"]} == set(ALSTER) - {"ada"}
    assert answer["people"][0] == {
        "id": answer["people"][0]["id"],
        "name": "Ben",
        "department": "Sales",
        "skills": ["Git"],
        "wants_to_learn": ["Go"],
        "interests": ["Chess"],
    }


async def test_whom_one_swiped_does_not_come_again(client: httpx.AsyncClient) -> None:
    ada = await log_in(client, "ada")
    first, *rest = await deck_of(client, ada)
    assert (await swipe(client, ada, first, "pass")).status_code == 200
    assert await deck_of(client, ada) == rest


async def test_a_deck_runs_short_without_an_error(client: httpx.AsyncClient) -> None:
    ada = await log_in(client, "ada")
    for person_id in await deck_of(client, ada):
        await swipe(client, ada, person_id, "pass")
    assert await deck_of(client, ada) == []


async def test_who_was_swiped_less_often_comes_first_among_equals(
    client: httpx.AsyncClient, services: Services
) -> None:
    ada, ben = await log_in(client, "ada"), await log_in(client, "ben")
    clara, *others = [one for one in await deck_of(client, ada) if one != await my_id(client, ben)]
    await swipe(client, ben, clara, "pass")
    await services.follower.catch_up()
    deck = await deck_of(client, ada)
    assert deck.index(clara) > max(deck.index(one) for one in others)


async def test_two_likes_make_a_match(client: httpx.AsyncClient) -> None:
    ada, ben = await log_in(client, "ada"), await log_in(client, "ben")
    ada_id, ben_id = await my_id(client, ada), await my_id(client, ben)
    assert (await swipe(client, ada, ben_id, "like")).json()["match"] is False
    answer = (await swipe(client, ben, ada_id, "like")).json()
    assert answer["match"] is True
    for who, other in ((ada, ben_id), (ben, ada_id)):
        (match,) = (await client.get("/api/v1/matches", headers=who)).json()["matches"]
        assert (match["id"], match["person"]["id"]) == (answer["match_id"], other)


async def test_a_like_and_a_pass_make_none(client: httpx.AsyncClient) -> None:
    ada, ben = await log_in(client, "ada"), await log_in(client, "ben")
    await swipe(client, ada, await my_id(client, ben), "like")
    assert (await swipe(client, ben, await my_id(client, ada), "pass")).json()["match"] is False
    assert (await client.get("/api/v1/matches", headers=ada)).json() == {"matches": []}


async def test_the_first_swipe_on_a_person_stands(client: httpx.AsyncClient) -> None:
    ada, ben = await log_in(client, "ada"), await log_in(client, "ben")
    ben_id = await my_id(client, ben)
    first = await swipe(client, ada, ben_id, "like")
    for choice in ("like", "pass"):
        again = await swipe(client, ada, ben_id, choice)
        assert (again.status_code, again.json()) == (200, first.json())


async def test_two_who_like_each_other_in_the_same_instant_match_once(client: httpx.AsyncClient) -> None:
    ada, ben = await log_in(client, "ada"), await log_in(client, "ben")
    ada_id, ben_id = await my_id(client, ada), await my_id(client, ben)
    answers = await asyncio.gather(
        *(swipe(client, *pair, "like") for pair in ((ada, ben_id), (ben, ada_id)) for _ in range(5))
    )
    assert len({answer.json()["match_id"] for answer in answers} - {None}) == 1
    assert len((await client.get("/api/v1/matches", headers=ada)).json()["matches"]) == 1


async def test_people_of_other_organisations_do_not_exist(client: httpx.AsyncClient) -> None:
    ada, otto = await log_in(client, "ada"), await log_in(client, "otto")
    assert await deck_of(client, otto) == []
    answer = await swipe(client, ada, await my_id(client, otto), "like")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:inspirenow:problem:unknown-person")


async def test_nobody_swipes_themselves(client: httpx.AsyncClient) -> None:
    ada = await log_in(client, "ada")
    assert (await swipe(client, ada, await my_id(client, ada), "like")).status_code == 404


async def test_a_changed_profile_is_seen_by_colleagues(client: httpx.AsyncClient, services: Services) -> None:
    ada, ben = await log_in(client, "ada"), await log_in(client, "ben")
    answer = await client.patch("/api/v1/me", headers=ben, json={"name": "Benno", "skills": ["Go"]})
    assert (answer.json()["profile"]["name"], answer.json()["profile"]["interests"]) == ("Benno", ["Chess"])
    await services.follower.catch_up()
    best = (await client.get("/api/v1/deck?limit=1", headers=ada)).json()["people"][0]
    assert (best["name"], best["skills"]) == ("Benno", ["Go"])


async def test_a_swipe_can_be_taken_back(client: httpx.AsyncClient) -> None:
    ada = await log_in(client, "ada")
    first = (await deck_of(client, ada))[0]
    await swipe(client, ada, first, "pass")
    assert (await client.delete(f"/api/v1/swipes/{first}", headers=ada)).status_code == 204
    assert first in await deck_of(client, ada)
    assert (await swipe(client, ada, first, "like")).json()["choice"] == "like"
    missing = await client.delete("/api/v1/swipes/999999", headers=ada)
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:inspirenow:problem:unknown-swipe")


async def test_who_deletes_their_account_is_gone_at_once(client: httpx.AsyncClient) -> None:
    ada, ben = await log_in(client, "ada"), await log_in(client, "ben")
    ada_id, bens_other_login = await my_id(client, ada), await log_in(client, "ben")
    assert ada_id in await deck_of(client, ben)
    assert (await client.delete("/api/v1/me", headers=ada)).status_code == 204
    assert (await client.get("/api/v1/me", headers=ada)).status_code == 401
    assert (await client.get("/api/v1/deck", headers=ada)).status_code == 401
    assert ada_id not in await deck_of(client, bens_other_login)
    assert (await swipe(client, ben, ada_id, "like")).status_code == 404
