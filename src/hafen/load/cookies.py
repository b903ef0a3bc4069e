"""A virtual user's cookies, by the parts of RFC 6265 that decide what is sent back."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from time import time


@dataclass
class _Cookie:
    value: str
    domain: str
    host_only: bool
    path: str
    secure: bool
    expires: float


class Jar:
    """Kept in memory, for one user."""

    def __init__(self) -> None:
        self.cookies: dict[tuple[str, str, str], _Cookie] = {}

    def set(self, name: str, value: str, host: str) -> None:
        """A cookie of the script's."""
        self.cookies[(host, "/", name)] = _Cookie(value, host, True, "/", False, float("inf"))

    def take(self, header: str, host: str, path: str) -> None:
        """One Set-Cookie header. What is malformed, or for another host, is left out."""
        pair, *attributes = header.split(";")
        name, sign, value = pair.partition("=")
        name = name.strip()
        if not sign or not name:
            return
        found = {key.strip().lower(): text.strip() for key, _, text in (part.partition("=") for part in attributes)}
        domain = found.get("domain", "").lstrip(".").lower()
        if domain and not _covers(domain, host):
            return
        where = found.get("path", "")
        where = where if where.startswith("/") else path.rpartition("/")[0] or "/"
        key = (domain or host, where, name)
        expires = _expires(found)
        if expires <= time():
            self.cookies.pop(key, None)
        else:
            self.cookies[key] = _Cookie(value.strip(), domain or host, not domain, where, "secure" in found, expires)

    def header(self, host: str, path: str, *, secure: bool) -> str:
        """The Cookie header's value, "" when there is none; longer paths first."""
        now = time()
        path = path.partition("?")[0]
        sent = [
            (-len(cookie.path), f"{key[2]}={cookie.value}")
            for key, cookie in self.cookies.items()
            if (cookie.domain == host if cookie.host_only else _covers(cookie.domain, host))
            and _is_below(path, cookie.path)
            and (secure or not cookie.secure)
            and cookie.expires > now
        ]
        sent.sort(key=lambda entry: entry[0])
        return "; ".join(text for _, text in sent)


def _covers(domain: str, host: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _is_below(path: str, above: str) -> bool:
    return path == above or path.startswith(above if above.endswith("/") else f"{above}/")


def _expires(attributes: dict[str, str]) -> float:
    age = attributes.get("max-age", "")
    if age.lstrip("-").isdigit():
        return time() + int(age) if int(age) > 0 else 0.0
    try:
        return parsedate_to_datetime(attributes["expires"]).timestamp() if "expires" in attributes else float("inf")
    except (ValueError, TypeError, OverflowError):
        return float("inf")
