"""One running copy of a process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["starting", "up", "unhealthy", "crashed", "stopping", "down"]


@dataclass(frozen=True)
class Replica:
    """name: "web.1". address: "127.0.0.1:40001", "" without a port. since: ISO 8601, UTC, of the last start.

    restarts: starts after the first since the rollout. detail: why it is not up, "" when it is.
    memory_bytes, cpu_seconds: of the process with its children, None when not known.
    """

    name: str
    state: State
    release: int
    size: str
    address: str = ""
    pid: int = 0
    since: str = ""
    restarts: int = 0
    detail: str = ""
    memory_bytes: int | None = None
    cpu_seconds: float | None = None
    node: str = ""

    @property
    def process(self) -> str:
        return self.name.rsplit(".", 1)[0]
