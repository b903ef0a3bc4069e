"""What a rehearsal leaves behind: the report, the figures behind it, and what was imported."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil

from hafen import __version__
from hafen.files import write_atomically
from hafen.measure.rehearsal import JourneyStep, Machine, Rehearsal
from hafen.operations.import_app import ImportResult
from hafen.operations.rehearse.options import Options
from hafen.operations.rehearse.prices import price_lines
from hafen.operations.rehearse.runs import Measured
from hafen.operations.rehearse.stage import Stage
from hafen.report import out_json
from hafen.report.preflight import preflight_markdown


def assemble(
    options: Options, stage: Stage, imported: ImportResult, measured: Measured, steps: Sequence[JourneyStep]
) -> Rehearsal:
    return Rehearsal(
        app=stage.app.app,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        hafen_version=__version__,
        machine=_machine(),
        journey=tuple(steps),
        findings=imported.preflight.findings,
        runs=measured.runs,
        deploy=measured.deploy,
        calibration=measured.calibration,
        overhead_memory_bytes=max(meter.overhead_bytes for meter in stage.meters),
        prices=price_lines(options.size, options.replicas, imported.preflight, moved=options.moved),
    )


def write_results(out: Path, rehearsal: Rehearsal, imported: ImportResult, spec: Path) -> Path:
    """Answers the page. Raises UserError when the disk is full; files are written wholly or not at all."""
    from hafen.report.html.rehearsal import rehearsal_json, render_rehearsal

    for run in rehearsal.runs:
        name = (run.formation.label if run.formation else "run").replace(" × ", "x").replace(" ", "-")
        out_json.write(run, out / f"{name}.json")
    write_atomically(out / "hafen.yaml", spec.read_bytes())
    write_atomically(out / "preflight.md", preflight_markdown(imported.preflight))
    write_atomically(out / "report.json", json.dumps(rehearsal_json(rehearsal), indent=2, default=str) + "\n")
    report = out / "report.html"
    write_atomically(report, render_rehearsal(rehearsal))
    return report


def _machine() -> Machine:
    system = platform.uname()
    return Machine(
        cores=psutil.cpu_count() or 1,
        memory_bytes=psutil.virtual_memory().total,
        kernel=f"{system.system} {system.release}",
        python=platform.python_version(),
    )
