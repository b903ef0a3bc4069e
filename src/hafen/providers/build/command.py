"""Runs a build tool: its output to a log and as progress, its environment without anybody's secrets."""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hafen.errors import BuildFailed
from hafen.model.reporter import Reporter

LAST_LINES = 15
_PASSED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER", "LOGNAME", "SHELL")
_PASSED_PREFIXES = ("PIP_", "npm_config_", "NPM_CONFIG_", "SSL_CERT_", "REQUESTS_CA_", "CURL_CA_", "NODE_EXTRA_CA_")
_PROXIES = ("http_proxy", "https_proxy", "no_proxy", "all_proxy")


def cache() -> Path:
    """Builds are shared by all apps of a user."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(home) / "hafen" / "builds"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def one_at_a_time(place: Path) -> Iterator[None]:
    """Waits for whoever builds the same thing now."""
    with place.with_name(f"{place.name}.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def run(words: Sequence[str], folder: Path, say: Reporter, what: str) -> None:
    """Raises BuildFailed with the last lines. what: "pip install -r requirements.txt", for people."""
    last: deque[str] = deque(maxlen=LAST_LINES)
    try:
        process = subprocess.Popen(
            words,
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except FileNotFoundError:
        raise BuildFailed(f"{what} failed: {words[0]} is not installed", hint=f"install {words[0]}") from None
    try:
        for line in process.stdout or ():
            last.append(line.rstrip())
            say.progress(f"{what}: {line.strip()[:100]}")
        code = process.wait()
    finally:
        _end(process)
    if code:
        raise BuildFailed(f"{what} failed (exit {code})\n" + "\n".join(f"  | {line}" for line in last))


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()
    if process.stdout:
        process.stdout.close()


def _environment() -> dict[str, str]:
    return {
        key: value
        for key, value in os.environ.items()
        if key in _PASSED or key.startswith(_PASSED_PREFIXES) or key.lower() in _PROXIES
    }
