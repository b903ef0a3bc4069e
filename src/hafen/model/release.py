"""A release: what runs, immutable, and can be returned to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["pending", "succeeded", "failed"]


@dataclass(frozen=True)
class Source:
    """What a release was made from: a copy of a source folder, or an image.

    digest: "sha256:…" of the copied files, or of the image.
    commit: git's commit of the folder, "" when there was none. dirty: it had changes not committed.
    """

    digest: str
    image: str = ""
    commit: str = ""
    dirty: bool = False


@dataclass(frozen=True)
class Release:
    """version: 1, 2, …, never used twice. config_version: of the values it runs with.

    created_at: ISO 8601, UTC. created_by: the user's login name. description: "Deploy 1a2b3c4", "Set SECRET_KEY".
    processes: command by process name, as it was then. release_command: its release phase.
    status: pending until it first served; failed when its release phase or its rollout did. It is the only part
    that changes after the release was made.
    """

    version: int
    source: Source
    config_version: int
    created_at: str
    created_by: str
    description: str
    processes: tuple[tuple[str, str], ...]
    release_command: str | None = None
    status: Status = "pending"
