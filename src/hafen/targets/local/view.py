"""What runs now, as a person or a program wants to know it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from hafen.model.replica import Replica, State
from hafen.providers import processes
from hafen.providers.supervisor.client import Status
from hafen.targets.local import health, logs
from hafen.targets.local.machinery import Machinery
from hafen.targets.local.slots import Slot

PROBE_TIMEOUT_S = 2


def replicas(machinery: Machinery) -> list[Replica]:
    """Each is asked for its health at the same time."""
    slots = machinery.slots.all()
    statuses = machinery.statuses()
    routed = machinery.proxy.rotation()
    used = processes.usage(leaders(machinery))

    def look(slot: Slot) -> Replica:
        status = statuses.get(slot.program)
        state, detail = _state(slot, status, routed, machinery)
        cpu_seconds, memory_bytes = used.get(slot.program, (None, None))
        starts = machinery.slots.starts(slot)
        return Replica(
            name=slot.replica,
            state=state,
            release=slot.release,
            size=slot.size,
            address=f"127.0.0.1:{slot.port}" if slot.port else "",
            pid=status.pid if status else 0,
            since=_iso(starts[-1]) if starts else "",
            restarts=max(0, len(starts) - 1),
            detail=detail,
            cpu_seconds=cpu_seconds,
            memory_bytes=memory_bytes,
        )

    with ThreadPoolExecutor(max_workers=max(1, min(32, len(slots)))) as pool:
        return list(pool.map(look, slots))


def leaders(machinery: Machinery) -> dict[str, int]:
    """Program to the process id of those that run; empty when it is down."""
    if not machinery.is_up():
        return {}
    statuses = machinery.statuses()
    programs = (slot.program for slot in machinery.slots.all())
    return {name: statuses[name].pid for name in programs if name in statuses and statuses[name].pid}


def _state(slot: Slot, status: Status | None, routed: set[str], machinery: Machinery) -> tuple[State, str]:
    if status is None or status.state == "STOPPED":
        return "down", "it was stopped"
    if status.state == "STOPPING":
        return "stopping", ""
    if not status.alive:
        return "crashed", _crash(slot, machinery)
    if not slot.port:
        return "up", ""
    why = health.problem(slot.port, slot.health, PROBE_TIMEOUT_S)
    if not why:
        return "up", ""
    return ("unhealthy" if slot.url in routed and not _is_young(slot, machinery) else "starting"), why


def _is_young(slot: Slot, machinery: Machinery) -> bool:
    starts = machinery.slots.starts(slot)
    grace_s = slot.health.grace_s if slot.health else health.BIND_TIMEOUT_S
    return len(starts) > 1 and time.time() - starts[-1] < grace_s


def _crash(slot: Slot, machinery: Machinery) -> str:
    last = logs.last_lines(machinery.slots.log_file(slot), 1)
    count = len(machinery.slots.starts(slot))
    times = "once" if count == 1 else f"{count} times"
    return f"crashed {times}, is started again after a pause; last line: {last[0] if last else 'none'}"


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
