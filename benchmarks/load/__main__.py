"""How much load one core makes: `python -m benchmarks.load`.

The engine with templates, headers, JSON capture and checks, beside the peers on PATH (wrk, k6, artillery), in turns,
so that all share the machine's mood; the server has a core of its own. Requests are counted by the server, CPU by the
system for the client's whole process tree. Read the ratios: the rates are this machine's.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psutil

ROUNDS, WARM_UP_S, WINDOW_S, USERS = 3, 2.5, 3.0, 50
SCRIPT = """\
config: {{target: "{url}", phases: [{{duration: 1, arrivalCount: {users}}}]}}
scenarios:
  - flow:
      - loop:
          - get:
              url: "/?id={{{{ id }}}}&r={{{{ $randomNumber(1,100000) }}}}"
              name: item
              headers: {{authorization: "Bearer {{{{ $uuid }}}}"}}
              capture: {{json: $.id, as: id}}
              {expect}
        count: 1000000
"""
K6 = """import http from 'k6/http'; import {{check}} from 'k6';
export const options = {{vus: {users}, duration: '60s'}}; let id = 1;
export default function () {{
  const answer = http.get(`{url}/?id=${{id}}&r=${{Math.random()}}`, {{headers: {{authorization: 'Bearer x'}}}});
  id = answer.json('id'); check(answer, {{ok: (a) => a.status === 200}});
}}
"""


@contextmanager
def started(words: list[str], core: int) -> Iterator[psutil.Process]:
    """A process and all that it starts, on one core."""
    pinned = ["taskset", "-c", str(core), *words] if shutil.which("taskset") else words
    process = subprocess.Popen(pinned, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    found = psutil.Process(process.pid)
    try:
        yield found
    finally:
        for one in [*found.children(recursive=True), found]:
            one.kill()
        process.wait()


def count(url: str) -> int:
    with urllib.request.urlopen(f"{url}/count") as answer:
        return int(answer.read())


def cpu_s(process: psutil.Process) -> float:
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        times = one.cpu_times()
        total += times.user + times.system
    return total


def measure(url: str, words: list[str]) -> tuple[float, float]:
    """Requests a second, and CPU seconds for ten thousand requests."""
    before = count(url)
    with started(words, 0) as client:
        deadline = time.monotonic() + 30
        while count(url) < before + 100 and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(WARM_UP_S)
        asked, used, began = count(url), cpu_s(client), time.perf_counter()
        time.sleep(WINDOW_S)
        asked, used, width = count(url) - asked, cpu_s(client) - used, time.perf_counter() - began
    return asked / width, used / max(asked, 1) * 1e4


def clients(url: str, folder: Path) -> dict[str, list[str]]:
    """Command lines of the engine and of the peers that are here."""
    for name, expect in (("hafen", "expect: [{statusCode: 200}, {hasProperty: name}]"), ("artillery", "")):
        (folder / f"{name}.yml").write_text(SCRIPT.format(url=url, users=USERS, expect=expect))
    (folder / "k6.js").write_text(K6.format(url=url, users=USERS))
    commands = {"hafen": [sys.executable, "-m", "hafen.cli.main", "load", "run", "-q", str(folder / "hafen.yml")]}
    peers = {
        "wrk": ["-t1", f"-c{USERS}", "-d60s", url],
        "k6": ["run", "-q", "--no-usage-report", "--address", "", str(folder / "k6.js")],
        "artillery": ["run", "-q", str(folder / "artillery.yml")],
    }
    return commands | {name: [found, *words] for name, words in peers.items() if (found := shutil.which(name))}


def main() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    server = [sys.executable, str(Path(__file__).with_name("server.py")), str(port)]
    with tempfile.TemporaryDirectory() as folder, started(server, (os.cpu_count() or 1) - 1):
        time.sleep(1)
        commands = clients(url, Path(folder))
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, words in commands.items():
                found[name].append(measure(url, words))
    print(f"{'client, one core':<20}{'requests/s':>12}{'CPU s/10k':>12}{'CPU, hafen = 1':>16}")
    ours = median(used for _, used in found["hafen"])
    for name, rows in found.items():
        rate, used = median(rate for rate, _ in rows), median(used for _, used in rows)
        print(f"{name:<20}{rate:>12,.0f}{used:>12.3f}{used / ours:>16.2f}")


if __name__ == "__main__":
    main()
