"""Releases on disk: each a folder with what it is, its config values (mode 0600) and the app as it was described."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hafen.errors import UnknownName
from hafen.model.app import App
from hafen.model.release import Release, Source, Status
from hafen.providers.lock import user
from hafen.targets.local.folders import Folders, read_json, write_json

KEPT = 20


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
        """hafen.yaml as it was for this release."""
        return App.model_validate(read_json(self._folder(release.version) / "app.json"))

    def config(self, release: Release) -> dict[str, str]:
        return dict(read_json(self.config_file(release)) or {})

    def config_file(self, release: Release) -> Path:
        return self._folder(release.version) / "config.json"

    def source(self, release: Release) -> Path:
        return self.folders.sources / release.source.digest.removeprefix("sha256:")

    def add(self, app: App, source: Source, config: Mapping[str, str], description: str) -> Release:
        known = self.all()
        release = Release(
            version=max(self._versions(), default=0) + 1,
            source=source,
            config_version=self._config_version(config, known),
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            created_by=user(),
            description=description,
            processes=tuple((name, process.command) for name, process in app.processes.items()),
            release_command=app.release,
        )
        staged = Path(tempfile.mkdtemp(dir=self.folders.releases, prefix=".making-"))
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
            shutil.rmtree(self._folder(version), ignore_errors=True)
        needed = {self.source(release).name for release in self.all()}
        for place in self.folders.sources.iterdir():
            if place.name.split(".")[0] not in needed:
                shutil.rmtree(place, ignore_errors=True)
                place.unlink(missing_ok=True) if place.is_file() else None
        for staged in self.folders.releases.glob(".making-*"):
            shutil.rmtree(staged, ignore_errors=True)

    def _config_version(self, config: Mapping[str, str], known: list[Release]) -> int:
        same = (release.config_version for release in reversed(known) if self.config(release) == dict(config))
        return next(same, max((release.config_version for release in known), default=0) + 1)

    def _folder(self, version: int) -> Path:
        return self.folders.releases / str(version)

    def _versions(self) -> list[int]:
        if not self.folders.releases.is_dir():
            return []
        return sorted(int(folder.name) for folder in self.folders.releases.iterdir() if folder.name.isdigit())

    def _read(self, version: int) -> Release | None:
        found = read_json(self._folder(version) / "release.json")
        return _release(found) if found else None


def _release(found: dict[str, Any]) -> Release:
    source = Source(**found.pop("source"))
    processes = tuple((name, command) for name, command in found.pop("processes"))
    return Release(**found, source=source, processes=processes)
