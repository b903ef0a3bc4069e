"""`hafen config`: list, get, set, unset. A secret's value is shown only by `get`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hafen.cli.options import as_json, environment, quiet, spec_file
from hafen.cli.terminal import MASK, Terminal, print_json
from hafen.errors import UserError
from hafen.model.app import App
from hafen.providers.config_store import ConfigStore

below_file = click.option("-f", "--file", "file", default=lambda: _above()[0], metavar="FILE", hidden=True)
below_environment = click.option("-e", "--environment", default=lambda: _above()[1], hidden=True)


def _above() -> tuple[str, str]:
    """File and environment given to `hafen config` itself: `hafen config -e production set A` works as well."""
    parent = click.get_current_context().parent
    found: tuple[str, str] = parent.obj if parent and parent.obj else ("hafen.yaml", "local")
    return found


def _open(file: str, environment: str) -> tuple[App, ConfigStore]:
    from hafen.spec.load import load_app

    path = Path(file)
    return load_app(path, environment), ConfigStore(path.resolve().parent, environment)


@click.group(invoke_without_command=True)
@spec_file
@environment
@as_json
@click.pass_context
def config(context: click.Context, file: str, environment: str, as_json: bool) -> None:
    """List config vars; secrets print as •••."""
    context.obj = (file, environment)
    if context.invoked_subcommand is None:
        _list(file, environment, as_json)


def _list(file: str, environment: str, as_json: bool) -> None:
    from hafen.operations.config import is_secret

    app, store = _open(file, environment)
    values = store.read()
    shown = {key: MASK if is_secret(app, key) else value for key, value in sorted(values.items())}
    missing = sorted(key for key in app.config if key not in values)
    if as_json:
        print_json({"environment": environment, "values": shown, "without_value": missing})
        return
    width = max((len(key) for key in shown), default=0)
    for key, value in shown.items():
        click.echo(f"{key:<{width}}  {value}")
    for key in missing:
        how = "made at the first deploy" if app.config[key].generate else "no value"
        click.echo(f"{key}: {how}", err=True)


@config.command("get")
@click.argument("key")
@below_file
@below_environment
def get(key: str, file: str, environment: str) -> None:
    """Print one value, secret or not."""
    from hafen.operations.config import get_value

    click.echo(get_value(_open(file, environment)[1], key))


@config.command("set")
@click.argument("pairs", nargs=-1, required=True, metavar="KEY[=VALUE]...")
@below_file
@below_environment
@quiet
def set_(pairs: tuple[str, ...], file: str, environment: str, quiet: bool) -> None:
    """Set values and release them. KEY alone asks for its value, or reads it from standard input."""
    from hafen.operations.config import is_secret, set_values
    from hafen.targets import open_target

    app, store = _open(file, environment)
    say = Terminal(quiet=quiet)
    values = {}
    for pair in pairs:
        key, given, value = pair.partition("=")
        if given and is_secret(app, key):
            say.warn(f"{key} is a secret and now stands in your shell's history; next time `hafen config set {key}`")
        values[key] = value if given else _ask(key)
    set_values(open_target(app, store.folder, environment), app, store, values, say)


def _ask(key: str) -> str:
    if sys.stdin.isatty():
        return str(click.prompt(key, hide_input=True, err=True))
    value = sys.stdin.readline()
    if not value:
        raise UserError(f"no value for {key} on standard input", hint="one line for each key without a value")
    return value.removesuffix("\n")


@config.command("unset")
@click.argument("keys", nargs=-1, required=True, metavar="KEY...")
@below_file
@below_environment
@quiet
def unset(keys: tuple[str, ...], file: str, environment: str, quiet: bool) -> None:
    """Forget values and release that."""
    from hafen.operations.config import unset_values
    from hafen.targets import open_target

    app, store = _open(file, environment)
    unset_values(open_target(app, store.folder, environment), app, store, keys, Terminal(quiet=quiet))
