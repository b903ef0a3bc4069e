"""The command `hafen`: finds the verb, imports only that, and turns errors into words and exit codes."""

from __future__ import annotations

import importlib
import os
import sys
from typing import NoReturn

import click

from hafen import __version__
from hafen.errors import HafenError

VERBS = {
    "import": ("hafen.cli.import_app:import_group", "Read an app from Heroku or a folder into hafen.yaml."),
    "up": ("hafen.cli.local:up", "Start the app on this machine."),
    "down": ("hafen.cli.local:down", "Stop what `up` started; keep releases, config and volumes."),
    "ps": ("hafen.cli.processes:ps", "Show what runs."),
    "scale": ("hafen.cli.processes:scale", "Change how many replicas of a process run: web=4."),
    "restart": ("hafen.cli.processes:restart", "Restart replicas one after the other."),
    "config": ("hafen.cli.config:config", "List, get, set and unset config vars."),
    "logs": ("hafen.cli.logs:logs", "Show the processes' output."),
    "run": ("hafen.cli.processes:run", "Run a one-off command with the app's code and config."),
    "deploy": ("hafen.cli.releases:deploy", "Release the present source."),
    "releases": ("hafen.cli.releases:releases", "List releases."),
    "rollback": ("hafen.cli.releases:rollback", "Return to an earlier release."),
    "load": ("hafen.cli.load:load", "Run load tests and show their results."),
    "compare": ("hafen.cli.compare:compare", "Set two or more load runs side by side."),
    "rehearse": ("hafen.cli.rehearse:rehearse", "The whole journey on this machine, with a report at its end."),
    "sandbox": ("hafen.cli.sandbox:sandbox", "Stand-ins for Heroku's API, to try things without an account."),
    "schema": ("hafen.cli.schema:schema", "Print the JSON Schema of hafen.yaml, for editors."),
}
HEROKU_SPELLINGS = {
    "ps:scale": ("scale",),
    "ps:restart": ("restart",),
    "config:get": ("config", "get"),
    "config:set": ("config", "set"),
    "config:unset": ("config", "unset"),
    "releases:rollback": ("rollback",),
}


class Verbs(click.Group):
    """Imports a verb's module only when that verb is called, so that help is fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module, _, attribute = VERBS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, text) for verb, (_, text) in VERBS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] in HEROKU_SPELLINGS:
            args = [*HEROKU_SPELLINGS[args[0]], *args[1:]]
        if args and args[0] not in VERBS:
            raise click.UsageError(f"there is no verb {args[0]!r}{_nearest(args[0])}")
        return super().resolve_command(ctx, args)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hafen")
def hafen() -> None:
    """Take a web app off Heroku, bring it to Kubernetes at Hetzner, and measure what was gained."""


def _nearest(word: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, [*VERBS, *HEROKU_SPELLINGS], n=1)
    return f"; did you mean {near[0]!r}?" if near else "; `hafen --help` lists them"


def main() -> NoReturn:
    """Exit codes: 0 done, 1 the user's mistake or a failed check, 3 untrusted, 4 provider, 70 our fault, 130, 143."""
    from hafen.cli.exits import STOP, on_signals, report_fault, stopped_code

    on_signals()
    try:
        code = hafen.main(standalone_mode=False)
        sys.exit(stopped_code() if STOP.is_set() else code if isinstance(code, int) else 0)
    except HafenError as error:
        click.echo(f"hafen: {error}", err=True)
        sys.exit(stopped_code() if STOP.is_set() else error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        click.echo("hafen: stopped", err=True)
        sys.exit(stopped_code())
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as fault:
        click.echo(report_fault(fault), err=True)
        sys.exit(stopped_code() if STOP.is_set() else 70)


if __name__ == "__main__":
    main()
