"""`hafen compare`: two or more load runs side by side."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from hafen.cli import options
from hafen.cli.terminal import Terminal, print_json

UNTRUSTED = 3


@click.command(short_help="Set two or more load runs side by side.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="BEFORE.json AFTER.json …")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page that needs no network.")
@click.option("--label", "labels", multiple=True, metavar="TEXT", help="Name of a run, in the order of the files.")
@options.as_json
def compare(files: tuple[Path, ...], html: Path | None, labels: tuple[str, ...], as_json: bool) -> int:
    """Set load runs side by side; each stands against the first.

    FILES are results of `hafen load run -o`. Exits 3 when one of them must not be trusted.
    """
    from hafen.operations.compare import compare as run

    comparison = run(files, labels=labels, html=html)
    if as_json:
        from hafen.report.compare_json import comparison_json

        print_json(comparison_json(comparison))
    else:
        from hafen.report.compare_text import comparison_text

        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        click.echo(comparison_text(comparison, width=width))
    if html is not None:
        Terminal().done(f"wrote {html}")
    return 0 if comparison.trusted else UNTRUSTED
