"""From what runs to what is wanted, without losing a request."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from hafen.errors import HafenError
from hafen.model.app import Process
from hafen.model.release import Release
from hafen.model.reporter import Reporter
from hafen.planning.rollout import Move, Step, batches, plan, replica_names
from hafen.providers import network
from hafen.providers.build.build import Build
from hafen.providers.supervisor.launch import is_simple, shell_words
from hafen.targets.local.folders import file_errors_told
from hafen.targets.local.health import wait_until_up
from hafen.targets.local.launches import Launches
from hafen.targets.local.machinery import Machinery
from hafen.targets.local.releases import Releases
from hafen.targets.local.slots import ROUTED_PROCESS, Slot

DRAIN_LIMIT_S = 10
DRAIN_QUIET_S = 0.4
"""Without connections for so long, an old replica has answered all it was sent: a request that the proxy was just
handing over when the routes changed has arrived by then."""

DRAIN_BLIND_S = 2.0
POLL_S = 0.02
MEMORY_LEFT_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class Wanted:
    """release: None, nothing is to run. formation: replicas by process name."""

    release: Release | None
    formation: Mapping[str, int]


class Rollout:
    """New replicas come up and are ready before a request goes to them; old ones get no request any more, and finish
    those they have, before they are told to stop."""

    def __init__(self, machinery: Machinery, releases: Releases, say: Reporter) -> None:
        self.machinery = machinery
        self.releases = releases
        self.launches = Launches(machinery.folders, releases)
        self.say = say
        self._ready: set[str] = set()

    def run(self, wanted: Wanted, renew: Collection[str] = ()) -> bool:
        """False when everything ran as wanted. Whatever ends it early, what ran before is put back."""
        steps = self.plan(wanted, renew)
        before = self.machinery.slots.all()
        try:
            with file_errors_told(self.machinery.folders.root):
                self._carry_out(wanted, steps)
        except BaseException:
            self._put_back(before)
            raise
        return any(step.move is not Move.KEEP for step in steps)

    def plan(self, wanted: Wanted, renew: Collection[str] = ()) -> list[Step]:
        statuses = self.machinery.statuses()
        running = [
            slot.as_running(bool((status := statuses.get(slot.program)) and status.alive))
            for slot in self.machinery.slots.all()
        ]
        runs = self._runs(wanted.release) if wanted.release else ""
        return plan(dict.fromkeys(replica_names(wanted.formation), runs), running, renew)

    def _runs(self, release: Release) -> str:
        settings = self.machinery.settings
        return f"v{release.version} cpu={settings.budget.cores} cores={settings.cores}"

    def _kept(self, steps: Sequence[Step]) -> list[Slot]:
        programs = {step.program for step in steps if step.move is Move.KEEP}
        return [slot for slot in self.machinery.slots.all() if slot.program in programs]

    def _carry_out(self, wanted: Wanted, steps: Sequence[Step]) -> None:
        going = [slot for slot in self.machinery.slots.all() if slot.program in _programs(steps, Move.STOP)]
        self._wait_for_unfinished(self._kept(steps))
        names = [step.replica for step in steps if step.move is Move.START]
        if wanted.release and names:
            app = self.releases.app(wanted.release)
            made = self.launches.build(wanted.release, self.say)
            going = self._make_room(going, app.processes)
            for batch in self._batches(names):
                slots = self._start(wanted.release, app.processes, made, batch)
                gone = [slot for slot in going if slot.replica in batch]
                self._switch(gone)
                going = [slot for slot in going if slot not in gone]
                self.say.step(f"{', '.join(slot.replica for slot in slots)} up")
        self._switch(going)

    def _wait_for_unfinished(self, kept: Sequence[Slot]) -> None:
        """A call that was killed may have left replicas that it had started and not yet put into rotation."""
        self._ready = self.machinery.proxy.rotation()
        unfinished = [slot for slot in kept if slot.routed and slot.url not in self._ready]
        self._wait(unfinished)
        self._ready |= {slot.url for slot in unfinished}

    def _wait(self, slots: Sequence[Slot]) -> None:
        if slots:
            wait_until_up(slots, self.machinery.supervisor, self.machinery.slots)

    def _make_room(self, going: list[Slot], processes: Mapping[str, Process]) -> list[Slot]:
        """A process that always listens on one port cannot run beside its successor: there the old one goes first."""
        blocking = [slot for slot in going if (new := processes.get(slot.process)) and new.port == slot.port]
        for slot in blocking:
            self.say.warn(f"{slot.replica} always listens on port {slot.port}: it stops before its successor starts")
        self._switch(blocking)
        return [slot for slot in going if slot not in blocking]

    def _batches(self, names: Sequence[str]) -> list[list[str]]:
        import psutil

        sizes = [used for _, used in self._usage().values()]
        available = psutil.virtual_memory().available - MEMORY_LEFT_BYTES
        return batches(names, each_bytes=max(sizes, default=0), available_bytes=max(0, available))

    def _usage(self) -> Mapping[str, tuple[float, int]]:
        from hafen.providers import processes

        statuses = self.machinery.statuses()
        programs = {slot.program for slot in self.machinery.slots.all()}
        return processes.usage({name: found.pid for name, found in statuses.items() if name in programs and found.pid})

    def _start(
        self, release: Release, processes: Mapping[str, Process], made: Build, names: Sequence[str]
    ) -> list[Slot]:
        """Starts them together and waits until all are ready."""
        self.say.progress(f"starting {', '.join(names)} of v{release.version}")
        slots: list[Slot] = []
        for name in names:
            process = processes[name.rpartition(".")[0]]
            slots.append(self._write_slot(release, process, made, name, {slot.port for slot in slots}))
        self.machinery.add_programs(slots)
        self._wait(slots)
        self._ready |= {slot.url for slot in slots}
        return slots

    def _write_slot(self, release: Release, process: Process, made: Build, name: str, taken: set[int]) -> Slot:
        store = self.machinery.slots
        serial = store.next_serial()
        program = f"{name}@{serial}"
        used = taken | {slot.port for slot in store.all()}
        slot = Slot(
            replica=name,
            serial=serial,
            release=release.version,
            runs=self._runs(release),
            size=process.size,
            port=(process.port or network.free_port(used)) if listens(name, process) else 0,
            stop_s=process.stop_s,
            stop_group=not is_simple(process.command),
            health=process.health,
            cgroup=self.machinery.cgroup_for(program),
        )
        store.add(slot)
        self.launches.copy_source(release, made, store.work(slot))
        launch = self.launches.launch(
            release,
            made,
            shell_words(process.command),
            store.work(slot),
            mark=self.machinery.mark(program),
            port=slot.port,
            cgroup=slot.cgroup,
            cores=self.machinery.settings.cores,
            starts_file=store.starts_file(slot),
        )
        launch.write(store.launch_file(slot))
        store.prune_logs(name)
        return slot

    def _switch(self, going: Sequence[Slot]) -> None:
        """All others that are ready are in rotation from now on; then these finish what they have, and stop."""
        staying = [slot for slot in self.machinery.slots.all() if slot not in going and slot.url in self._ready]
        self.machinery.route(staying)
        if going:
            self.say.progress(f"draining {', '.join(slot.replica for slot in going)}")
            _drain([slot.port for slot in going if slot.routed])
            self.machinery.remove(going)

    def _put_back(self, before: Sequence[Slot]) -> None:
        """Best effort: the error that led here is the one to tell. What cannot be put back now, the next call does."""
        with contextlib.suppress(HafenError, OSError):
            self.say.progress("putting back what ran before")
            now = self.machinery.slots.all()
            self._switch([slot for slot in now if slot not in before])
            lost = [slot for slot in before if slot not in now]
            for version in {slot.release for slot in lost}:
                release = self.releases.get(version)
                names = [slot.replica for slot in lost if slot.release == version]
                self._start(
                    release, self.releases.app(release).processes, self.launches.build(release, self.say), names
                )
            self._switch([])


def listens(name: str, process: Process) -> bool:
    """name: of the process or a replica. At Heroku only `web` gets a port; here also one with a check or a port."""
    return name.partition(".")[0] == ROUTED_PROCESS or process.port is not None or process.health is not None


def _programs(steps: Sequence[Step], move: Move) -> set[str]:
    return {step.program for step in steps if step.move is move}


def _drain(ports: Sequence[int]) -> None:
    """Returns when no connection to these was open for a moment, or after the limit."""
    deadline = time.monotonic() + DRAIN_LIMIT_S
    quiet_since = time.monotonic()
    while ports and time.monotonic() < deadline:
        counts = [network.established(port) for port in ports]
        if None in counts:
            time.sleep(DRAIN_BLIND_S)
            return
        if any(counts):
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since > DRAIN_QUIET_S:
            return
        time.sleep(POLL_S)
