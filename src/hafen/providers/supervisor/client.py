"""supervisord's XML-RPC over its Unix socket. Foreign errors end here.

Reference: supervisord.org/api.html
"""

from __future__ import annotations

import http.client
import socket
import xmlrpc.client
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hafen.errors import Refused, Unreachable

TIMEOUT_S = 10
TRIES = 2
SETTLED = frozenset({"STOPPED", "FATAL", "UNKNOWN"})
GONE = SETTLED | {"EXITED", "BACKOFF"}


@dataclass(frozen=True)
class Status:
    """state: supervisord's word: STARTING, RUNNING, BACKOFF, STOPPING, STOPPED, EXITED, FATAL, UNKNOWN.

    started_at, stopped_at: whole seconds since the epoch, 0: never. exit_code: of the last end after it was RUNNING.
    """

    name: str
    state: str
    pid: int
    started_at: int
    stopped_at: int
    exit_code: int

    @property
    def alive(self) -> bool:
        return self.state not in GONE

    @property
    def settled(self) -> bool:
        """It does not run and will not be started again by itself."""
        return self.state in SETTLED


class NobodyListens(Unreachable):
    """There is no supervisord, or it is ending."""


class Supervisor:
    """One connection for each call: safe to share between threads."""

    def __init__(self, socket_file: Path) -> None:
        self.socket_file = socket_file

    def pid(self) -> int | None:
        """None when nobody listens. Raises Unreachable when it lives and does not answer, asked twice."""
        for tries_left in reversed(range(TRIES)):
            try:
                return int(self._call("getPID"))
            except NobodyListens:
                return None
            except Unreachable:
                if not tries_left:
                    raise
        return None

    def statuses(self) -> dict[str, Status]:
        return {info["name"]: _status(info) for info in self._call("getAllProcessInfo")}

    def add(self, names: list[str]) -> None:
        """Starts programs that the configuration file has and supervisord does not know yet."""
        self._call("reloadConfig")
        for name in names:
            self._call("addProcessGroup", name, ignore=("ALREADY_ADDED",))

    def stop(self, name: str) -> None:
        """Returns at once; SIGTERM now, SIGKILL after the program's stop_s."""
        self._call("stopProcess", name, False, ignore=("NOT_RUNNING", "BAD_NAME"))

    def start(self, name: str) -> None:
        self._call("startProcess", name, False, ignore=("ALREADY_STARTED",))

    def remove(self, name: str) -> None:
        """Forgets a program that does not run."""
        self._call("removeProcessGroup", name, ignore=("BAD_NAME",))

    def shutdown(self) -> None:
        self._call("shutdown")

    def _call(self, method: str, *arguments: object, ignore: tuple[str, ...] = ()) -> Any:
        """ignore: names of faults that mean that it is so already."""
        proxy = xmlrpc.client.ServerProxy("http://localhost", transport=_UnixTransport(self.socket_file))
        try:
            with proxy:
                return getattr(proxy.supervisor, method)(*arguments)
        except xmlrpc.client.Fault as fault:
            return self._unless_ignored(fault, ignore)
        except (TimeoutError, BlockingIOError):  # the second: too many wait for it already
            raise Unreachable(
                f"supervisord lives and does not answer within {TIMEOUT_S} s",
                where=str(self.socket_file),
                hint="try again; `hafen down` ends it and all that it runs",
            ) from None
        except (OSError, http.client.HTTPException, xmlrpc.client.ProtocolError) as error:
            raise NobodyListens(
                f"supervisord does not answer ({type(error).__name__})",
                where=str(self.socket_file),
                hint="`hafen down` ends what is left of it, `hafen up` starts again",
            ) from None

    def _unless_ignored(self, fault: xmlrpc.client.Fault, ignore: tuple[str, ...]) -> None:
        from supervisor.xmlrpc import Faults

        if fault.faultCode not in {getattr(Faults, name) for name in ignore}:
            raise Refused(f"supervisord says {fault.faultString}", where=str(self.socket_file)) from None


def _status(info: dict[str, Any]) -> Status:
    return Status(
        name=info["name"],
        state=info["statename"],
        pid=info["pid"],
        started_at=info["start"],
        stopped_at=info["stop"],
        exit_code=info["exitstatus"],
    )


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, socket_file: Path) -> None:
        super().__init__("localhost", timeout=TIMEOUT_S)
        self._socket_file = socket_file

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(TIMEOUT_S)
        self.sock.connect(str(self._socket_file))


class _UnixTransport(xmlrpc.client.Transport):
    def __init__(self, socket_file: Path) -> None:
        super().__init__()
        self._socket_file = socket_file

    def make_connection(self, host: object) -> http.client.HTTPConnection:
        return _UnixConnection(self._socket_file)
