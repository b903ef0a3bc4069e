"""How many replicas of each process are wanted: hafen.yaml's numbers at first, then those that `scale` was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from hafen.errors import UnknownName, UserError
from hafen.model.app import App
from hafen.planning.rollout import replica_names
from hafen.targets.local.folders import Folders, read_json, write_json

MOST_REPLICAS = 100


def of(folders: Folders, app: App) -> dict[str, int]:
    """For the processes that the app has now; numbers of those it had before are kept for when they return."""
    kept = read_json(folders.root / "formation.json") or {}
    return {name: int(kept.get(name, process.replicas)) for name, process in app.processes.items()}


def keep(folders: Folders, wanted: Mapping[str, int]) -> None:
    folders.make()
    kept = read_json(folders.root / "formation.json") or {}
    write_json(folders.root / "formation.json", {**kept, **wanted})


def check(app: App, wanted: Mapping[str, int]) -> None:
    """Raises UnknownName with the nearest process, or UserError for a number that cannot be meant."""
    for name, count in wanted.items():
        if name not in app.processes:
            raise unknown_process(name, app.processes)
        if not 0 <= count <= MOST_REPLICAS:
            raise UserError(f"{name}={count}: replicas are 0 to {MOST_REPLICAS}")
        port = app.processes[name].port
        if port and count > 1:
            raise UserError(
                f"{name}={count}: it always listens on port {port}, which only one replica can have on this machine",
                hint=f"let its command listen on $PORT and take `port: {port}` out of hafen.yaml",
            )


def matching(names: Sequence[str], formation: Mapping[str, int]) -> set[str]:
    """ "web" to all its replicas, "web.1" to itself; no names: all. Raises UnknownName."""
    every = replica_names(formation)
    found = set()
    for name in names or formation:
        fits = [replica for replica in every if name in (replica, replica.rpartition(".")[0])]
        if not fits and name not in formation:
            raise unknown_process(name, [*formation, *every])
        found.update(fits)
    return found


def unknown_process(name: str, known: Sequence[str] | Mapping[str, object]) -> UnknownName:
    near = get_close_matches(name, list(known), n=1)
    hint = f"did you mean {near[0]}?" if near else f"there is {', '.join(known)}"
    return UnknownName(f"there is no process {name!r}", hint=hint)
