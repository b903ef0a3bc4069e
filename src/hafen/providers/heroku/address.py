"""Where the key may be sent, and whether it can be one."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from hafen.errors import UserError

DEFAULT_URL = "https://api.heroku.com"


def checked_address(url: str) -> str:
    """The address without a slash at its end. Raises UserError for one that would carry the key in the open."""
    try:
        parts = urlsplit(url.strip())
        host, _port = parts.hostname, parts.port
    except ValueError:
        parts, host = None, None
    if parts is None or not host or parts.scheme not in ("http", "https") or parts.username or parts.query:
        raise UserError("is not an address", where="HEROKU_API_URL", hint=f"leave it unset for {DEFAULT_URL}")
    if parts.scheme == "http" and not is_loopback(url):
        raise UserError(
            f"would send the key to {host} unencrypted",
            where="HEROKU_API_URL",
            hint="an https address, or a loopback one",
        )
    return url.strip().rstrip("/")


def is_loopback(url: str) -> bool:
    host = urlsplit(url.strip()).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_key(key: str, hint: str) -> str:
    """The key without surrounding white space. Raises UserError, which never quotes it."""
    key = key.strip()
    if not key:
        raise UserError("is not set", where="HEROKU_API_KEY", hint=hint)
    if not key.isascii() or not key.isprintable() or " " in key:
        raise UserError("holds characters that no key has", where="HEROKU_API_KEY", hint=hint)
    return key
