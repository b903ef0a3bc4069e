"""The tiny app in a folder of its own, driven by the command as a person would, and what it leaves behind."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

TINY = Path(__file__).parent / "apps" / "tiny"
DEADLINE_S = 60


class LocalApp:
    """folder: holds hafen.yaml. Commands run with a caller's environment that has secrets of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / ".hafen" / "local"
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "XDG_CACHE_HOME": str(folder.parent / "cache"),
            "HEROKU_API_KEY": "callers-own-key",
        }
        shutil.copytree(TINY, folder)

    def start(self, *words: str, **more: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "hafen.cli.main", *words],
            cwd=self.folder,
            env=self.environment,
            stdin=more.pop("stdin", subprocess.DEVNULL),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **more,
        )

    def run(self, *words: str, given: str | None = None, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Fails the test when the command ends with another code."""
        process = self.start(*words, stdin=subprocess.PIPE if given is not None else subprocess.DEVNULL)
        out, err = process.communicate(given, timeout=DEADLINE_S * 2)
        assert process.returncode == code, f"hafen {' '.join(words)}: exit {process.returncode}\n{out}\n{err}"
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def up(self, *words: str) -> str:
        return self.run("up", *words).stdout.strip()

    def ps(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("ps", "--json").stdout)
        return found

    def states(self) -> dict[str, str]:
        return {replica["name"]: replica["state"] for replica in self.ps()["replicas"]}

    def edit(self, name: str, old: str, new: str) -> None:
        file = self.folder / name
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))

    def append(self, text: str) -> None:
        with (self.folder / "hafen.yaml").open("a") as file:
            file.write(text)

    def set_version(self, version: str) -> None:
        self.edit("app.py", f'VERSION = "{get_version(self.folder)}"', f'VERSION = "{version}"')

    def processes(self) -> list[psutil.Process]:
        """All that runs below this folder or with it on its command line; our own commands are not among them."""
        found = []
        for process in psutil.process_iter():
            try:
                words = [*process.cmdline(), process.cwd()]
            except psutil.Error:
                continue
            if any(str(self.root) in word for word in words) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        return found

    def assert_nothing_left(self, ports: list[int]) -> None:
        """After `down`: no process, no port, no socket, no folder of the time it ran, no CPU group."""
        assert self.processes() == []
        assert [port for port in ports if _listens(port)] == []
        assert not (self.root / "run").exists()
        kept = json.loads((self.root / "settings.json").read_text())
        assert not Path(kept["socket"]).parent.exists()
        if kept["cgroups"]:
            assert list(Path(kept["cgroups"]).glob(f"hafen-{Path(kept['socket']).parent.name}-*")) == []

    def ports(self) -> list[int]:
        kept = json.loads((self.root / "settings.json").read_text())
        slots = (json.loads(file.read_text()) for file in (self.root / "run" / "replicas").glob("*.json"))
        return [kept["port"], kept["api_port"], *(slot["port"] for slot in slots)]


@contextmanager
def local_app(folder: Path) -> Iterator[LocalApp]:
    """Taken down at the end, whatever happened."""
    app = LocalApp(folder / "100% tiny; #1 (é)")  # what a folder may be called
    try:
        yield app
    finally:
        app.start("down").communicate(timeout=DEADLINE_S)
        for process in app.processes():
            with contextlib.suppress(psutil.Error):
                process.kill()


def get_version(folder: Path) -> str:
    return (folder / "app.py").read_text().partition('VERSION = "')[2].partition('"')[0]


def get(url: str, path: str = "/") -> dict[str, Any]:
    with urllib.request.urlopen(f"{url}{path}", timeout=10) as response:
        found: dict[str, Any] = json.load(response)
    return found


def eventually(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline, f"not within {DEADLINE_S} s: {what}"
        time.sleep(0.1)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
