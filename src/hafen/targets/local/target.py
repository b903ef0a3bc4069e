"""The local target: what `hafen.model.target.Target` asks for, on this machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from hafen.errors import HafenError, UserError
from hafen.model.app import App
from hafen.model.release import Release, Source
from hafen.model.replica import Replica
from hafen.model.reporter import Reporter
from hafen.model.target import Change, LogLine, Usage
from hafen.providers import lock, processes
from hafen.providers.build import source
from hafen.providers.build.build import build, compile_ahead
from hafen.providers.config_store import ConfigStore
from hafen.providers.cpu_budget import CpuBudget
from hafen.targets.local import commands, formation, logs, view
from hafen.targets.local.folders import Folders, file_errors_told, write_json
from hafen.targets.local.launches import Launches
from hafen.targets.local.machinery import Machinery
from hafen.targets.local.releases import Releases
from hafen.targets.local.rollout import Rollout, Wanted
from hafen.targets.local.settings import Limits


class LocalTarget:
    """app: as hafen.yaml describes it now. folder: where that stands. limits: count when it is started."""

    def __init__(self, app: App, folder: Path, environment: str = "local", limits: Limits | None = None) -> None:
        self.app = app
        self.folder = folder.resolve()
        self.environment = environment
        self.folders = Folders.of(self.folder, environment)
        self.store = ConfigStore(self.folder, environment)
        self._machinery = Machinery(self.folders, limits or Limits())
        self._releases = Releases(self.folders)
        self._launches = Launches(self.folders, self._releases)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._machinery.settings.port}" if self.is_up else ""

    @property
    def is_up(self) -> bool:
        return self._machinery.is_up()

    @property
    def cpu_budget(self) -> CpuBudget:
        """In force for each replica, as far as this machine lets us; not limited when it is down."""
        return self._machinery.settings.budget if self.is_up else CpuBudget()

    def start(self, say: Reporter, *, port: int | None = None) -> bool:
        return self._machinery.start(say, port)

    def deploy_lock(self, why: str) -> AbstractContextManager[None]:
        self.folders.make()
        return lock.exclusive(self.folders.root / "lock", why)

    def config(self) -> dict[str, str]:
        return self.store.read()

    def restore_config(self, release: Release) -> None:
        self.store.replace(self._releases.config(release))

    def releases(self) -> list[Release]:
        return self._releases.all()

    def current_release(self) -> Release | None:
        return self._releases.current()

    def differs(self) -> bool:
        """Do folder or hafen.yaml differ from the current release? Also true when there is none."""
        current = self.current_release()
        if not current:
            return True
        same_app = _essence(self.app) == _essence(self._releases.app(current))
        return not same_app or source.digest_of(self.folder) != current.source.digest

    def prepare(self, change: Change, say: Reporter) -> Release:
        self.folders.make()
        base = change.base or self.current_release()
        if not base and not change.source:
            raise UserError("nothing was released yet", hint="`hafen up`")
        app = self.app if change.source or not base else self._releases.app(base)
        made_from, place = self._source(change, base)
        values = dict(change.config) if change.config is not None else self._releases.config(base) if base else {}
        current = self.current_release()
        if current and self._is_same(current, app, made_from, values):
            return current
        say.progress("building")
        compile_ahead(place, build(place, say))
        commit = f" {made_from.commit[:8]}" if change.source and made_from.commit else ""
        with file_errors_told(self.folders.root):
            release = self._releases.add(app, made_from, values, f"{change.description}{commit}")
            self._releases.prune()
        return release

    def run_release_phase(self, release: Release, say: Reporter) -> None:
        if not release.release_command:
            return
        try:
            commands.run_to_end(
                self._launches, self._machinery, release, say, what="release phase", command=release.release_command
            )
        except HafenError:
            self._releases.set_status(release, "failed")
            raise

    def roll_out(self, release: Release, say: Reporter) -> None:
        if not self.is_up:
            self._releases.make_current(release)
            return
        wanted = Wanted(release, formation.of(self.folders, self._releases.app(release)))
        try:
            Rollout(self._machinery, self._releases, say).run(wanted)
        except HafenError:
            if release.status == "pending":
                self._releases.set_status(release, "failed")
            raise
        self._releases.make_current(self._releases.set_status(release, "succeeded"))

    def run_postdeploy(self, release: Release, say: Reporter) -> None:
        done = self.folders.root / "postdeploy.json"
        command = self._releases.app(release).postdeploy
        if not command or done.exists():
            return
        commands.run_to_end(self._launches, self._machinery, release, say, what="postdeploy", command=command)
        write_json(done, {"release": release.version})

    def formation(self) -> dict[str, int]:
        return formation.of(self.folders, self._present_app())

    def scale(self, wanted: Mapping[str, int], say: Reporter) -> None:
        app = self._present_app()
        formation.check(app, wanted)
        before = self._wanted()
        after = Wanted(before.release, {**before.formation, **wanted})
        if self.is_up:
            Rollout(self._machinery, self._releases, say).run(after)
        formation.keep(self.folders, after.formation)

    def restart(self, names: Sequence[str], say: Reporter) -> None:
        wanted = self._wanted()
        if not self.is_up or not wanted.release:
            raise UserError("nothing runs", hint="`hafen up`")
        renew = formation.matching(names, wanted.formation)
        Rollout(self._machinery, self._releases, say).run(wanted, renew)

    def replicas(self) -> list[Replica]:
        return view.replicas(self._machinery) if self.is_up else []

    def usage(self) -> dict[str, Usage]:
        leaders = view.leaders(self._machinery)
        return {name: Usage(cpu, memory) for name, (cpu, memory) in processes.usage(leaders).items()}

    def carriers(self) -> list[int]:
        return self._machinery.carriers()

    def run(self, command: Sequence[str], *, release: Release | None = None) -> int:
        chosen = release or self.current_release()
        if not chosen:
            raise UserError("nothing was released yet", hint="`hafen up`")
        return commands.run_on_terminal(self._launches, chosen, command)

    def logs(self, *, follow: bool, lines: int, processes: Sequence[str] = ()) -> Iterator[LogLine]:
        formation.matching(processes, {**self.formation(), **dict.fromkeys(logs.known(self.folders.logs), 0)})
        yield from logs.read(self.folders.logs, processes, lines)
        if follow:
            yield from logs.follow(self.folders.logs, processes)

    def down(self, say: Reporter) -> bool:
        say.progress("stopping")
        return self._machinery.stop()

    def _wanted(self) -> Wanted:
        current = self.current_release()
        return Wanted(current, self.formation() if current else {})

    def _present_app(self) -> App:
        current = self.current_release()
        return self._releases.app(current) if current else self.app

    def _source(self, change: Change, base: Release | None) -> tuple[Source, Path]:
        if change.source:
            return source.copy(change.source, self.folders.sources)
        assert base, "checked by the caller"  # noqa: S101
        return base.source, self._releases.source(base)

    def _is_same(self, current: Release, app: App, made_from: Source, values: Mapping[str, str]) -> bool:
        return (
            current.source.digest == made_from.digest
            and self._releases.config(current) == values
            and _essence(self._releases.app(current)) == _essence(app)
        )


def _essence(app: App) -> dict[str, object]:
    """What makes a release another one; replicas are the formation's."""
    whole = app.model_dump(mode="json", include={"processes", "release", "postdeploy", "volumes", "image"})
    for process in whole["processes"].values():
        del process["replicas"]
    return whole
