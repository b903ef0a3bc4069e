"""What a place where an environment runs must be able to do. `local` and `kubernetes` fulfil it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hafen.model.release import Release, Source
from hafen.model.replica import Replica
from hafen.model.reporter import Reporter


@dataclass(frozen=True)
class Change:
    """What a new release differs in from the one before: its source, its config, or only the reason.

    source: folder to copy, or None to keep the present source. config: whole new set of values, or None to keep it.
    """

    description: str
    source: Path | None = None
    config: Mapping[str, str] | None = None


@dataclass(frozen=True)
class LogLine:
    """at: ISO 8601, UTC, as read. process: "web.1". text: without its line end."""

    at: str
    process: str
    text: str


class Target(Protocol):
    """Every method may be called again after it was interrupted anywhere: it looks up before it makes."""

    @property
    def url(self) -> str:
        """Where the app is served, "" when it is down."""

    def deploy_lock(self, why: str) -> AbstractContextManager[None]:
        """One change at a time. Raises Locked, which names the holder. A dead holder does not keep it."""

    def config(self) -> dict[str, str]:
        """Present values, those of generated keys included."""

    def releases(self) -> Sequence[Release]:
        """Oldest first."""

    def current_release(self) -> Release | None: ...

    def prepare(self, change: Change, say: Reporter) -> Release:
        """Copies and builds the source, stores the config version. Nothing that runs changes. Raises BuildFailed."""

    def run_release_phase(self, release: Release, say: Reporter) -> None:
        """Blocks. Raises ReleasePhaseFailed with the last lines of its output; the release is then discarded."""

    def roll_out(self, release: Release, say: Reporter) -> None:
        """Replaces what runs without losing a request. Raises Unhealthy; what ran before then still serves."""

    def formation(self) -> dict[str, int]:
        """Replicas wanted, by process name."""

    def scale(self, wanted: Mapping[str, int], say: Reporter) -> None:
        """Raises Unhealthy when a new replica does not come up."""

    def restart(self, names: Sequence[str], say: Reporter) -> None: ...

    def replicas(self) -> Sequence[Replica]: ...

    def run(self, command: Sequence[str], *, release: Release | None = None) -> int:
        """One-off process on the caller's terminal with the release's source and config; its exit code."""

    def logs(self, *, follow: bool, lines: int, processes: Sequence[str] = ()) -> Iterator[LogLine]:
        """Merged over replicas; the last `lines` of each first."""

    def down(self, say: Reporter) -> bool:
        """Stops everything, keeps releases, config and volumes. False when nothing ran."""


__all__ = ["Change", "LogLine", "Release", "Replica", "Source", "Target"]
