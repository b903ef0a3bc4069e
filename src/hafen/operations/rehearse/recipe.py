"""The recipe of a rehearsal."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from hafen.measure.rehearsal import Rehearsal
from hafen.measure.result import Formation
from hafen.model.app import App
from hafen.model.reporter import Reporter, Silent
from hafen.operations.formation import formation_of
from hafen.operations.import_app import ImportResult, import_app
from hafen.operations.rehearse.assemble import assemble, write_results
from hafen.operations.rehearse.cores import staying_on, usable_cores
from hafen.operations.rehearse.journey import Inner, Journey
from hafen.operations.rehearse.options import Options
from hafen.operations.rehearse.prices import price_of
from hafen.operations.rehearse.runs import Measured, calibrate, measure
from hafen.operations.rehearse.shield import uninterrupted
from hafen.operations.rehearse.stage import Stage
from hafen.operations.rehearse.workspace import Workspace, workspace
from hafen.planning.rehearsal import share_cores
from hafen.providers.cpu_budget import find_parent
from hafen.sandbox.heroku.server import HerokuSandbox
from hafen.spec.load import load_app
from hafen.targets import open_target
from hafen.targets.local.target import LocalTarget


@dataclass(frozen=True)
class Outcome:
    """report: the page. trusted: False when the load generator fell behind in spite of lower rates.

    lost: requests that failed from the deploy in the middle on.
    """

    rehearsal: Rehearsal
    report: Path
    trusted: bool
    lost: int


def rehearse(options: Options, say: Reporter, stop: threading.Event) -> Outcome:
    """Everything it starts is stopped, everything it makes is removed again, but what stands in `options.out`.

    stop: ends it at the next step. Raises KeyboardInterrupt then.
    """
    journey = Journey(say, stop)
    with workspace(options.out) as work:
        work.bring(options.source)
        imported = _import(options, work, journey)
        stage = _stage(options, work, load_app(work.app / "hafen.yaml"), journey)
        try:
            with staying_on(stage.share.app):
                measured = _measure(options, stage, journey)
        finally:
            with uninterrupted(), journey.leg("Down", "stopping everything", always=True) as leg:
                stage.open_target().down(Silent())
                leg.what = "nothing is left running"
        rehearsal = assemble(options, stage, imported, measured, journey.steps)
        report = write_results(options.out, rehearsal, imported, work.app / "hafen.yaml")
    return Outcome(rehearsal, report, measured.trusted, measured.deploy.failed_requests)


def _import(options: Options, work: Workspace, journey: Journey) -> ImportResult:
    with journey.leg("Import", "reading the app from a stand-in for Heroku's API") as leg, HerokuSandbox() as heroku:
        imported = import_app(options.account, work.app, api_key=heroku.api_key, api_url=heroku.url, say=Silent())
        leg.what = imported.summary
    return imported


def _stage(options: Options, work: Workspace, app: App, journey: Journey) -> Stage:
    cores = usable_cores()
    quota = find_parent() is not None
    share = share_cores(cores, max(options.replicas), quota=quota)
    if not share.generator:
        journey.say.warn("this machine has one core: the load generator shares it with the app")
    return Stage(
        app=app,
        folder=work.app,
        script=work.app / options.script,
        share=share,
        machine=f"this machine, {len(cores)} cores",
        open_target=lambda: open_target(app, work.app, "local", cpu_budget_cores=share.replica_cores, cores=share.app),
        inner=Inner(journey.say),
        stop=journey.stop,
    )


def _measure(options: Options, stage: Stage, journey: Journey) -> Measured:
    with journey.leg("Up", "building and starting the formation it has at Heroku") as leg:
        target = stage.fresh(options.replicas[0])
        leg.what = f"{options.replicas[0]} × {options.size} web at {target.url}"
    with journey.leg("Calibrate", "how much can that carry?") as leg:
        capacity = calibrate(stage, target)
        leg.what = f"it carries {capacity:.1f} virtual users a second; the peak will be 1.2 × that"
    formations = [_formation(options, stage, target, count) for count in options.replicas]
    return measure(stage, formations, capacity, options.duration_s, journey)


def _formation(options: Options, stage: Stage, target: LocalTarget, count: int) -> Formation:
    price = price_of(options.size, count, moved=options.moved and count == options.replicas[-1])
    return formation_of(
        target, stage.app, {"web": count}, label=options.label(count), machine=stage.machine, price=price
    )
