"""One's own account."""

from __future__ import annotations

import time
from http import HTTPStatus

from ..model import Person
from .caller import NotLoggedIn, Visit, Visitor
from .routing import api_router
from .shapes import Me, ProfileChange

router = api_router("me")


@router.get("/me")
async def show(visit: Visitor) -> Me:
    """One's own profile."""
    return Me.of(await _person(visit))


@router.patch("/me")
async def change(body: ProfileChange, visit: Visitor) -> Me:
    """Replaces the fields given. Colleagues' decks follow within a second or two."""
    person = await _person(visit)
    await visit.services.store.people.change_profile(person.id, body.applied_to(person.profile))
    return Me.of(await _person(visit))


@router.delete("/me", status_code=HTTPStatus.NO_CONTENT)
async def delete(visit: Visitor) -> None:
    """Deletes the account and all that hangs on it. There is no way back."""
    now = int(time.time())
    await visit.services.store.people.delete(visit.caller.person_id, now)
    visit.services.ended_sessions.add(visit.caller.session_id, now)
    await visit.services.follower.catch_up()


async def _person(visit: Visit) -> Person:
    person = await visit.services.store.people.person(visit.caller.person_id)
    if person is None:
        raise NotLoggedIn
    return person
