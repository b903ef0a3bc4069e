"""Ports and connections of this machine."""

from __future__ import annotations

import random
import socket
from collections.abc import Collection, Iterable
from pathlib import Path

LOOPBACK = "127.0.0.1"
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
_TCP_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_ESTABLISHED = "01"


def why_not(port: int) -> str:
    """Why nobody could listen on it now, "" when one could."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except PermissionError:
            return "needs privileges that you do not have"
        except OSError:
            return "is taken"
    return ""


def free_port(taken: Collection[int] = ()) -> int:
    """A port nobody listens on, below those that the kernel gives to outgoing connections: a busy proxy opens many,
    and one of them could take the port between now and the app's start."""
    highest = _first_ephemeral() - 1
    for port in random.sample(range(highest // 2, highest), 2000):
        if port not in taken and not why_not(port):
            return port
    raise OSError("no free port found")


def _first_ephemeral() -> int:
    try:
        return max(4096, int(_EPHEMERAL.read_text().split()[0]))
    except (OSError, ValueError):
        return 49152  # IANA's dynamic ports begin there


def established(port: int) -> int | None:
    """Connections that are open to a local port; None where the kernel does not tell."""
    tables = [table for table in _TCP_TABLES if table.exists()]
    return sum(_established_in(table.read_text().splitlines()[1:], port) for table in tables) if tables else None


def _established_in(lines: Iterable[str], port: int) -> int:
    """Format of /proc/net/tcp: Linux, Documentation/networking/proc_net_tcp.rst."""
    suffix = f":{port:04X}"
    rows = (line.split(None, 4) for line in lines)
    return sum(1 for row in rows if row[1].endswith(suffix) and row[3] == _ESTABLISHED)
