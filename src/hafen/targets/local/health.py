"""Is a replica ready? Asked directly, past the proxy."""

from __future__ import annotations

import http.client
import itertools
import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path

from hafen.errors import Unhealthy
from hafen.model.app import Health
from hafen.providers.supervisor.client import Supervisor
from hafen.targets.local.logs import last_lines
from hafen.targets.local.slots import Slot, Slots

BIND_TIMEOUT_S = 60
"""For a replica without a health check: Heroku waits as long for an app to listen (devcenter.heroku.com, error R10)."""

STEADY_S = 1.0
CRASHES_TOLERATED = 2
POLL_S = 0.05
TURNS_BETWEEN_LOOKS = 5
PROBE_TIMEOUT_S = 5.0


def problem(port: int, health: Health | None, timeout_s: float | None = None) -> str:
    """Why it is not ready, "" when it is. Without a health check it is ready when it listens."""
    limit = timeout_s or (health.timeout_s if health else PROBE_TIMEOUT_S)
    try:
        return _http_problem(port, health.path, limit) if health else _listen_problem(port, limit)
    except TimeoutError:
        return f"no answer within {limit:g} s"
    except ConnectionRefusedError:
        return f"nothing listens on its port {port}"
    except (OSError, http.client.HTTPException) as error:
        return f"no answer ({type(error).__name__})"


def _http_problem(port: int, path: str, timeout_s: float) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    try:
        connection.request("GET", path, headers={"User-Agent": "hafen-health", "Connection": "close"})
        status = connection.getresponse().status
    finally:
        connection.close()
    return "" if 200 <= status < 400 else f"GET {path} answers {status}"


def _listen_problem(port: int, timeout_s: float) -> str:
    socket.create_connection(("127.0.0.1", port), timeout=timeout_s).close()
    return ""


def wait_until_up(slots: Sequence[Slot], supervisor: Supervisor, store: Slots) -> None:
    """Returns when all are ready. Raises Unhealthy for the first that is not in time, or crashes again and again."""
    stop = threading.Event()
    with ThreadPoolExecutor(max_workers=min(32, max(1, len(slots)))) as pool:
        try:
            waits = [pool.submit(_wait_for, slot, supervisor, store, stop) for slot in slots]
            done, _ = wait(waits, return_when=FIRST_EXCEPTION)
        finally:
            stop.set()
        for one in done:
            one.result()


def _wait_for(slot: Slot, supervisor: Supervisor, store: Slots, stop: threading.Event) -> None:
    grace_s = slot.health.grace_s if slot.health else BIND_TIMEOUT_S
    deadline = time.monotonic() + grace_s
    for turn in itertools.count():
        if stop.wait(POLL_S):
            return
        why = problem(slot.port, slot.health, _left(deadline, slot)) if slot.port else _unsteady(slot, supervisor)
        if not why or turn % TURNS_BETWEEN_LOOKS == 0:
            alive = _require_no_loop(slot, supervisor, store)
            if not why and alive:  # else it is somebody else who answers
                return
        if time.monotonic() > deadline:
            raise _unhealthy(slot, store, f"is not ready within {grace_s:g} s: {why or 'it crashed'}")


def _left(deadline: float, slot: Slot) -> float:
    """A single check never outlasts the time that is left by more than half a second."""
    limit = slot.health.timeout_s if slot.health else PROBE_TIMEOUT_S
    return max(0.5, min(limit, deadline - time.monotonic()))


def _unsteady(slot: Slot, supervisor: Supervisor) -> str:
    """A process without a port counts as up when it lived for a moment."""
    import psutil

    status = supervisor.statuses().get(slot.program)
    try:
        age_s = time.time() - psutil.Process(status.pid).create_time() if status and status.pid else 0
    except psutil.Error:
        age_s = 0
    return "" if age_s > STEADY_S else "it was started just now"


def _require_no_loop(slot: Slot, supervisor: Supervisor, store: Slots) -> bool:
    status = supervisor.statuses().get(slot.program)
    alive = bool(status and status.alive)
    crashes = len(store.starts(slot)) - (1 if alive else 0)
    if crashes > CRASHES_TOLERATED:
        raise _unhealthy(slot, store, f"crashed {crashes} times in a row")
    return alive


def _unhealthy(slot: Slot, store: Slots, what: str) -> Unhealthy:
    return Unhealthy(
        f"{slot.replica} of v{slot.release} {what}\n{quoted_log(store.log_file(slot))}",
        hint=f"`hafen logs -p {slot.process}` shows more",
    )


def quoted_log(file: Path) -> str:
    lines = last_lines(file, 10)
    return "\n".join(f"  | {line}" for line in lines) if lines else "  | it printed nothing"
