"""The API under /api/v1."""

from __future__ import annotations

from fastapi import APIRouter

from ..settings import Settings
from . import auth, deck, matches, me, outbox, skills, swipes

# Asked in this order for each request: what is asked for most comes first.
_ALWAYS = (swipes, deck, auth, me, matches, skills)


def routers(settings: Settings) -> list[APIRouter]:
    """All routers; the outbox only when there is a token that opens it."""
    parts = (*_ALWAYS, outbox) if settings.outbox_token else _ALWAYS
    return [part.router for part in parts]
