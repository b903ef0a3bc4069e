"""The app on this machine, brought to a known state before each measurement, and measured."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hafen.measure.result import Formation, LoadResult, ProcessFormation
from hafen.model.app import App
from hafen.model.price import Price
from hafen.model.reporter import Reporter, Silent
from hafen.model.size import SIZES
from hafen.model.target import Target
from hafen.operations.deploy import deploy
from hafen.operations.down import down
from hafen.operations.load import run_load
from hafen.operations.rehearse.meter import Meter
from hafen.operations.scale import scale
from hafen.operations.up import up
from hafen.planning.rehearsal import Phase, Share


@dataclass
class Stage:
    """open_target: makes the target anew; the app's folder and budget are in it. machine: how reports call this one.

    inner: hears what the operations say that a rehearsal is made of.
    """

    app: App
    folder: Path
    script: Path
    share: Share
    budget_by: str
    machine: str
    open_target: Callable[[], Target]
    inner: Reporter
    stop: threading.Event
    meters: list[Meter] = field(default_factory=list)
    deploys: int = 0

    def fresh(self, replicas: int) -> Target:
        """A first release with the data that its postdeploy makes, and so many web replicas; nothing from before."""
        target = self.open_target()
        down(target, Silent())
        shutil.rmtree(self.folder / ".hafen" / "local", ignore_errors=True)
        target = self.open_target()
        up(target, self.app, self.folder, self.inner)
        if replicas != target.formation().get("web"):
            scale(target, {"web": replicas}, self.inner)
        return target

    def load(self, target: Target, phases: Sequence[Phase], formation: Formation | None) -> LoadResult:
        meter = Meter(target)
        self.meters.append(meter)
        return run_load(
            self.script,
            target=target.url,
            phases=list(phases),
            process_environment=target.config(),
            cores=self.share.generator or None,
            formation=formation,
            sampler=meter.cpu_seconds,
            memory_sampler=meter.memory_bytes,
            say=self.inner,
            stop=self.stop,
        )

    def formation(self, label: str, replicas: Mapping[str, int], price: Price | None) -> Formation:
        processes = {
            name: ProcessFormation(
                count,
                size=self.app.processes[name].size,
                cpu_budget_cores=self.share.replica_cores,
                cpu_budget_by=self.budget_by,
                memory_bytes=SIZES[self.app.processes[name].size].memory_bytes,
            )
            for name, count in replicas.items()
        }
        return Formation(label, "local", "local", self.machine, processes, price)

    def deploy_change(self, target: Target) -> None:
        """A release that differs from the one that serves, so that every replica is replaced."""
        self.deploys += 1
        text = f"deployed in the middle of a load test, time {self.deploys}\n"
        (self.folder / "REHEARSED").write_text(text, encoding="utf-8")
        deploy(target, self.app, self.folder, Silent())


class Background(threading.Thread):
    """Runs something beside the load, and raises what it raised when it is waited for."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._work()
        except BaseException as error:
            self._error = error  # raised again where it is waited for

    def finish(self) -> None:
        self.join()
        if self._error is not None:
            raise self._error
