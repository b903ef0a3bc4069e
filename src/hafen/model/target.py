"""What a place where an environment runs must be able to do. `local` and `kubernetes` fulfil it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from hafen.model.release import Release, Source
from hafen.model.replica import Replica
from hafen.model.reporter import Reporter


@dataclass(frozen=True)
class Change:
    """What a new release differs in from the one that it starts from: its source, its config, or only the reason.

    description: "Deploy"; a source's commit is added to it. source: folder to copy, or None to keep the source.
    config: whole new set of values, or None to keep it.
    base: release that everything kept comes from, its commands included; None: the current one.
    """

    description: str
    source: Path | None = None
    config: Mapping[str, str] | None = field(default=None, repr=False)
    base: Release | None = None


@dataclass(frozen=True)
class Usage:
    """Of one replica with its children, since its process started. cpu_seconds: user and system together."""

    cpu_seconds: float
    memory_bytes: int


@dataclass(frozen=True)
class LogLine:
    """at: ISO 8601, UTC, as read. process: "web.1". text: without its line end."""

    at: str
    process: str
    text: str


class Target(Protocol):
    """Every method may be called again after it was interrupted anywhere: it looks up before it makes."""

    @property
    def environment(self) -> str:
        """production, development or local."""

    @property
    def url(self) -> str:
        """Where the app is served, "" when it is down."""

    def start(self, say: Reporter, *, port: int | None = None) -> bool:
        """Brings up what carries replicas (supervisor, proxy), no replica. port: that the app is served on; None:
        the one it had, or any. False when it was up. Raises UserError when the port is taken."""

    def deploy_lock(self, why: str) -> AbstractContextManager[None]:
        """One change at a time. Raises Locked, which names the holder. A dead holder does not keep it."""

    def config(self) -> dict[str, str]:
        """Present values, those of generated keys included."""

    def restore_config(self, release: Release) -> None:
        """The values it was made with become the present ones; those set since are lost."""

    def releases(self) -> Sequence[Release]:
        """Oldest first."""

    def current_release(self) -> Release | None:
        """The one that serves, or will from the next start on."""

    def differs(self) -> bool:
        """Do the source folder or hafen.yaml differ from the current release? True when there is none."""

    def prepare(self, change: Change, say: Reporter) -> Release:
        """Copies and builds the source, stores the config version. Nothing that runs changes. Raises BuildFailed.

        Answers the current release when nothing differs from it."""

    def run_release_phase(self, release: Release, say: Reporter) -> None:
        """Blocks. Raises ReleasePhaseFailed with the last lines of its output; the release is then discarded."""

    def roll_out(self, release: Release, say: Reporter) -> None:
        """Makes it current and replaces what runs without losing a request; when nothing is started, it will be what
        runs from the next start on. Raises Unhealthy; what ran before then still serves."""

    def run_postdeploy(self, release: Release, say: Reporter) -> None:
        """Once an environment, when there is such a command. Raises ReleasePhaseFailed; then it is tried again."""

    def formation(self) -> dict[str, int]:
        """Replicas wanted, by process name."""

    def scale(self, wanted: Mapping[str, int], say: Reporter) -> None:
        """Keeps the numbers over releases, also while it is down. Raises UnknownName, UserError, and Unhealthy when a
        new replica does not come up; then the old numbers stay."""

    def restart(self, names: Sequence[str], say: Reporter) -> None:
        """names: "web" or "web.1", none: all. New ones come up before old ones go. Raises UnknownName, Unhealthy."""

    def replicas(self) -> Sequence[Replica]:
        """Asks each for its health; see `usage` for a sample that costs little."""

    def usage(self) -> Mapping[str, Usage]:
        """By run of a replica ("web.1@7": started again, it gets another number), of those that run now. Cheap enough
        for once a second."""

    def carriers(self) -> Sequence[int]:
        """Process ids on this machine of what carries the app and is not the app: supervisor, proxy."""

    def run(self, command: Sequence[str], *, release: Release | None = None) -> int:
        """One-off process on the caller's terminal with the release's source and config; its exit code.

        command: one word is given to the shell as it is, several are quoted."""

    def logs(self, *, follow: bool, lines: int, processes: Sequence[str] = ()) -> Iterator[LogLine]:
        """Merged over replicas; the last `lines` of each first."""

    def down(self, say: Reporter) -> bool:
        """Stops everything, keeps releases, config and volumes. False when nothing ran."""


__all__ = ["Change", "LogLine", "Release", "Replica", "Source", "Target", "Usage"]
