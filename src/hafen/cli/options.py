"""Options that many verbs share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Verb = Callable[..., Any]

spec_file = click.option(
    "-f", "--file", "file", default="hafen.yaml", show_default=True, help="The app's description.", metavar="FILE"
)
environment = click.option(
    "-e", "--environment", default="local", show_default=True, help="production, development or local."
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on stdout.")
quiet = click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
