"""`hafen rehearse`: the whole journey on this machine, with a report at its end."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hafen.cli.options import as_json, quiet
from hafen.cli.terminal import Terminal, print_json

if TYPE_CHECKING:
    from hafen.operations.rehearse import Options, Outcome


@click.command()
@click.option(
    "--source",
    type=click.Path(path_type=Path),
    default=Path("reference/inspirenow"),
    show_default=True,
    help="The app's folder.",
)
@click.option(
    "--script",
    type=click.Path(path_type=Path),
    default=Path("load/flows.yml"),
    show_default=True,
    help="Load test in it, an Artillery script.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("build/rehearsal"),
    show_default=True,
    help="Folder for report.html, report.json and the figures behind them.",
)
@click.option("--formation", metavar="SIZE=N,N…", help="Formations to compare, as standard-2x=1,2,8; else 1, then 4.")
@click.option(
    "--duration",
    type=click.FloatRange(6, 3600),
    default=48,
    show_default=True,
    help="Seconds of load on each formation.",
)
@as_json
@quiet
def rehearse(
    *, source: Path, script: Path, out: Path, formation: str | None, duration: float, as_json: bool, quiet: bool
) -> int:
    """Import an app, run it as it was and as it could be, load both, compare. Needs no account and no root.

    Exit code 1: the deploy in the middle lost requests. 3: the load generator fell behind; the report is marked.
    """
    from hafen.cli.exits import STOP
    from hafen.operations.rehearse import rehearse as run

    outcome = run(_options(source, script, out, formation, duration), Terminal(quiet=quiet), STOP)
    _print(outcome, as_json)
    if outcome.lost:
        click.echo(f"hafen: {outcome.lost} requests failed from the deploy in the middle on", err=True)
    return 3 if not outcome.trusted else 1 if outcome.lost else 0


def _options(source: Path, script: Path, out: Path, formation: str | None, duration: float) -> Options:
    from hafen.operations.rehearse import Options

    if formation is None:
        return Options(source, script, out, duration_s=duration)
    size, replicas = _parsed(formation)
    return Options(source, script, out, size=size, replicas=replicas, duration_s=duration, moved=False)


def _parsed(formation: str) -> tuple[str, tuple[int, ...]]:
    from hafen.model.size import SIZES

    size, _, counts = formation.lower().partition("=")
    if size not in SIZES or not re.fullmatch(r"[1-9]\d?(,[1-9]\d?)+", counts):
        raise click.BadParameter(f"{formation!r} is not SIZE=N,N…, as standard-2x=1,2,8", param_hint="--formation")
    replicas = tuple(int(count) for count in counts.split(","))
    if len(set(replicas)) < len(replicas):
        raise click.BadParameter(f"{formation!r} names a count twice", param_hint="--formation")
    return size, replicas


def _print(outcome: Outcome, as_json: bool) -> None:
    from hafen.measure.compare import compare
    from hafen.report.compare_text import comparison_text
    from hafen.report.html.rehearsal import rehearsal_json

    if as_json:
        print_json(rehearsal_json(outcome.rehearsal))
        return
    click.echo()
    click.echo(comparison_text(compare(outcome.rehearsal.runs)))
    click.echo(f"The whole report: {outcome.report}")
