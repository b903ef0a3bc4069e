"""supervisord and Traefik of one environment: brought up, asked, taken down with all that hangs on them."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from hafen.errors import AlreadyThere, Unreachable, UserError
from hafen.model.reporter import Reporter
from hafen.providers import cpu_budget, network, processes
from hafen.providers.cpu_budget import QUOTA, CgroupParent, CpuBudget
from hafen.providers.supervisor import daemon
from hafen.providers.supervisor.client import Status, Supervisor
from hafen.providers.supervisor.launch import MARK, launcher_words
from hafen.providers.supervisor.program import Program, render
from hafen.targets.local import proxy
from hafen.targets.local import settings as kept_settings
from hafen.targets.local.folders import SOCKET_NAME, Folders, file_errors_told, remove_socket_folder, socket_folder
from hafen.targets.local.proxy import Proxy
from hafen.targets.local.settings import Limits, Settings
from hafen.targets.local.slots import Slot, Slots

STOP_MARGIN_S = 10
POLL_S = 0.02


class Machinery:
    """Programs are what supervisord runs: one for each slot, and Traefik."""

    def __init__(self, folders: Folders, limits: Limits) -> None:
        self.folders = folders
        self.limits = limits
        self.slots = Slots(folders)
        self.proxy = Proxy(folders)

    @property
    def settings(self) -> Settings:
        """Raises UserError when it was never started."""
        found = kept_settings.load(self.folders)
        if not found:
            raise UserError("this environment was never started", hint="`hafen up`")
        return found

    @property
    def supervisor(self) -> Supervisor:
        return Supervisor(self.settings.socket)

    def is_up(self) -> bool:
        """Raises Unreachable when supervisord lives and does not answer: what it runs may well be serving."""
        found = kept_settings.load(self.folders)
        return bool(found and self.folders.run.is_dir() and Supervisor(found.socket).pid())

    def start(self, say: Reporter, port: int | None) -> bool:
        """False when it was up. Whatever an earlier, killed run left behind is ended first."""
        if self.is_up():
            self._mend(port)
            return False
        self.sweep()
        try:
            with file_errors_told(self.folders.root):
                self._start(say, port)
        except BaseException:
            self.sweep()
            raise
        return True

    def _start(self, say: Reporter, port: int | None) -> None:
        self.folders.make()
        self.folders.make_run()
        settings = self._new_settings(say, port)
        kept_settings.save(self.folders, settings)
        self.proxy.write(settings, self.mark(proxy.NAME))
        self._write_programs()
        daemon.start(self._config_file, {MARK: self.mark("supervisord")})
        self._stay_on_cores(settings)
        self.proxy.wait_until_up(settings, self.supervisor)

    def stop(self) -> bool:
        """False when nothing ran. A supervisord that does not answer is ended without being asked."""
        try:
            ran = self._stop_in_order()
        except Unreachable:
            ran = True
        return self.sweep() or ran

    def _stop_in_order(self) -> bool:
        """The proxy first, so that nothing new comes in; then all replicas together."""
        if not self.is_up():
            return False
        self.stop_programs([proxy.NAME], within_s=proxy.STOP_S)
        self.stop_programs([slot.program for slot in self.slots.all()], within_s=self._longest_stop_s())
        self.supervisor.shutdown()
        self._wait_for_end()
        return True

    def sweep(self) -> bool:
        """Ends and removes everything of this environment that lives only while it is up. False: there was nothing."""
        left = processes.kill_marked(MARK, self.mark(""))
        there = self.folders.run.exists()
        shutil.rmtree(self.folders.run, ignore_errors=True)
        found = kept_settings.load(self.folders)
        if found:
            remove_socket_folder(found.socket.parent)
            if found.cgroups:
                cpu_budget.remove_all(_cgroup_parent(found), self._cgroup_prefix)
        return bool(left or there)

    def mark(self, program: str) -> str:
        """Of one program, or what all marks of this environment begin with."""
        return f"{self.folders.id}/{program}/" if program else f"{self.folders.id}/"

    def statuses(self) -> dict[str, Status]:
        return self.supervisor.statuses()

    def carriers(self) -> list[int]:
        """Process ids of supervisord and Traefik; empty when it is down."""
        if not self.is_up():
            return []
        traefik = self.statuses().get(proxy.NAME)
        return [pid for pid in (self.supervisor.pid(), traefik and traefik.pid) if pid]

    def add_programs(self, slots: Sequence[Slot]) -> None:
        self._write_programs()
        self.supervisor.add([slot.program for slot in slots])

    def remove(self, slots: Sequence[Slot]) -> None:
        """Stops them together and forgets them, with their files, groups, and processes that got away."""
        if not slots:
            return
        self.stop_programs([slot.program for slot in slots], within_s=max(slot.stop_s for slot in slots))
        marks = [self.mark(slot.program) for slot in slots]
        processes.kill_marked(MARK, *marks, patience_s=max(slot.stop_s for slot in slots))
        for slot in slots:
            self.supervisor.remove(slot.program)
            if slot.cgroup:
                cpu_budget.remove(Path(slot.cgroup))
            self.slots.remove(slot)
        self._write_programs()

    def stop_programs(self, names: Sequence[str], *, within_s: float) -> None:
        """supervisord sends SIGKILL after `within_s`; should that not be enough, we do."""
        deadline = time.monotonic() + within_s + STOP_MARGIN_S
        while moving := [one for one in self.statuses().values() if one.name in names and not one.settled]:
            for one in moving:
                if one.state != "STOPPING":  # also one that crashed and was started anew since it was told to stop
                    self.supervisor.stop(one.name)
            if time.monotonic() > deadline:
                processes.kill_marked(MARK, *(self.mark(name) for name in names))
            time.sleep(POLL_S)

    def route(self, slots: Sequence[Slot]) -> None:
        """Sends requests to these and no others from now on; returns when Traefik does so."""
        self.proxy.route(slots, self.settings)

    def cgroup_for(self, program: str) -> str:
        settings = self.settings
        if not settings.cgroups or settings.budget.cores is None:
            return ""
        return str(_cgroup_parent(settings).make(f"{self._cgroup_prefix}{program}", settings.budget.cores))

    @property
    def _cgroup_prefix(self) -> str:
        return f"hafen-{self.folders.id}-"

    @property
    def _config_file(self) -> Path:
        return self.folders.run / "supervisord.conf"

    def _mend(self, port: int | None) -> None:
        """It is up: the port cannot change, but a proxy that gave up is started again."""
        settings = self.settings
        if port and port != settings.port:
            raise AlreadyThere(
                f"it is up on port {settings.port} already", hint=f"`hafen down`, then `hafen up --port {port}`"
            )
        status = self.statuses().get(proxy.NAME)
        if status and not status.alive:
            self.supervisor.start(proxy.NAME)

    def _new_settings(self, say: Reporter, port: int | None) -> Settings:
        before = kept_settings.load(self.folders)
        chosen = self._choose_port(say, port, before.port if before else None)
        budget, parent = self._budget(say)
        return Settings(
            port=chosen,
            api_port=network.free_port({chosen}),
            socket=socket_folder(self.folders.id) / SOCKET_NAME,
            budget=budget,
            cores=self.limits.cores,
            cgroups=str(parent.folder) if parent else "",
            cgroups_version=parent.version if parent else 0,
        )

    def _choose_port(self, say: Reporter, asked: int | None, before: int | None) -> int:
        if asked and (why := network.why_not(asked)):
            raise UserError(f"port {asked} {why}", hint="stop what listens there, or `hafen up --port` with another")
        if asked:
            return asked
        if before and not network.why_not(before):
            return before
        chosen = network.free_port()
        if before:
            say.warn(f"port {before} is taken now; the app is on {chosen}")
        return chosen

    def _budget(self, say: Reporter) -> tuple[CpuBudget, CgroupParent | None]:
        wanted, shared = self.limits.cpu_cores, self._shared_cores()
        if wanted is None:
            return shared, None
        parent = cpu_budget.find_parent()
        if parent:
            return CpuBudget(wanted, QUOTA), parent
        instead = f"all replicas share {len(self.limits.cores)} cores instead" if shared.by else "they are not limited"
        say.warn(f"no CPU quota can be set for replicas here: {instead}")
        return shared, None

    def _shared_cores(self) -> CpuBudget:
        """What is in force without a quota."""
        if not self.limits.cores or not _can_stay_on_cores():
            return CpuBudget()
        return CpuBudget(float(len(self.limits.cores)), "affinity")

    def _write_programs(self) -> None:
        settings = self.settings
        programs = [self.proxy.program(), *(self._program(slot) for slot in self.slots.all())]
        text = render(self.folders.run, settings.socket, self.folders.logs / "supervisord.log", programs)
        staged = self._config_file.with_suffix(".new")
        staged.write_text(text, encoding="utf-8")
        staged.replace(self._config_file)

    def _program(self, slot: Slot) -> Program:
        return Program(
            name=slot.program,
            words=launcher_words(str(self.slots.launch_file(slot).relative_to(self.folders.run))),
            log_file=self.slots.log_file(slot),
            stop_s=slot.stop_s,
            stop_group=slot.stop_group,
        )

    def _stay_on_cores(self, settings: Settings) -> None:
        if settings.cores and _can_stay_on_cores() and (pid := self.supervisor.pid()):
            import psutil

            psutil.Process(pid).cpu_affinity(list(settings.cores))

    def _longest_stop_s(self) -> float:
        return max((slot.stop_s for slot in self.slots.all()), default=0)

    def _wait_for_end(self) -> None:
        deadline = time.monotonic() + STOP_MARGIN_S
        while self.supervisor.pid() and time.monotonic() < deadline:
            time.sleep(POLL_S)


def _can_stay_on_cores() -> bool:
    """Not on macOS, whose kernel takes no such wish."""
    return hasattr(os, "sched_setaffinity")


def _cgroup_parent(settings: Settings) -> CgroupParent:
    return CgroupParent(Path(settings.cgroups), settings.cgroups_version)
