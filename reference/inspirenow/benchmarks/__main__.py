"""`python -m benchmarks`: flow B and its parts against one worker on one core, beside an empty route."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import uvloop

from tests.served import ROOT, environment, free_port, procfile, wait_until_ready

from . import client, in_process
from .client import Record, User

PEOPLE, ORGANISATIONS = 100_000, 40
SERVER_CORE, CLIENT_CORE = 0, 1
USERS = 32
WARM_UP_S, MEASURE_S, FLOW_S = 1.0, 3.0, 10.0


def main() -> None:
    """Seed, serve, measure, tell."""
    os.sched_setaffinity(0, {CLIENT_CORE})
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        data_dir = Path(folder)
        print(f"seed {PEOPLE:,} people: {_seed(data_dir):.1f} s")
        print("\n".join(uvloop.run(in_process.measure(data_dir))))
        web = procfile()["web"].split()
        peer_port, app_port = free_port(), free_port()
        stack.enter_context(_served(_on(peer_port, [*web[:3], "benchmarks.empty:app", *web[4:]]), data_dir))
        process, ready_s = stack.enter_context(_served(_on(app_port, web), data_dir))
        print(f"start to ready: {ready_s:.1f} s, {_resident_mb(process.pid):.0f} MB")
        _measure_parts(app_port, peer_port)
        _tell("flow B", _measure(app_port, client.flow_b, FLOW_S))
        print(f"afterwards: {_resident_mb(process.pid):.0f} MB")


def _measure_parts(app_port: int, peer_port: int) -> None:
    """Each part between two looks at the peer, so that both see the same machine."""
    for name, user in (("deck", client.decks), ("swipe", client.swipes)):
        before = _measure(peer_port, client.empty)
        part = _measure(app_port, user)
        after = _measure(peer_port, client.empty)
        peer = (before.requests_per_s() + after.requests_per_s()) / 2
        _tell(name, part, name)
        print(f"  {part.requests_per_s(name) / peer:.2f} of an empty route ({peer:,.0f}/s)")


def _measure(port: int, user: User, seconds: float = MEASURE_S) -> Record:
    logged_in = user in (client.decks, client.swipes)
    uvloop.run(client.run(port, USERS, WARM_UP_S, user, logged_in=logged_in))
    return uvloop.run(client.run(port, USERS, seconds, user, logged_in=logged_in))


def _tell(title: str, record: Record, name: str | None = None) -> None:
    percentiles = ", ".join(f"p{percent} {record.percentile_ms(percent, name):.1f} ms" for percent in (50, 95, 99))
    print(f"{title}: {record.requests_per_s(name):,.0f} requests/s, {percentiles}, {record.errors} errors")
    for part in sorted(record.seconds):
        print(f"  {part}: {len(record.seconds[part]):,}, p50 {record.percentile_ms(50, part):.1f} ms")


def _seed(data_dir: Path) -> float:
    started = time.perf_counter()
    python = [sys.executable, "-m", "inspirenow"]
    for arguments in (["migrate"], ["seed", "--people", str(PEOPLE), "--organisations", str(ORGANISATIONS)]):
        subprocess.run([*python, *arguments], cwd=ROOT, env=environment(data_dir), check=True, capture_output=True)
    return time.perf_counter() - started


def _on(port: int, command: list[str]) -> tuple[int, list[str]]:
    return port, ["taskset", "-c", str(SERVER_CORE), *(str(port) if word == "$PORT" else word for word in command)]


@contextmanager
def _served(command: tuple[int, list[str]], data_dir: Path) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A web process and how long it took to answer, in seconds."""
    port, words = command
    started = time.perf_counter()
    with (data_dir / f"{port}.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(words, cwd=ROOT, env=environment(data_dir), stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as probe:
            wait_until_ready(probe, "/empty" if "benchmarks.empty:app" in words else "/readyz")
        yield process, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait(timeout=15)


def _resident_mb(pid: int) -> float:
    (line,) = (one for one in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines() if "VmRSS" in one)
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
