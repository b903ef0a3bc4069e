"""`hafen deploy`, `releases` and `rollback`."""

from __future__ import annotations

import re
from dataclasses import asdict

import click

from hafen.cli.opened import open_environment
from hafen.cli.options import as_json, environment, quiet, spec_file
from hafen.cli.table import table
from hafen.cli.terminal import Terminal, print_json
from hafen.errors import UserError


@click.command()
@spec_file
@environment
@as_json
@quiet
def deploy(file: str, environment: str, as_json: bool, quiet: bool) -> None:
    """Release the present source; no request is lost meanwhile."""
    from hafen.operations.deploy import deploy as release_source

    opened = open_environment(file, environment)
    release = release_source(opened.target, opened.app, opened.folder, Terminal(quiet=quiet))
    if as_json:
        print_json(asdict(release))


@click.command()
@spec_file
@environment
@as_json
def releases(file: str, environment: str, as_json: bool) -> None:
    """List releases, newest first."""
    from hafen.operations.releases import releases as listed

    found = listed(open_environment(file, environment).target)
    if as_json:
        print_json([asdict(one.release) | {"current": one.current} for one in found])
        return
    if not found:
        click.echo("nothing was released yet; `hafen up` makes the first")
        return
    rows = [
        (
            f"v{one.release.version}",
            "current" if one.current else one.release.status,
            one.release.description,
            one.release.source.commit[:8] + ("+" if one.release.source.dirty else ""),
            one.release.created_by,
            one.release.created_at,
        )
        for one in found
    ]
    for line in table(("RELEASE", "STATUS", "DESCRIPTION", "COMMIT", "BY", "AT"), rows):
        click.echo(line)


@click.command()
@click.argument("version", required=False, metavar="[N]")
@spec_file
@environment
@as_json
@quiet
def rollback(version: str | None, file: str, environment: str, as_json: bool, quiet: bool) -> None:
    """Return to release N, or to the one that served before."""
    from hafen.operations.rollback import rollback as go_back

    target = open_environment(file, environment).target
    release = go_back(target, _version(version), Terminal(quiet=quiet))
    if as_json:
        print_json(asdict(release))


def _version(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"v?[0-9]{1,9}", text):
        raise UserError(f"{text!r} is not a release", hint="hafen rollback v3")
    return int(text.removeprefix("v"))
