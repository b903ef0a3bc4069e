"""Register, verify, log in, stay logged in, log out."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request

from ..mails import already_registered, verification
from ..model import Account, NewPerson, Refresh
from ..problems import Problem
from ..security.guard import client_address
from ..security.tokens import (
    ACCESS_TOKEN_LIFETIME_S,
    SESSION_LIFETIME_S,
    BadToken,
    Caller,
    Continuation,
    fingerprint,
)
from ..services import Services, services
from ..stores.protocol import EmailTaken
from .caller import Visitor
from .routing import api_router
from .shapes import LoggedIn, Login, RefreshRequest, Registered, Registration, VerificationRequest, Verified

router = api_router("auth", "/auth")


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
async def login(body: Login, request: Request, having: Annotated[Services, Depends(services)]) -> LoggedIn:
    """Answers a pair of tokens. Unknown address and wrong password look the same and take the same time."""
    account = await _authenticated(body, client_address(request, having.settings.trusted_proxy_hops), having)
    if not account.verified:
        raise Problem(HTTPStatus.FORBIDDEN, "not-verified", "Verify the e-mail address first")
    now = int(time.time())
    session_id = await having.store.sessions.start(account.person_id, now, now + SESSION_LIFETIME_S)
    return _tokens(having, account, session_id, generation=0)


@router.post("/refresh")
async def refresh(body: RefreshRequest, having: Annotated[Services, Depends(services)]) -> LoggedIn:
    """Answers a new pair of tokens. A refresh token works once; one that comes back later ends the session."""
    try:
        held = having.tokens.read_refresh(body.refresh_token)
    except BadToken as reason:
        raise SessionOver from reason
    now = int(time.time())
    outcome = await having.store.sessions.refresh(held.session_id, held.generation, now, now + SESSION_LIFETIME_S)
    account = await having.store.people.account_of(held.person_id)
    if outcome is Refresh.DONE_ALREADY:
        raise Problem(HTTPStatus.CONFLICT, "refreshed-already", "This refresh token was used a moment ago")
    if outcome is Refresh.ENDED or account is None:
        having.ended_sessions.add(held.session_id, now)
        raise SessionOver
    return _tokens(having, account, held.session_id, held.generation + 1)


@router.post("/logout", status_code=HTTPStatus.NO_CONTENT)
async def logout(visit: Visitor) -> None:
    """Ends the session: here at once, at other replicas within a second."""
    session_id, now = visit.caller.session_id, int(time.time())
    await visit.services.store.sessions.end(session_id, now)
    visit.services.ended_sessions.add(session_id, now)


class SessionOver(Problem):
    """The refresh token is forged, expired, used up, or its session was ended."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.UNAUTHORIZED, "session-over", "The session is over; log in again")


async def _authenticated(body: Login, client: str, having: Services) -> Account:
    await having.login_guard.check(body.email, client)
    account = await having.store.people.account(body.email)
    with having.metrics.login_seconds.time():
        right = await having.passwords.is_right(body.password, account.password_hash if account else None)
    if account is None or not right:
        await having.login_guard.failed(body.email, client)
        raise Problem(HTTPStatus.UNAUTHORIZED, "wrong-credentials", "E-mail or password is wrong")
    await having.login_guard.check(body.email, client)
    return account


def _tokens(having: Services, account: Account, session_id: int, generation: int) -> LoggedIn:
    caller = Caller(account.person_id, account.organisation_id, session_id)
    return LoggedIn(
        access_token=having.tokens.access(caller),
        refresh_token=having.tokens.refresh(Continuation(session_id, account.person_id, generation)),
        expires_in_s=ACCESS_TOKEN_LIFETIME_S,
    )
