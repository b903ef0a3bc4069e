"""`hafen logs`."""

from __future__ import annotations

import click

from hafen.cli.opened import open_environment
from hafen.cli.options import environment


@click.command()
@click.option("-f", "--follow", "-t", "--tail", "follow", is_flag=True, help="Go on with new lines as they come.")
@click.option("-n", "--num", "lines", default=100, show_default=True, type=click.IntRange(0), help="Lines of each.")
@click.option("-p", "--process", "processes", multiple=True, help="Only web, or only web.1.", metavar="NAME")
@click.option("--file", "file", default="hafen.yaml", show_default=True, help="The app's description.", metavar="FILE")
@environment
def logs(follow: bool, lines: int, processes: tuple[str, ...], file: str, environment: str) -> None:
    """Show the processes' output, the last 100 lines of each."""
    from hafen.operations.logs import logs as read

    target = open_environment(file, environment).target
    for line in read(target, follow=follow, lines=lines, processes=processes):
        click.echo(f"{line.at} {line.process}: {line.text}".lstrip())
