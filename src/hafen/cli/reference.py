"""docs/cli.md: what `--help` says of every verb, made from the verbs themselves."""

from __future__ import annotations

from collections.abc import Iterator

import click

from hafen.cli.main import HEROKU_SPELLINGS, hafen

EXIT_CODES = """\
| exit code | meaning |
|---|---|
| 0 | done |
| 1 | a mistake in what was given, or a check that failed (`ensure` too) |
| 3 | a measurement that must not be trusted: the load generator fell behind (outranks 1) |
| 4 | a provider refused, or is out of reach |
| 70 | a fault of Hafen's own; the message names the file to report |
| 130, 143 | stopped by Ctrl-C, by SIGTERM |
"""


def cli_reference() -> str:
    parts = ["# Command line", "", "Made from `--help`; a test fails when it is not (`make docs` makes it anew).", ""]
    for words, command in _commands(("hafen",), hafen):
        context = click.Context(command, info_name=" ".join(words), terminal_width=100)
        parts += [f"## {' '.join(words)}", "", "```", command.get_help(context), "```", ""]
    parts += ["## Heroku's spellings", "", "| this | is |", "|---|---|"]
    parts += [f"| `hafen {ours}` | `hafen {' '.join(theirs)}` |" for ours, theirs in HEROKU_SPELLINGS.items()]
    return "\n".join([*parts, "", "## Exit codes", "", EXIT_CODES])


def _commands(words: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from _commands((*words, name), below)
