"""Releases on disk: each a folder with what it is, its config values (mode 0600) and the app as it was described."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hafen.errors import UnknownName, UserError
from hafen.model.app import App
from hafen.model.release import Release, Source, Status
from hafen.providers.lock import user
from hafen.targets.local.folders import Folders, read_json, write_json

KEPT = 20
STAGING = ".making-"


class Releases:
    """Numbers are never used twice; a release appears whole or not at all."""

    def __init__(self, folders: Folders) -> None:
        self.folders = folders

    def all(self) -> list[Release]:
        """Oldest first."""
        return [release for version in self._versions() if (release := self._read(version))]

    def get(self, version: int) -> Release:
        found = self._read(version)
        if not found:
            known = [f"v{number}" for number in self._versions()[-5:]]
            raise UnknownName(f"there is no release v{version}", hint=f"the last are {', '.join(known) or 'none'}")
        return found

    def current(self) -> Release | None:
        version = read_json(self.folders.root / "current")
        return self._read(version) if isinstance(version, int) else None

    def make_current(self, release: Release) -> None:
        write_json(self.folders.root / "current", release.version)

    def app(self, release: Release) -> App:
        """hafen.yaml as it was for this release. Raises UserError when its file is damaged."""
        file = self._folder(release.version) / "app.json"
        try:
            return App.model_validate(read_json(file))
        except ValueError:
            raise _damaged(file) from None

    def config(self, release: Release) -> dict[str, str]:
        """Raises UserError when its file is damaged: nothing may run without its values."""
        file = self._config_file(release)
        values = read_json(file)
        if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
            raise _damaged(file)
        return values

    def config_file(self, release: Release) -> Path:
        """One that can be read. Raises UserError."""
        self.config(release)
        return self._config_file(release)

    def source(self, release: Release) -> Path:
        return self.folders.sources / release.source.digest.removeprefix("sha256:")

    def add(self, app: App, source: Source, config: Mapping[str, str], description: str) -> Release:
        known = self.all()
        release = Release(
            version=self._next_version(),
            source=source,
            config_version=self._config_version(config, known),
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            created_by=user(),
            description=description,
            processes=tuple((name, process.command) for name, process in app.processes.items()),
            release_command=app.release,
        )
        staged = self._staging()
        write_json(staged / "release.json", asdict(release))
        write_json(staged / "app.json", app.model_dump(mode="json", exclude_defaults=True))
        write_json(staged / "config.json", dict(config))
        staged.rename(self._folder(release.version))
        return release

    def set_status(self, release: Release, status: Status) -> Release:
        changed = replace(release, status=status)
        if changed != release:
            write_json(self._folder(release.version) / "release.json", asdict(changed))
        return changed

    def prune(self) -> None:
        """Keeps the last ones and the current one, and the sources that those need."""
        current = self.current()
        kept = {release.version for release in self.all()[-KEPT:]} | ({current.version} if current else set())
        for version in set(self._versions()) - kept:
            self._folder(version).rename(self._staging() / "gone")  # in one step: half a release would be a damaged one
        needed = {self.source(release).name for release in self.all()}
        for place in self.folders.sources.iterdir():
            if place.name.split(".")[0] not in needed:
                shutil.rmtree(place, ignore_errors=True)
                place.unlink(missing_ok=True) if place.is_file() else None
        for staged in self.folders.releases.glob(f"{STAGING}*"):
            shutil.rmtree(staged, ignore_errors=True)

    def _config_version(self, config: Mapping[str, str], known: list[Release]) -> int:
        same = (release.config_version for release in reversed(known) if self.config(release) == dict(config))
        return next(same, max((release.config_version for release in known), default=0) + 1)

    def _next_version(self) -> int:
        """Above the current one too, whose folder may have been moved away."""
        current = read_json(self.folders.root / "current")
        return 1 + max([*self._versions(), current if isinstance(current, int) else 0])

    def _staging(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self.folders.releases, prefix=STAGING))

    def _config_file(self, release: Release) -> Path:
        return self._folder(release.version) / "config.json"

    def _folder(self, version: int) -> Path:
        return self.folders.releases / str(version)

    def _versions(self) -> list[int]:
        if not self.folders.releases.is_dir():
            return []
        return sorted(int(folder.name) for folder in self.folders.releases.iterdir() if folder.name.isdecimal())

    def _read(self, version: int) -> Release | None:
        """None when there is no such release. Raises UserError when its file is damaged."""
        file = self._folder(version) / "release.json"
        if not file.parent.exists():
            return None
        try:
            return _release(read_json(file))
        except (TypeError, KeyError, ValueError):
            raise _damaged(file) from None


def _release(found: dict[str, Any]) -> Release:
    """Keys that another version of Hafen wrote are left out."""
    source = Source(**_known(Source, found["source"]))
    processes = tuple((name, command) for name, command in found["processes"])
    return Release(**_known(Release, found) | {"source": source, "processes": processes})


def _known(kind: type[Source | Release], found: dict[str, Any]) -> dict[str, Any]:
    return {one.name: found[one.name] for one in fields(kind) if one.name in found}


def _damaged(file: Path) -> UserError:
    return UserError(
        "this file of a release is missing or damaged",
        where=str(file),
        hint=f"move {file.parent} away and `hafen deploy`: a new release of the present source and config values",
    )
