"""The app on this machine, brought to a known state before each measurement, and measured."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hafen.measure.result import Formation, LoadResult
from hafen.model.app import App
from hafen.model.reporter import Reporter, Silent
from hafen.operations.deploy import deploy
from hafen.operations.down import down
from hafen.operations.load import run_load
from hafen.operations.meter import Meter
from hafen.operations.scale import scale
from hafen.operations.up import up
from hafen.planning.rehearsal import Phase, Share
from hafen.targets.local.target import LocalTarget


@dataclass
class Stage:
    """open_target: makes the target anew; the app's folder and budget are in it. machine: how reports call this one.

    inner: hears what the operations say that a rehearsal is made of.
    """

    app: App
    folder: Path
    script: Path
    share: Share
    machine: str
    open_target: Callable[[], LocalTarget]
    inner: Reporter
    stop: threading.Event
    meters: list[Meter] = field(default_factory=list)
    deploys: int = 0

    def fresh(self, replicas: int) -> LocalTarget:
        """A first release with the data that its postdeploy makes, and so many web replicas; nothing from before."""
        target = self.open_target()
        down(target, Silent())
        shutil.rmtree(self.folder / ".hafen" / "local", ignore_errors=True)
        target = self.open_target()
        up(target, self.app, self.folder, self.inner)
        if replicas != target.formation().get("web"):
            scale(target, {"web": replicas}, self.inner)
        return target

    def load(
        self,
        target: LocalTarget,
        phases: Sequence[Phase],
        formation: Formation | None,
        on_phase: Callable[[str, int, float], None] | None = None,
    ) -> LoadResult:
        """Raises KeyboardInterrupt when it was stopped: half a run is no measurement."""
        meter = Meter(target)
        self.meters.append(meter)
        result = run_load(
            self.script,
            target=target.url,
            phases=list(phases),
            process_environment=target.config(),
            cores=self.share.generator or None,
            formation=formation,
            sampler=meter.cpu_seconds,
            memory_sampler=meter.memory_bytes,
            on_phase=on_phase,
            say=self.inner,
            stop=self.stop,
        )
        if self.stop.is_set():
            raise KeyboardInterrupt
        return result

    def deploy_change(self, target: LocalTarget) -> None:
        """A release that differs from the one that serves, so that every replica is replaced."""
        self.deploys += 1
        text = f"deployed in the middle of a load test, time {self.deploys}\n"
        (self.folder / "REHEARSED").write_text(text, encoding="utf-8")
        deploy(target, self.app, self.folder, Silent())
