"""Parts of the machine that some tests need, how to find them, and how to get them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Part:
    """found: is it here? how: the command that brings it. peer: only compared with, so CI may go without it."""

    found: Callable[[], object]
    how: str
    peer: bool = False


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def heroku_cli() -> str | None:
    """npm's heroku CLI, unpacked by `make parts` into .cache/npm, or the user's own."""
    local = ROOT / ".cache" / "npm" / "node_modules" / ".bin" / "heroku"
    return str(local) if local.exists() else shutil.which("heroku")


PARTS = {
    "artillery": Part(lambda: shutil.which("artillery"), "npm install --global artillery@2.0.21", peer=True),
    "chromium": Part(chromium, "apt-get install chromium"),
    "heroku": Part(heroku_cli, "make parts (needs node and npm)"),
    "npm": Part(lambda: shutil.which("npm"), "apt-get install npm"),
    "openssl": Part(lambda: shutil.which("openssl"), "apt-get install openssl"),
    "linux": Part(lambda: Path("/proc/self/stat").exists(), "run on Linux"),
}
