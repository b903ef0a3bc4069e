"""The mails that would have been sent. Exists only where OUTBOX_TOKEN is set."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Header, Query

from ..problems import Problem
from ..services import Services, services
from .routing import api_router
from .shapes import Email, Outbox, OutboxMail, moment

router = api_router("outbox")


@router.get("/outbox")
async def outbox(
    email: Annotated[Email, Query()],
    having: Annotated[Services, Depends(services)],
    x_outbox_token: Annotated[str, Header()] = "",
) -> Outbox:
    """Mails to one address, newest first, each token as a field of its own."""
    if not hmac.compare_digest(x_outbox_token.encode(), (having.settings.outbox_token or "").encode()):
        raise Problem(HTTPStatus.UNAUTHORIZED, "wrong-outbox-token", "X-Outbox-Token is missing or wrong")
    mails = await having.store.mails.to(email, limit=20)
    shown = [
        OutboxMail(to=mail.to, subject=mail.subject, text=mail.text, token=mail.token, sent_at=moment(mail.sent_at))
        for mail in mails
    ]
    return Outbox(mails=shown)
