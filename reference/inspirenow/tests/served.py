"""Web processes as the Procfile starts them, on real sockets."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
START_TIMEOUT_S = 30


def procfile() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    return {name: command.strip() for name, command in (line.split(":", 1) for line in lines)}


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    secrets = {"SECRET_KEY": "a secret key for tests that is long enough", "OUTBOX_TOKEN": "outbox-token-of-the-tests"}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "DATA_DIR": str(data_dir), **secrets, **more}


def release(data_dir: Path) -> None:
    """The release phase, and the seed."""
    for command in (procfile()["release"], "python -m inspirenow seed"):
        subprocess.run(command.split(), cwd=ROOT, env=environment(data_dir), check=True, capture_output=True)


@contextmanager
def web_process(data_dir: Path) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    """One web process that is ready; stopped by SIGTERM if it still runs."""
    port = free_port()
    command = procfile()["web"].replace("$PORT", str(port)).split()
    # Not into a pipe: one that nobody reads fills up and stops the process.
    with (data_dir / f"web-{port}.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(data_dir), stdout=log, stderr=log)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        try:
            wait_until_ready(client)
            yield process, client
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=15)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(client: httpx.Client, path: str = "/readyz") -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            if client.get(path).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise TimeoutError("the web process did not become ready")
