"""Signed tokens: readable by every replica that knows the secret key, without asking the store."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import jwt
from jwt.types import Options

ALGORITHM = "HS256"
ACCESS_TOKEN_LIFETIME_S = 15 * 60
# From the last refresh on: who comes back within a month stays logged in.
SESSION_LIFETIME_S = 30 * 24 * 60 * 60
KNOWN_TOKENS = 20_000
VERIFICATION_LIFETIME_S = 24 * 60 * 60

Read = TypeVar("Read")

_ACCESS = "access"
_REFRESH = "refresh"
_VERIFICATION = "verification"


class BadToken(Exception):
    """Forged, expired, damaged, or made for something else."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request."""

    person_id: int
    organisation_id: int
    session_id: int


@dataclass(frozen=True, slots=True)
class Continuation:
    """A session that its holder wants to go on with, as of one generation of its token."""

    session_id: int
    person_id: int
    generation: int


@dataclass(frozen=True, slots=True)
class Verification:
    """Whose e-mail is verified, and for which password."""

    person_id: int
    fingerprint: str


class Tokens:
    """Makes and reads tokens. Each is bound to its use by its audience."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()
        # A client sends the same token with each of its requests.
        self._known_access = lru_cache(KNOWN_TOKENS)(self._check_access)

    def access(self, caller: Caller) -> str:
        """Opens the API for `ACCESS_TOKEN_LIFETIME_S`."""
        claims = {"sub": str(caller.person_id), "org": caller.organisation_id, "sid": caller.session_id}
        return self._sign(_ACCESS, ACCESS_TOKEN_LIFETIME_S, claims)

    def read_access(self, token: str) -> Caller:
        """Raises BadToken."""
        caller, expires_at = self._known_access(token)
        if expires_at <= time.time():
            raise BadToken
        return caller

    def refresh(self, continuation: Continuation) -> str:
        """Opens nothing but the way to a new pair of tokens, once."""
        claims = {"sid": continuation.session_id, "gen": continuation.generation}
        return self._sign(_REFRESH, SESSION_LIFETIME_S, {"sub": str(continuation.person_id), **claims})

    def read_refresh(self, token: str) -> Continuation:
        """Raises BadToken."""
        return self._read(
            _REFRESH,
            token,
            lambda claims: Continuation(int(claims["sid"]), int(claims["sub"]), int(claims["gen"])),
        )

    def verification(self, person_id: int, password_hash: str) -> str:
        """Proves that its holder reads the mails of this account."""
        claims = {"sub": str(person_id), "pwd": fingerprint(password_hash)}
        return self._sign(_VERIFICATION, VERIFICATION_LIFETIME_S, claims)

    def read_verification(self, token: str) -> Verification:
        """Raises BadToken."""
        return self._read(_VERIFICATION, token, lambda claims: Verification(int(claims["sub"]), str(claims["pwd"])))

    def _check_access(self, token: str) -> tuple[Caller, int]:
        return self._read(_ACCESS, token, _caller_and_expiry)

    def _sign(self, use: str, lifetime_s: int, claims: Mapping[str, object]) -> str:
        return jwt.encode({**claims, "aud": use, "exp": int(time.time()) + lifetime_s}, self._key, ALGORITHM)

    def _read(self, use: str, token: str, build: Callable[[dict[str, Any]], Read]) -> Read:
        options: Options = {"require": ["exp", "aud", "sub"]}
        try:
            return build(jwt.decode(token, self._key, [ALGORITHM], audience=use, options=options))
        except (jwt.InvalidTokenError, ValueError, KeyError, TypeError) as reason:
            raise BadToken from reason


def fingerprint(password_hash: str) -> str:
    """Ties a verification to the password it was sent for: registering again makes older mails void."""
    return hashlib.sha256(password_hash.encode()).hexdigest()[:16]


def _caller_and_expiry(claims: dict[str, Any]) -> tuple[Caller, int]:
    return Caller(int(claims["sub"]), int(claims["org"]), int(claims["sid"])), int(claims["exp"])
