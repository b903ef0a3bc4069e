"""Values of config vars on this machine: one file an environment, mode 0600, in a folder that git ignores."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from hafen.errors import UserError
from hafen.files import write_atomically

STATE_FOLDER = ".hafen"


def state_folder(folder: Path) -> Path:
    """Makes `.hafen` beside hafen.yaml; a .gitignore of its own keeps all of it out of git."""
    state = folder / STATE_FOLDER
    state.mkdir(mode=0o700, exist_ok=True)
    ignore = state / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    return state


class ConfigStore:
    """Values of one environment. folder: where hafen.yaml stands."""

    def __init__(self, folder: Path, environment: str) -> None:
        self.folder = folder
        self.path = folder / STATE_FOLDER / "config" / f"{environment}.json"

    def read(self) -> dict[str, str]:
        """Values by key; empty when none were kept. Raises UserError when the file is damaged; quotes none of it."""
        try:
            values = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise self._damaged(type(error).__name__) from None
        if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
            raise self._damaged("not an object of texts")
        return values

    def replace(self, values: Mapping[str, str]) -> None:
        """Writes the whole set in one step: a reader finds the old values or the new ones. Raises UserError."""
        state_folder(self.folder)
        self.path.parent.mkdir(mode=0o700, exist_ok=True)
        write_atomically(self.path, json.dumps(dict(sorted(values.items())), indent=1), mode=0o600)

    def _damaged(self, why: str) -> UserError:
        return UserError(
            f"the file of config values cannot be read ({why})",
            where=str(self.path),
            hint="mend it (one JSON object, every value a text) or move it away and set the values again",
        )
