"""`hafen sandbox`: stand-ins to try things with, no account needed."""

from __future__ import annotations

import os
from pathlib import Path

import click

from hafen.cli.terminal import print_json

KEY_VARIABLE = "HAFEN_SANDBOX_API_KEY"


@click.group()
def sandbox() -> None:
    """Stand-ins that speak the real protocol, for a person to play with."""


@sandbox.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; 0 for any that is free.")
@click.option(
    "--account",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.json",
    help="Apps to serve, instead of InspireNow's.",
)
@click.option("--faults", default="", metavar="PLAN", help="Calls that go wrong: 3:503,5-7:429,*:stall@/domains.")
@click.option("--json", "as_json", is_flag=True, help="Print address and key as JSON.")
def heroku(port: int, account: Path | None, faults: str, as_json: bool) -> None:
    """Serve Heroku's Platform API v3 until Ctrl-C.

    The API key is made up, unless the variable HAFEN_SANDBOX_API_KEY gives one.
    """
    from hafen.sandbox.heroku.faults import FaultPlan
    from hafen.sandbox.heroku.server import HerokuSandbox

    plan = FaultPlan.parse(faults)
    with HerokuSandbox(account, os.environ.get(KEY_VARIABLE, ""), port, plan) as server:
        if as_json:
            print_json({"url": server.url, "api_key": server.api_key, "apps": sorted(server.account.apps)})
        else:
            click.echo(_how_to_use(server.url, server.api_key, next(iter(server.account.apps), "APP")))
        server.wait()


def _how_to_use(url: str, key: str, app: str) -> str:
    return (
        f"HEROKU_API_URL={url}\nHEROKU_API_KEY={key}\n\n"
        f"Import:        HEROKU_API_URL={url} HEROKU_API_KEY={key} hafen import heroku {app} -o /tmp/{app}\n"
        f"Heroku's CLI:  HEROKU_HOST={url} HEROKU_API_KEY={key} heroku ps -a {app}\n\n"
        "The key opens this stand-in only. Ctrl-C ends it; what was changed is forgotten."
    )
