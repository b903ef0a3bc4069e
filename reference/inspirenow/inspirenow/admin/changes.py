"""What an administrator can change. Each form carries the token that only our pages hold."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Path
from starlette.responses import RedirectResponse, Response

from ..api.shapes import Name
from ..problems import Problem
from .visit import PREFIX, AdminSender, admin_router

router = admin_router()

# Without letters and digits that look alike on a printed poster.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH = 10

OrganisationId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.post("/organisations")
async def add_organisation(visit: AdminSender, name: Annotated[Name, Form()]) -> Response:
    """A new customer with a code of its own. A name that is there already stays as it is."""
    await visit.services.store.organisations.add_all([(name, new_invite_code())])
    return _back()


@router.post("/organisations/{organisation_id}/invite-code")
async def change_invite_code(visit: AdminSender, organisation_id: OrganisationId) -> Response:
    """For a code that got into wrong hands."""
    if not await visit.services.store.organisations.change_invite_code(organisation_id, new_invite_code()):
        raise Problem(HTTPStatus.NOT_FOUND, "unknown-organisation", "There is no such organisation")
    return _back()


def new_invite_code() -> str:
    """Fifty bits: too many to guess at the rate that registrations are answered."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))


def _back() -> Response:
    return RedirectResponse(f"{PREFIX}/organisations", HTTPStatus.SEE_OTHER)
