"""People who like each other."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from ..security.tokens import Caller
from ..services import Services, services
from .caller import caller
from .prefix import PREFIX
from .shapes import Matches, MatchWith

router = APIRouter(prefix=PREFIX, tags=["matches"])


@router.get("/matches")
async def matches(
    me: Annotated[Caller, Depends(caller)],
    having: Annotated[Services, Depends(services)],
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Matches:
    """Newest first."""
    found = await having.store.swipes.matches_of(me.person_id, limit)
    return Matches(matches=[MatchWith.of(match) for match in found])
