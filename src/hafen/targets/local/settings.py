"""What an environment was started with, and keeps until it is started anew."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hafen.providers.cpu_budget import CpuBudget
from hafen.targets.local.folders import Folders, read_json, write_json


@dataclass(frozen=True)
class Limits:
    """cpu_cores: what each replica may use, None: as much as it gets. cores: that everything stays on, empty: any."""

    cpu_cores: float | None = None
    cores: tuple[int, ...] = ()


@dataclass(frozen=True)
class Settings:
    """port: the app is served on. api_port: Traefik's API. socket: supervisord's. budget: in force for each replica.

    cgroups: folder and version of where CPU groups are made, "" and 0 when none are."""

    port: int
    api_port: int
    socket: Path
    budget: CpuBudget
    cores: tuple[int, ...] = ()
    cgroups: str = ""
    cgroups_version: int = 0


def load(folders: Folders) -> Settings | None:
    """None when it was never started, and in a copied folder: the original's supervisor is not ours to command."""
    kept: dict[str, Any] | None = read_json(folders.root / "settings.json")
    if not kept or Path(kept["socket"]).parent.name != folders.id:
        return None
    budget = CpuBudget(**kept.pop("budget"))
    return Settings(**kept | {"socket": Path(kept["socket"]), "cores": tuple(kept["cores"])}, budget=budget)


def save(folders: Folders, settings: Settings) -> None:
    write_json(folders.root / "settings.json", asdict(settings) | {"socket": str(settings.socket)})
