"""`hafen ps`, `scale`, `restart` and `run`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from hafen.cli.opened import open_environment
from hafen.cli.options import as_json, environment, quiet, spec_file
from hafen.cli.table import table
from hafen.cli.terminal import Terminal, print_json
from hafen.errors import UserError

if TYPE_CHECKING:
    from hafen.model.replica import Replica

COLOURS = {"up": "green", "starting": "yellow", "stopping": "yellow", "unhealthy": "red", "crashed": "red"}


@click.command()
@spec_file
@environment
@as_json
def ps(file: str, environment: str, as_json: bool) -> None:
    """Show what runs."""
    from hafen.operations.processes import overview

    found = overview(open_environment(file, environment).target)
    if as_json:
        print_json(asdict(found))
        return
    if not found.url:
        wanted = ", ".join(f"{name}={count}" for name, count in found.wanted.items())
        click.echo(f"{environment} is down; `hafen up` starts {wanted}")
        return
    click.echo(f"{environment} is up at {found.url}")
    for line in table(
        ("REPLICA", "STATE", "RELEASE", "SIZE", "SINCE", "RESTARTS", "MEMORY", "CPU"), map(_row, found.replicas)
    ):
        click.echo(line)
    for replica in found.replicas:
        if replica.detail:
            click.echo(f"{replica.name}: {replica.detail}")
    for deviation in found.deviations:
        click.echo(click.style(deviation, fg="yellow"))


def _row(replica: Replica) -> tuple[str, ...]:
    memory = f"{replica.memory_bytes / 2**20:.0f} MiB" if replica.memory_bytes is not None else ""
    cpu = f"{replica.cpu_seconds:.1f} s" if replica.cpu_seconds is not None else ""
    state = click.style(replica.state, fg=COLOURS.get(replica.state))
    return replica.name, state, f"v{replica.release}", replica.size, replica.since, str(replica.restarts), memory, cpu


@click.command()
@click.argument("numbers", nargs=-1, metavar="[PROCESS=NUMBER]...")
@spec_file
@environment
@as_json
@quiet
def scale(numbers: tuple[str, ...], file: str, environment: str, as_json: bool, quiet: bool) -> None:
    """Change how many replicas run, as web=4 worker=2. Kept over deploys, down and up. Without numbers: show them."""
    from hafen.operations.scale import scale as change

    wanted = dict(_number(text) for text in numbers)
    target = open_environment(file, environment).target
    after = change(target, wanted, Terminal(quiet=quiet)) if wanted else target.formation()
    if as_json:
        print_json(after)
    elif not wanted:
        click.echo(" ".join(f"{name}={count}" for name, count in after.items()))


def _number(text: str) -> tuple[str, int]:
    name, _, count = text.partition("=")
    digits = count.removeprefix("-")
    if not name or not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        raise UserError(f"{text!r} is not a process and its number", hint="hafen scale web=4")
    return name, int(count)


@click.command()
@click.argument("names", nargs=-1, metavar="[web|web.1]...")
@spec_file
@environment
@quiet
def restart(names: tuple[str, ...], file: str, environment: str, quiet: bool) -> None:
    """Restart processes; all when none is named. New ones are up before old ones go."""
    from hafen.operations.restart import restart as renew

    renew(open_environment(file, environment).target, names, Terminal(quiet=quiet))


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@spec_file
@environment
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="COMMAND...")
def run(file: str, environment: str, command: tuple[str, ...]) -> None:
    """Run a one-off command with the app's code and config; its exit code is ours."""
    from hafen.operations.run_command import run_command

    sys.exit(run_command(open_environment(file, environment).target, command))
