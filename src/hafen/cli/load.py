"""`hafen load`: run load tests, and show results again."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from hafen.cli import options
from hafen.cli.terminal import Terminal, print_json
from hafen.errors import UserError

if TYPE_CHECKING:
    from hafen.measure.result import LoadResult

FAILED_CHECK = 1
UNTRUSTED = 3
_BY_SIGNAL = {signal.SIGINT: 130, signal.SIGTERM: 143}
_FILE = click.Path(path_type=Path)


@click.group(short_help="Run load tests and show their results.")
def load() -> None:
    """Run load tests, written as Artillery scripts, and show their results."""


@load.command()
@click.argument("script", type=_FILE, metavar="SCRIPT.yml")
@click.option("-t", "--target", metavar="URL", help="Instead of the script's target.")
@click.option(
    "--on",
    metavar="ENVIRONMENT",
    help="Load this environment of hafen.yaml: its address, config vars, formation, CPU and list price count.",
)
@click.option("-e", "--environment", metavar="NAME", help="One of the script's config.environments.")
@click.option("-v", "--variables", metavar="JSON", help="Over the script's variables.")
@click.option("--overrides", metavar="JSON", help="Merged over the script.")
@click.option("-o", "--output", type=_FILE, metavar="OUT.json", help="Write the result.")
@click.option("--html", type=_FILE, metavar="REPORT.html", help="Write a page that needs no network.")
@click.option("--markdown", type=_FILE, metavar="FILE", help="Append a summary for GitHub, as to $GITHUB_STEP_SUMMARY.")
@click.option("--junit", type=_FILE, metavar="FILE", help="Write the ensure rules as JUnit XML.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that share the load."
)
@click.option("-k", "--insecure", is_flag=True, help="Do not check certificates.")
@click.option("--accept-generator-limits", is_flag=True, help="Exit 0 although the generator fell behind.")
@options.quiet
@options.as_json
def run(
    *,
    script: Path,
    target: str | None,
    on: str | None,
    environment: str | None,
    variables: str | None,
    overrides: str | None,
    output: Path | None,
    html: Path | None,
    markdown: Path | None,
    junit: Path | None,
    workers: int,
    insecure: bool,
    accept_generator_limits: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Run SCRIPT.yml, an Artillery script.

    Exits 1 when an `ensure` rule failed, 3 when the generator fell behind and its numbers must not be trusted.
    """
    from hafen.report.load_progress import Progress

    say = Terminal(quiet=quiet)
    run_load = _runner(on)
    progress = Progress(say)
    with _signals() as (stop, caught):
        result = run_load(
            script,
            target=target,
            environment_name=environment,
            variables=_mapping("--variables", variables),
            overrides=_mapping("--overrides", overrides),
            insecure=insecure,
            workers=workers,
            say=say,
            on_second=progress.second,
            on_period=progress.period,
            on_phase=progress.phase,
            stop=stop,
        )
    _show(result, output, html, as_json, say)
    _write_for_ci(result, markdown, junit, accept_generator_limits)
    return _BY_SIGNAL[caught[0]] if caught else _verdict(result, accept_generator_limits)


@load.command()
@click.argument("result", type=_FILE, metavar="OUT.json")
@click.option("--html", type=_FILE, metavar="REPORT.html", help="Write a page that needs no network.")
@options.as_json
def report(result: Path, html: Path | None, as_json: bool) -> None:
    """Show a result of `hafen load run -o` again, in the terminal or as a page."""
    from hafen.report.out_json import read

    _show(read(result), None, html, as_json, Terminal())


def _show(result: LoadResult, output: Path | None, html: Path | None, as_json: bool, say: Terminal) -> None:
    from hafen.report import out_json
    from hafen.report.load_text import summary_text

    if as_json:
        print_json(out_json.to_json(result))
    else:
        click.echo(summary_text(result))
    if output is not None:
        out_json.write(result, output)
        say.done(f"wrote {output}")
    if html is not None:
        from hafen.files import write_atomically
        from hafen.report.html.load import render_load

        write_atomically(html, render_load(result))
        say.done(f"wrote {html}")


def _write_for_ci(result: LoadResult, markdown: Path | None, junit: Path | None, accept_generator_limits: bool) -> None:
    from hafen.files import unwritable, write_atomically

    if junit is not None:
        from hafen.report.load_junit import junit_xml

        write_atomically(junit, junit_xml(result, accept_generator_limits=accept_generator_limits))
    if markdown is not None:
        from hafen.report.load_markdown import summary_markdown

        try:
            with markdown.open("a", encoding="utf-8") as file:
                file.write(summary_markdown(result))
        except OSError as error:
            raise unwritable(markdown, error) from error


def _runner(on: str | None) -> Callable[..., LoadResult]:
    """What runs a script: alone, or with an environment of the hafen.yaml in this folder."""
    if on is None:
        from hafen.operations.load import run_load

        return run_load
    from hafen.cli.opened import open_environment
    from hafen.operations.load_environment import load_environment

    opened = open_environment("hafen.yaml", on)
    return partial(load_environment, opened.target, opened.app)


def _verdict(result: LoadResult, accept_generator_limits: bool) -> int:
    if not result.generator.trusted and not accept_generator_limits:
        return UNTRUSTED
    return FAILED_CHECK if any(check.strict and not check.passed for check in result.checks) else 0


def _mapping(option: str, text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UserError("is not a JSON object", where=option, hint="""'{"name": "value"}'""")
    return found


@contextmanager
def _signals() -> Iterator[tuple[threading.Event, list[signal.Signals]]]:
    """While it lasts, Ctrl-C and SIGTERM set the event instead of ending the process; the first one is kept."""
    stop = threading.Event()
    caught: list[signal.Signals] = []

    def note(number: int, _frame: FrameType | None) -> None:
        if caught:  # a second Ctrl-C: now
            raise KeyboardInterrupt
        caught.append(signal.Signals(number))
        stop.set()

    before = {number: signal.signal(number, note) for number in _BY_SIGNAL}
    try:
        yield stop, caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
