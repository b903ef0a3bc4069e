"""Register, verify, log in."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends

from ..mails import already_registered, verification
from ..model import NewPerson
from ..problems import Problem
from ..security.tokens import ACCESS_TOKEN_LIFETIME_S, BadToken, fingerprint
from ..services import Services, services
from ..stores.protocol import EmailTaken
from .prefix import PREFIX
from .shapes import LoggedIn, Login, Registered, Registration, VerificationRequest, Verified

router = APIRouter(prefix=f"{PREFIX}/auth", tags=["auth"])


@router.post("/register", status_code=HTTPStatus.ACCEPTED)
async def register(body: Registration, having: Annotated[Services, Depends(services)]) -> Registered:
    """Sends a mail to the address: the way to verify it or, when it has an account already, a word about that."""
    organisation = await having.store.organisations.by_invite_code(body.invite_code)
    if organisation is None:
        raise Problem(HTTPStatus.FORBIDDEN, "unknown-invite-code", "This invite code opens no organisation")
    password_hash = await having.passwords.hash(body.password)
    new = NewPerson(organisation.id, body.email, password_hash, body.profile())
    try:
        person_id = await having.store.people.register(new)
        mail = verification(body.email, having.tokens.verification(person_id, password_hash))
    except EmailTaken:
        mail = already_registered(body.email)
    await having.store.mails.add(mail)
    return Registered(email=body.email)


@router.post("/verify")
async def verify(body: VerificationRequest, having: Annotated[Services, Depends(services)]) -> Verified:
    """Opens the account. A token works once."""
    try:
        claim = having.tokens.read_verification(body.token)
    except BadToken as reason:
        raise Problem(HTTPStatus.BAD_REQUEST, "bad-token", "The token is forged, damaged or expired") from reason
    account = await having.store.people.account_of(claim.person_id)
    if account is None or fingerprint(account.password_hash) != claim.fingerprint:
        raise Problem(HTTPStatus.BAD_REQUEST, "bad-token", "The token belongs to no open registration")
    if not await having.store.people.verify(claim.person_id, account.password_hash, int(time.time())):
        raise Problem(HTTPStatus.CONFLICT, "already-verified", "The address is verified already; log in")
    return Verified()


@router.post("/login")
async def login(body: Login, having: Annotated[Services, Depends(services)]) -> LoggedIn:
    """Answers an access token. Unknown address and wrong password look the same and take the same time."""
    account = await having.store.people.account(body.email)
    with having.metrics.login_seconds.time():
        right = await having.passwords.is_right(body.password, account.password_hash if account else None)
    if account is None or not right:
        raise Problem(HTTPStatus.UNAUTHORIZED, "wrong-credentials", "E-mail or password is wrong")
    if not account.verified:
        raise Problem(HTTPStatus.FORBIDDEN, "not-verified", "Verify the e-mail address first")
    token = having.tokens.access(account.person_id, account.organisation_id)
    return LoggedIn(access_token=token, expires_in_s=ACCESS_TOKEN_LIFETIME_S)
