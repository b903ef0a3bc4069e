"""Slows down who guesses passwords. Only failed logins count; the counters live in the store, so replicas agree."""

from __future__ import annotations

import hashlib
import time
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request

from ..problems import Problem
from ..stores.protocol import FailedLogins

WINDOW_S = 15 * 60
MAX_FAILURES_ACCOUNT = 10
# An office shares one address, so more of them are nobody's fault.
MAX_FAILURES_CLIENT = 100


class TooManyFailures(Problem):
    """Too many failed logins of this account, or from this address."""

    def __init__(self) -> None:
        title = "Too many failed logins; try again later"
        super().__init__(HTTPStatus.TOO_MANY_REQUESTS, "too-many-failures", title)
        self.headers = {"Retry-After": str(WINDOW_S)}


class LoginGuard:
    """Watches the logins of one door: the API's, or the dashboard's."""

    def __init__(self, failed: FailedLogins, door: str) -> None:
        self._failed = failed
        self._door = door

    async def check(self, email: str, client: str) -> None:
        """Raises TooManyFailures. Ask before the password is looked at and again after: guesses come side by side."""
        since = int(time.time()) - WINDOW_S
        of_account = await self._failed.count(self._account(email), since)
        if of_account >= MAX_FAILURES_ACCOUNT:
            raise TooManyFailures
        if await self._failed.count(self._client(client), since) >= MAX_FAILURES_CLIENT:
            raise TooManyFailures

    async def failed(self, email: str, client: str) -> None:
        """One more."""
        await self._failed.add((self._account(email), self._client(client)), int(time.time()), WINDOW_S)

    def _account(self, email: str) -> str:
        """Hashed: many of them are nobody's account, and none needs to be kept."""
        return f"{self._door}:account:{hashlib.sha256(email.lower().encode()).hexdigest()}"

    def _client(self, client: str) -> str:
        return f"{self._door}:client:{client}"


def client_address(request: Request, trusted_proxy_hops: int) -> str:
    """Whom the outermost trusted proxy saw. What stands further left in the header is the client's own claim."""
    peer = request.client.host if request.client else ""
    forwarded = [one.strip() for one in request.headers.get("x-forwarded-for", "").split(",")]
    if 0 < trusted_proxy_hops <= len(forwarded):
        return _network(forwarded[-trusted_proxy_hops]) or _network(peer)
    return _network(peer)


def _network(address: str) -> str:
    """The address; of IPv6 its /64, all of which one household has. Empty when it is no address."""
    try:
        known = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network((known, 64), strict=False)) if isinstance(known, IPv6Address) else str(known)
