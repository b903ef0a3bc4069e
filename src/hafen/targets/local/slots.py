"""A slot: one run of a replica, written down before it is started, so that whoever comes next finds it."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hafen.model.app import Health
from hafen.planning.rollout import Running
from hafen.targets.local.folders import Folders, read_json, write_json

ROUTED_PROCESS = "web"
LOGS_KEPT = 3


@dataclass(frozen=True)
class Slot:
    """replica: "web.1". serial: of this run; the program is named by both. port: 0, it listens to none.

    runs: release and CPU budget as one text; two slots with the same text run the same thing.
    stop_group: its command is more than one program, so all of them get SIGTERM. cgroup: "" for none.
    """

    replica: str
    serial: int
    release: int
    runs: str
    size: str
    port: int
    stop_s: float
    stop_group: bool
    health: Health | None
    cgroup: str = ""

    @property
    def program(self) -> str:
        return f"{self.replica}@{self.serial}"

    @property
    def process(self) -> str:
        return self.replica.rpartition(".")[0]

    @property
    def routed(self) -> bool:
        return self.process == ROUTED_PROCESS and bool(self.port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def as_running(self, alive: bool) -> Running:
        return Running(self.program, self.replica, self.serial, self.runs, alive)


class Slots:
    """What stands below `run/replicas`, and the files that belong to each."""

    def __init__(self, folders: Folders) -> None:
        self.folders = folders

    def all(self) -> list[Slot]:
        if not self.folders.slots.is_dir():
            return []
        found = (read_json(file) for file in self.folders.slots.glob("*.json"))
        return sorted((_slot(one) for one in found if one), key=_order)

    def add(self, slot: Slot) -> None:
        kept = asdict(slot) | {"health": slot.health.model_dump() if slot.health else None}
        write_json(self.folders.slots / f"{slot.program}.json", kept)

    def remove(self, slot: Slot) -> None:
        """The log stays."""
        shutil.rmtree(self.work(slot), ignore_errors=True)
        for file in (self.launch_file(slot), self.starts_file(slot), self.folders.slots / f"{slot.program}.json"):
            file.unlink(missing_ok=True)

    def next_serial(self) -> int:
        """Above every one that left a trace."""
        return 1 + max((serial_of(file) for file in self._traces()), default=0)

    def launch_file(self, slot: Slot) -> Path:
        return self.folders.launches / f"{slot.program}.json"

    def starts_file(self, slot: Slot) -> Path:
        return self.folders.slots / f"{slot.program}.starts"

    def log_file(self, slot: Slot) -> Path:
        return self.folders.logs / f"{slot.program}.log"

    def work(self, slot: Slot) -> Path:
        return self.folders.work / slot.program

    def starts(self, slot: Slot) -> list[float]:
        """Times of its starts, seconds since the epoch."""
        try:
            return [float(line) for line in self.starts_file(slot).read_text().splitlines()]
        except (OSError, ValueError):
            return []

    def prune_logs(self, replica: str) -> None:
        """Keeps the last runs' logs of a replica."""
        logs = sorted(self.folders.logs.glob(f"{replica}@*.log"), key=serial_of)
        for old in logs[:-LOGS_KEPT]:
            for file in (old, old.with_name(f"{old.name}.1")):
                file.unlink(missing_ok=True)

    def _traces(self) -> list[Path]:
        slots = self.folders.slots.glob("*.json") if self.folders.slots.is_dir() else ()
        return [*slots, *self.folders.logs.glob("*@*.log")]


def serial_of(file: Path) -> int:
    """7 of `web.1@7.log`."""
    with contextlib.suppress(ValueError):
        return int(file.name.rpartition("@")[2].partition(".")[0])
    return 0


def _slot(kept: dict[str, Any]) -> Slot:
    health = kept.pop("health")
    return Slot(**kept, health=Health.model_validate(health) if health else None)


def _order(slot: Slot) -> tuple[str, int, int]:
    process, _, number = slot.replica.rpartition(".")
    return process, int(number), slot.serial
