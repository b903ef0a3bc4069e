"""Everything on this machine, for a person who wants to try the app: secrets are made once and kept beside the data."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from .population.catalogue import SHARED_PASSWORD

SECRETS = ("SECRET_KEY", "ADMIN_PASSWORD", "OUTBOX_TOKEN")
FILE_NAME = "local.env"
WEB = (
    "uvicorn", "inspirenow.asgi:app", "--host", "127.0.0.1", "--workers", "1", "--loop", "uvloop", "--http",
    "httptools", "--no-access-log", "--timeout-graceful-shutdown", "8", "--port",
)  # fmt: skip


def run(environment: Mapping[str, str]) -> None:
    """Migrate, seed, say how to log in, then become the web process."""
    config = {"DATA_DIR": "var", "PORT": "8000", **environment}
    data_dir = Path(config["DATA_DIR"])
    config |= {**load_or_make(data_dir / FILE_NAME), **{name: config[name] for name in SECRETS if config.get(name)}}
    for chore in ("migrate", "seed"):
        subprocess.run([sys.executable, "-m", "inspirenow", chore], env=config, check=True)  # noqa: S603
    print(greeting(config), flush=True)
    os.execve(sys.executable, [sys.executable, "-m", *WEB, config["PORT"]], config)  # noqa: S606


def load_or_make(path: Path) -> dict[str, str]:
    """The secrets in the file, which only its owner can read; made when it is not there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = "".join(f"{name}={secrets.token_urlsafe(32)}\n" for name in SECRETS)
        path.touch(mode=0o600)
        path.write_text(made, encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def greeting(config: Mapping[str, str]) -> str:
    """What a person needs to begin."""
    return f"""
InspireNow serves http://127.0.0.1:{config["PORT"]}
  admin     http://127.0.0.1:{config["PORT"]}/admin
            {config.get("ADMIN_EMAIL") or "admin@inspirenow.example"}  {config["ADMIN_PASSWORD"]}
  people    any e-mail of load/existing.csv, password {SHARED_PASSWORD}
  outbox    X-Outbox-Token: {config["OUTBOX_TOKEN"]}
"""
