"""`hafen up` and `hafen down`."""

from __future__ import annotations

import click

from hafen.cli.opened import open_environment
from hafen.cli.options import as_json, environment, quiet, spec_file
from hafen.cli.terminal import Terminal, print_json


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port to serve on; else the one it had, or any.")
@spec_file
@environment
@as_json
@quiet
def up(port: int | None, file: str, environment: str, as_json: bool, quiet: bool) -> None:
    """Start the app on this machine and print its address."""
    from hafen.operations.up import up as bring_up

    opened = open_environment(file, environment)
    release = bring_up(opened.target, opened.app, opened.folder, Terminal(quiet=quiet), port)
    if as_json:
        print_json({"url": opened.target.url, "release": release.version})
    else:
        click.echo(opened.target.url)


@click.command()
@spec_file
@environment
@quiet
def down(file: str, environment: str, quiet: bool) -> None:
    """Stop what `up` started; keep releases, config and volumes."""
    from hafen.operations.down import down as take_down

    take_down(open_environment(file, environment).target, Terminal(quiet=quiet))
