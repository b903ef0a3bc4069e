"""People who like each other."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from .caller import Visitor
from .routing import api_router
from .shapes import Matches, MatchWith

router = api_router("matches")


@router.get("/matches")
async def matches(visit: Visitor, limit: Annotated[int, Query(ge=1, le=100)] = 50) -> Matches:
    """Newest first."""
    found = await visit.services.store.swipes.matches_of(visit.caller.person_id, limit)
    return Matches(matches=[MatchWith.of(match) for match in found])
