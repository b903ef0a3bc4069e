"""How a command of a release is started: as a replica, as its release phase, or once on somebody's terminal."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from hafen.errors import UserError
from hafen.model.release import Release
from hafen.model.reporter import Reporter
from hafen.providers.build.build import Build, build
from hafen.providers.supervisor.launch import MARK, Launch
from hafen.targets.local.folders import Folders
from hafen.targets.local.releases import Releases


class Launches:
    """Each start gets its own copy of the source: what it writes there is lost with it, as at Heroku, and the release
    stays what it was."""

    def __init__(self, folders: Folders, releases: Releases) -> None:
        self.folders = folders
        self.releases = releases

    def build(self, release: Release, say: Reporter) -> Build:
        return build(self.releases.source(release), say)

    def copy_source(self, release: Release, made: Build, work: Path) -> None:
        """Raises UserError when there is no room for it."""
        shutil.rmtree(work, ignore_errors=True)
        source = self.releases.source(release)

        def linked_instead(folder: str, names: list[str]) -> list[str]:
            return [name for name in names if name in made.links and Path(folder) == source]

        try:
            shutil.copytree(source, work, symlinks=True, ignore=linked_instead)
            for name, place in made.links.items():
                (work / name).symlink_to(place)
        except OSError as error:
            raise UserError(f"the source of v{release.version} could not be copied: {error}", where=str(work)) from None

    def launch(
        self,
        release: Release,
        made: Build,
        words: Sequence[str],
        work: Path,
        *,
        mark: str = "",
        port: int = 0,
        cgroup: str = "",
        cores: tuple[int, ...] = (),
        starts_file: Path | None = None,
        also_inherited: tuple[str, ...] = (),
    ) -> Launch:
        """port: 0, it listens to none. mark: "" for what nobody cleans up."""
        environment = self._volumes(release)
        if port:
            environment["PORT"] = str(port)
        if mark:
            environment[MARK] = mark
        return Launch(
            words=tuple(words),
            folder=str(work),
            config_file=str(self.releases.config_file(release)),
            defaults=made.variables,
            environment=environment,
            path=made.path,
            cgroup=cgroup,
            cores=cores,
            starts_file=str(starts_file) if starts_file else "",
            also_inherited=also_inherited,
        )

    def _volumes(self, release: Release) -> dict[str, str]:
        places = {}
        for name, volume in self.releases.app(release).volumes.items():
            place = self.folders.volumes / name
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            places[volume.variable] = str(place)
        return places
