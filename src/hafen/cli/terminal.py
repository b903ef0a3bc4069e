"""A Reporter on stderr: steps as lines, progress as a line that is rewritten when stderr is a terminal."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

MASK = "•••"


class Terminal:
    """Progress is shown only on a terminal; without one, lines that stay are enough."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self._live = sys.stderr.isatty() and not quiet
        self._pending = False

    def step(self, text: str) -> None:
        self._line(text)

    def progress(self, text: str) -> None:
        if self._live:
            sys.stderr.write(f"\r\033[K{text}")
            sys.stderr.flush()
            self._pending = True

    def warn(self, text: str) -> None:
        self._line(click.style("warning: ", fg="yellow") + text, always=True)

    def done(self, text: str) -> None:
        self._line(text)

    def _line(self, text: str, *, always: bool = False) -> None:
        if self._pending:
            sys.stderr.write("\r\033[K")
            self._pending = False
        if always or not self.quiet:
            click.echo(text, err=True)


def print_json(value: Any) -> None:
    """A result for machines: one JSON document on stdout."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))
