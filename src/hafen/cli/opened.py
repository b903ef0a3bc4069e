"""Opens what a verb works on: the app of a hafen.yaml and the place where its environment runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hafen.model.app import App
    from hafen.targets.local.target import LocalTarget


@dataclass(frozen=True)
class Opened:
    """folder: where hafen.yaml stands."""

    app: App
    folder: Path
    target: LocalTarget


def open_environment(file: str, environment: str) -> Opened:
    from hafen.spec.load import load_app
    from hafen.targets import open_target

    path = Path(file)
    app = load_app(path, environment)
    folder = path.resolve().parent
    return Opened(app, folder, open_target(app, folder, environment))
