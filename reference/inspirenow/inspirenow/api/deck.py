"""The SwipeDeck."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from .caller import LoggedIn, NotLoggedIn
from .prefix import PREFIX
from .shapes import Deck

router = APIRouter(prefix=PREFIX, tags=["deck"])

DEFAULT_LIMIT = 45
MAX_LIMIT = 100


@router.get("/deck", response_model=Deck)
async def deck(visit: LoggedIn, limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT) -> Response:
    """Colleagues not decided about yet, best first. Short or empty when few are left."""
    me, services = visit.caller, visit.services
    seen = await services.store.swipes.seen_by(me.person_id)
    with services.metrics.deck_seconds.time():
        cards = await services.index.deck(me.organisation_id, me.person_id, seen, limit)
    if cards is None:
        raise NotLoggedIn
    return Response(b'{"people":[' + b",".join(cards) + b"]}", media_type="application/json")
