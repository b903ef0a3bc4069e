"""One's own account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from ..model import Person
from ..security.tokens import Caller
from ..services import Services, services
from .caller import NotLoggedIn, caller
from .prefix import PREFIX
from .shapes import Me, ProfileChange

router = APIRouter(prefix=PREFIX, tags=["me"])


@router.get("/me")
async def show(me: Annotated[Caller, Depends(caller)], having: Annotated[Services, Depends(services)]) -> Me:
    """One's own profile."""
    return Me.of(await _person(me, having))


@router.patch("/me")
async def change(
    body: ProfileChange, me: Annotated[Caller, Depends(caller)], having: Annotated[Services, Depends(services)]
) -> Me:
    """Replaces the fields given. Colleagues' decks follow within a second or two."""
    person = await _person(me, having)
    await having.store.people.change_profile(person.id, body.applied_to(person.profile))
    return Me.of(await _person(me, having))


async def _person(me: Caller, having: Services) -> Person:
    person = await having.store.people.person(me.person_id)
    if person is None:
        raise NotLoggedIn
    return person
