"""Who is logged in at the dashboard: a signed cookie, and a token against forged forms that is tied to it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass

import jwt

COOKIE = "inspirenow_admin"
LIFETIME_S = 8 * 60 * 60
_USE = "admin"
_ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class AdminSession:
    """One login."""

    id: str
    email: str


class AdminSessions:
    """Makes and reads cookies."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()

    def start(self, email: str) -> str:
        """A fresh cookie value: an id that someone planted before the login is worth nothing after it."""
        claims = {"sub": email, "jti": secrets.token_urlsafe(16), "aud": _USE, "exp": int(time.time()) + LIFETIME_S}
        return jwt.encode(claims, self._key, _ALGORITHM)

    def read(self, cookie: str | None) -> AdminSession | None:
        """The session, or None when there is none or it ended."""
        if not cookie:
            return None
        try:
            claims = jwt.decode(cookie, self._key, [_ALGORITHM], audience=_USE, options={"require": ["exp", "jti"]})
        except (jwt.InvalidTokenError, ValueError):
            return None
        return AdminSession(str(claims["jti"]), str(claims["sub"]))

    def form_token(self, session: AdminSession) -> str:
        """Only a page of ours can hold it, so a form that brings it comes from us."""
        return hmac.new(self._key, f"form:{session.id}".encode(), hashlib.sha256).hexdigest()

    def is_form_token(self, session: AdminSession, token: str) -> bool:
        """Compares without telling by its time how much was right."""
        return hmac.compare_digest(self.form_token(session).encode(), token.encode())
