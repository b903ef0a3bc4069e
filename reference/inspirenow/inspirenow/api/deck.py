"""The SwipeDeck."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from .caller import NotLoggedIn, Visitor
from .routing import api_router
from .shapes import Deck

router = api_router("deck")

DEFAULT_LIMIT = 45
MAX_LIMIT = 100


@router.get("/deck", response_model=Deck)
async def deck(visit: Visitor, limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT) -> Response:
    """Colleagues not decided about yet, best first. Short or empty when few are left."""
    me, services = visit.caller, visit.services
    seen = await services.store.swipes.seen_by(me.person_id)
    if not services.index.knows(me.person_id, me.organisation_id):
        await services.follower.catch_up()  # verified a moment ago, perhaps at another replica
    if not services.index.knows(me.person_id, me.organisation_id):
        raise NotLoggedIn
    with services.metrics.deck_seconds.time():
        cards = services.index.deck(me.person_id, seen, limit)
    return Response(b'{"people":[' + b",".join(cards) + b"]}", media_type="application/json")
