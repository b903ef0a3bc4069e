"""Deciding about a colleague."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends

from ..model import Choice, Swipe
from ..problems import Problem
from ..security.tokens import Caller
from ..services import Services, services
from ..stores.protocol import UnknownPerson
from .caller import caller
from .prefix import PREFIX
from .shapes import ChoiceName, Swiped, SwipeRequest

router = APIRouter(prefix=PREFIX, tags=["swipes"])

_CHOICES: dict[ChoiceName, Choice] = {"like": Choice.LIKE, "pass": Choice.PASS}
_NAMES = {choice: name for name, choice in _CHOICES.items()}


@router.post("/swipes")
async def swipe(
    body: SwipeRequest, me: Annotated[Caller, Depends(caller)], having: Annotated[Services, Depends(services)]
) -> Swiped:
    """The first decision on a person stands; sending it again is harmless and answers what stands."""
    decision = Swipe(me.person_id, body.person_id, me.organisation_id, _CHOICES[body.choice], int(time.time()))
    try:
        outcome = await having.store.swipes.add(decision)
    except UnknownPerson as reason:
        raise Problem(HTTPStatus.NOT_FOUND, "unknown-person", "There is no such colleague") from reason
    return Swiped(
        person_id=body.person_id,
        choice=_NAMES[outcome.choice],
        match=outcome.match_id is not None,
        match_id=outcome.match_id,
    )
