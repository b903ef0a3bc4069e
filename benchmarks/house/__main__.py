"""How light the house is: `python -m benchmarks.house`.

Start-up beside a bare interpreter (and npm's heroku CLI, where `make parts` brought it); `scale web=4` beside the same
app started by hand until it answers; memory of what carries the app. Medians of interleaved rounds; read the ratios.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from statistics import median

import psutil

ROOT = Path(__file__).parents[2]
APP = ROOT / "tests" / "apps" / "tiny"
HAFEN = [sys.executable, "-m", "hafen.cli.main"]
ROUNDS = 7


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def quiet(words: list[str], cwd: Path | None = None) -> None:
    subprocess.run(words, cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def start_up() -> None:
    """A command that only prints help, beside an interpreter that does nothing."""
    heroku = ROOT / ".cache" / "npm" / "node_modules" / ".bin" / "heroku"
    peers = {"python -c pass": [sys.executable, "-c", "pass"], "hafen --help": [*HAFEN, "--help"]}
    if heroku.exists():
        peers["heroku --help"] = [str(heroku), "--help"]
    took: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(ROUNDS):
        for name, words in peers.items():
            took[name].append(seconds(lambda words=words: quiet(words)))  # type: ignore[misc]
    own = median(took["hafen --help"])
    for name, rounds in took.items():
        print(f"{name:<16} {median(rounds) * 1000:6.0f} ms  {median(rounds) / own:5.2f} × hafen")


def seconds_by_hand() -> float:
    """Three replicas without anything around them, until all answer."""
    ports = [free_port() for _ in range(3)]
    words = [sys.executable, str(APP / "app.py")]
    began = time.perf_counter()
    started = [subprocess.Popen(words, env={"PORT": str(port)}, stdout=subprocess.DEVNULL) for port in ports]
    for port in ports:
        wait_for(f"http://127.0.0.1:{port}/healthz")
    took = time.perf_counter() - began
    for process in started:
        process.kill()
        process.wait()
    return took


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> None:
    while True:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.01)


def scale_and_memory(folder: Path) -> None:
    """From one replica to four healthy ones, as a person would do it."""
    quiet([*HAFEN, "up"], folder)
    by_hafen, by_hand = [], []
    for _ in range(ROUNDS):
        by_hafen.append(seconds(lambda: quiet([*HAFEN, "scale", "web=4"], folder)))
        quiet([*HAFEN, "scale", "web=1"], folder)
        by_hand.append(seconds_by_hand())
    print(f"scale 1 → 4      {median(by_hafen):6.2f} s   {median(by_hafen) / median(by_hand):5.2f} × started by hand")
    print(f"carriers         {carriers_bytes(folder) / 2**20:6.0f} MiB of memory (supervisord and Traefik)")


def carriers_bytes(folder: Path) -> int:
    """Proportional memory of everything that knows the folder and is no replica."""
    replicas = {one["pid"] for one in json.loads(output([*HAFEN, "ps", "--json"], folder))["replicas"]}
    total = 0
    for process in psutil.process_iter():
        try:
            known = any(str(folder) in text for text in (*process.cmdline(), *process.environ().values()))
            if known and process.pid not in replicas:
                total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total


def output(words: list[str], cwd: Path) -> str:
    return subprocess.run(words, cwd=cwd, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    start_up()
    with tempfile.TemporaryDirectory() as made:
        place = Path(made) / "tiny"
        shutil.copytree(APP, place)
        try:
            scale_and_memory(place)
        finally:
            quiet([*HAFEN, "down"], place)
