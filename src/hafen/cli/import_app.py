"""`hafen import`: an app from elsewhere into hafen.yaml."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hafen.cli.options import as_json, quiet
from hafen.cli.terminal import Terminal, print_json

if TYPE_CHECKING:
    from hafen.operations.import_app import ImportResult

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group(name="import")
def import_group() -> None:
    """Read an app from elsewhere and write hafen.yaml."""


@import_group.command()
@click.argument("app", required=False)
@click.option("--from", "from_folder", type=FOLDER, metavar="DIR", help="Read a checkout's files instead of the API.")
@click.option("-o", "--out", type=FOLDER, metavar="DIR", help="Where hafen.yaml goes. [default: --from, or here]")
@click.option(
    "--source", type=FOLDER, metavar="DIR", help="The app's checkout, for what the API lacks. [default: --out, or here]"
)
@click.option("--force", is_flag=True, help="Replace a hafen.yaml; a copy of it and all config values are kept.")
@click.option("--no-web", is_flag=True, help="The app serves no requests: it needs no process web.")
@click.option(
    "--markdown", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="The report, as Markdown."
)
@as_json
@quiet
def heroku(
    *,
    app: str | None,
    from_folder: Path | None,
    out: Path | None,
    source: Path | None,
    force: bool,
    no_web: bool,
    markdown: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Read APP from Heroku, or a checkout with --from DIR; print the preflight report.

    HEROKU_API_KEY holds the key; HEROKU_API_URL another address than https://api.heroku.com. Nothing is changed
    at Heroku.
    """
    from hafen.operations.import_app import import_app, import_from_folder
    from hafen.providers.heroku.address import DEFAULT_URL

    if bool(app) == bool(from_folder):
        raise click.UsageError("name an APP at Heroku, or a checkout with --from DIR")
    say = Terminal(quiet=quiet)
    if from_folder:
        written = import_from_folder(from_folder, out or from_folder, say, force=force, allow_no_web=no_web)
    else:
        written = import_app(
            str(app),
            out or Path(),
            api_key=os.environ.get("HEROKU_API_KEY", ""),
            api_url=os.environ.get("HEROKU_API_URL") or DEFAULT_URL,
            say=say,
            source=source,
            force=force,
            allow_no_web=no_web,
        )
    _show(written, markdown, as_json=as_json)


def _show(written: ImportResult, markdown: Path | None, *, as_json: bool) -> None:
    from hafen.files import write_atomically
    from hafen.report.preflight import preflight_json, preflight_markdown, preflight_text

    if markdown:
        write_atomically(markdown, preflight_markdown(written.preflight))
    if as_json:
        files = {"spec": str(written.spec), "backup": str(written.backup) if written.backup else None}
        print_json(
            {**files, "config": written.keys, "kept": written.kept, "preflight": preflight_json(written.preflight)}
        )
        return
    click.echo(preflight_text(written.preflight, shutil.get_terminal_size().columns))
    click.echo(f"\nNext: read {written.spec}, then `hafen up` runs the app on this machine.")
