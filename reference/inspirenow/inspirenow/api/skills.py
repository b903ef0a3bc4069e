"""The words for skills and interests."""

from __future__ import annotations

from ..population.catalogue import INTEREST, SKILL
from .caller import Visitor
from .routing import api_router
from .shapes import Catalogue

router = api_router("skills")


@router.get("/skills")
async def catalogue(visit: Visitor) -> Catalogue:
    """What a profile may choose from; own words are fine too."""
    tags = visit.services.store.tags
    return Catalogue(skills=await tags.catalogue(SKILL), interests=await tags.catalogue(INTEREST))
