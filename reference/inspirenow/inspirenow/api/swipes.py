"""Deciding about a colleague."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from ..model import Choice, Swipe, SwipeOutcome
from ..problems import Problem
from ..stores.protocol import UnknownPerson
from .caller import Visitor
from .routing import api_router
from .shapes import ChoiceName, PersonId, Swiped, SwipeRequest

router = api_router("swipes")

_CHOICES: dict[ChoiceName, Choice] = {"like": Choice.LIKE, "pass": Choice.PASS}
_NAMES = {choice: name for name, choice in _CHOICES.items()}


@router.post("/swipes", response_model=Swiped)
async def swipe(body: SwipeRequest, visit: Visitor) -> Response:
    """The first decision on a person stands; sending it again is harmless and answers what stands."""
    me = visit.caller
    decision = Swipe(me.person_id, body.person_id, me.organisation_id, _CHOICES[body.choice], int(time.time()))
    try:
        outcome = await visit.services.store.swipes.add(decision)
    except UnknownPerson as reason:
        raise Problem(HTTPStatus.NOT_FOUND, "unknown-person", "There is no such colleague") from reason
    return Response(_answer(body.person_id, outcome), media_type="application/json")


@router.delete("/swipes/{person_id}", status_code=HTTPStatus.NO_CONTENT)
async def take_back(person_id: Annotated[PersonId, Path()], visit: Visitor) -> None:
    """Undo a decision, and the match that came of it. The person comes into the deck again."""
    if not await visit.services.store.swipes.take_back(visit.caller.person_id, person_id):
        raise Problem(HTTPStatus.NOT_FOUND, "unknown-swipe", "There is no such swipe to take back")


def _answer(person_id: int, outcome: SwipeOutcome) -> bytes:
    """`Swiped` as JSON; written by hand because it is asked for more often than all else together."""
    match_id = outcome.match_id
    answer = {"person_id": person_id, "choice": _NAMES[outcome.choice], "match": match_id is not None}
    return json.dumps({**answer, "match_id": match_id}).encode()
