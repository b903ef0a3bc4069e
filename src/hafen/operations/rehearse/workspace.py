"""The folder that a rehearsal works in: a copy of the app, removed at the end, repaired when a killed run left one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hafen.errors import UserError
from hafen.model.reporter import Silent
from hafen.operations.rehearse.shield import uninterrupted
from hafen.providers.build.source import copy
from hafen.providers.lock import exclusive

WORK = ".work"
LOCK = ".lock"


@dataclass(frozen=True)
class Workspace:
    """out: what was asked for. app: the copy that is imported, deployed and changed."""

    out: Path
    work: Path

    @property
    def app(self) -> Path:
        return self.work / "app"

    def bring(self, source: Path) -> None:
        """Copies the app's files, not what git ignores."""
        _, place = copy(source, self.work / "copies")
        place.rename(self.app)


@contextmanager
def workspace(out: Path) -> Iterator[Workspace]:
    """Raises UserError when `out` cannot be written, Locked when another rehearsal works there."""
    made = not out.exists()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"the folder cannot be made: {error.strerror}", where=str(out), hint="--out DIR") from None
    space = Workspace(out, out / WORK)
    with exclusive(out / LOCK, "rehearse"):
        try:
            _clear(space)
            space.work.mkdir()
            yield space
        finally:
            with uninterrupted():
                _clear(space)
                (out / LOCK).unlink(missing_ok=True)
                if made and not any(out.iterdir()):
                    out.rmdir()


def _clear(space: Workspace) -> None:
    """Takes down what still runs in it, then removes it."""
    if (space.app / "hafen.yaml").exists():
        from hafen.spec.load import load_app
        from hafen.targets import open_target

        open_target(load_app(space.app / "hafen.yaml"), space.app, "local").down(Silent())
    shutil.rmtree(space.work, ignore_errors=True)
