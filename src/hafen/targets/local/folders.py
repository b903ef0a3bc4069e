"""Where the local target keeps things: all of it below `.hafen/<environment>/`, but for one socket."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hafen.errors import UserError
from hafen.files import write_atomically
from hafen.providers.config_store import STATE_FOLDER, state_folder

SOCKET_NAME = "supervisord.sock"
SOCKET_PATH_BYTES = 90  # the kernel takes 104 (macOS) or 108 (Linux); supervisord appends its process id meanwhile


@dataclass(frozen=True)
class Folders:
    """root: `.hafen/<environment>`. Below `run` stands what lives only while the environment is up."""

    root: Path

    @classmethod
    def of(cls, folder: Path, environment: str) -> Folders:
        """folder: where hafen.yaml stands."""
        return cls(folder.resolve() / STATE_FOLDER / environment)

    def make(self) -> None:
        """Raises UserError when it cannot be made there."""
        with file_errors_told(self.root):
            state_folder(self.root.parent.parent)
            for folder in (self.root, self.releases, self.sources, self.logs, self.volumes):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def make_run(self) -> None:
        for folder in (self.run, self.slots, self.launches, self.work):
            folder.mkdir(mode=0o700, exist_ok=True)

    @property
    def id(self) -> str:
        """Tells this environment's processes and groups from those of others."""
        return hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    @property
    def sources(self) -> Path:
        return self.root / "sources"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def volumes(self) -> Path:
        return self.root / "volumes"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def slots(self) -> Path:
        return self.run / "replicas"

    @property
    def launches(self) -> Path:
        return self.run / "launch"

    @property
    def work(self) -> Path:
        return self.run / "work"

    @property
    def one_offs(self) -> Path:
        return self.root / "one-off"


def socket_folder(identity: str) -> Path:
    """A short private folder for the control socket. Raises UserError when somebody else made it first."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    base = Path(runtime) / "hafen" if runtime and os.access(runtime, os.W_OK | os.X_OK) else None
    if base is None or len(os.fsencode(base / identity / SOCKET_NAME)) > SOCKET_PATH_BYTES:
        base = Path("/tmp") / f"hafen-{os.getuid()}"  # noqa: S108  a fixed, short path; its owner and mode are checked
    for folder in (base, base / identity):
        folder.mkdir(mode=0o700, exist_ok=True)
        _require_private(folder)
    return base / identity


def remove_socket_folder(folder: Path) -> None:
    """And the one above, when no other environment is up."""
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        folder.parent.rmdir()


def _require_private(folder: Path) -> None:
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise UserError(
            "the folder for the control socket is not yours alone",
            where=str(folder),
            hint=f"look at it and remove it: ls -ld {folder}",
        )


@contextmanager
def file_errors_told(where: Path) -> Iterator[None]:
    """A full disk, a folder that may not be written: the user's matter, told in one line."""
    try:
        yield
    except OSError as error:
        file = f" ({error.filename})" if error.filename else ""
        raise UserError(f"{error.strerror or error}{file}", where=str(where)) from None


def read_json(file: Path) -> Any:
    """None when there is no such file, or it is damaged: everything read so can be made again."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def write_json(file: Path, value: Any) -> None:
    """Mode 0600, in one step. Raises UserError."""
    write_atomically(file, json.dumps(value, indent=1), mode=0o600)
