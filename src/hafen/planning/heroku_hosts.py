"""Where the value of a config var points: at this machine or at a service elsewhere. Pure."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]*://[^/?#\s]*@", re.IGNORECASE)
_SECRET_PARAMETER = re.compile(
    r"[?&;](password|passwd|pwd|token|secret|key|apikey|api_key|sig|signature)=", re.IGNORECASE
)
_ADDRESS = re.compile(r"^(?:jdbc:)?[a-z][a-z0-9+.-]*://(?P<authority>[^/?#\s]*)", re.IGNORECASE)
_HOST_PARAMETER = re.compile(r"(?:^|[\s;])(?:host|server|data source)=(?P<hosts>[^\s;]+)", re.IGNORECASE)
_HOST_NAME = re.compile(r"^[A-Za-z0-9.:_-]+$")
_HOST_KEY = re.compile(r"(^|_)(HOST|HOSTS|HOSTNAME|SERVER|SERVERS|BROKER|BROKERS|ENDPOINT|NODES)$", re.IGNORECASE)
_OWN_HOST_KEY = re.compile(r"(^|_)(ALLOWED|TRUSTED|SITE|APP|PUBLIC|WEB|CORS|BIND|LISTEN|CANONICAL)_", re.IGNORECASE)
_HOST_AND_PORT = re.compile(r"^[\w.-]+\.[a-z]{2,}:\d{1,5}(,|$)", re.IGNORECASE)
_LOOPBACK = ("localhost", "::1", "0.0.0.0")  # noqa: S104 - compared with, not bound to


def service_of(key: str, value: str) -> str:
    """The first host that a value points at and that is not this machine; "" for none. Never a part of a login."""
    address = _ADDRESS.match(value)
    if address:
        whole = "@" not in value[address.end() :]  # a login may hold a slash: then what looks like a host is none
        return _first_far(address["authority"].rpartition("@")[2]) if whole else "another machine"
    parameter = _HOST_PARAMETER.search(value)
    if parameter:
        return _first_far(parameter["hosts"])
    own = _OWN_HOST_KEY.search(key) or "." not in value or " " in value
    return _first_far(value) if _HOST_AND_PORT.match(value) or (_HOST_KEY.search(key) and not own) else ""


def _first_far(hosts: str) -> str:
    for host in hosts.split(","):
        name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
        if name and not _is_loopback(name.lower()):
            return name if _HOST_NAME.match(name) else "another machine"
    return ""


def _is_loopback(name: str) -> bool:
    return name in _LOOPBACK or name.endswith(".localhost") or name.startswith("127.")
