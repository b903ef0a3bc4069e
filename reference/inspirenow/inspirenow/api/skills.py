"""The words for skills and interests."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from ..population.catalogue import INTEREST, SKILL
from ..security.tokens import Caller
from ..services import Services, services
from .caller import caller
from .prefix import PREFIX
from .shapes import Catalogue

router = APIRouter(prefix=PREFIX, tags=["skills"])


@router.get("/skills")
async def catalogue(_: Annotated[Caller, Depends(caller)], having: Annotated[Services, Depends(services)]) -> Catalogue:
    """What a profile may choose from; own words are fine too."""
    tags = having.store.tags
    return Catalogue(skills=await tags.catalogue(SKILL), interests=await tags.catalogue(INTEREST))
