"""Starts supervisord so that it outlives the command, with as little of the caller's environment as can be."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from hafen.errors import UserError
from hafen.providers.supervisor.launcher import INHERITED

START_TIMEOUT_S = 20


def start(config_file: Path, environment: Mapping[str, str]) -> None:
    """Returns when its socket listens. environment: beside PATH, HOME, language and time zone.

    Raises UserError with supervisord's own words when it does not start.
    """
    inherited = {key: os.environ[key] for key in INHERITED if key in os.environ}
    words = [sys.executable, "-m", "supervisor.supervisord", "-c", str(config_file)]
    try:
        ended = subprocess.run(
            words,
            cwd=config_file.parent,
            env={**inherited, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=START_TIMEOUT_S,
            check=False,
            start_new_session=True,  # Ctrl-C in the caller's terminal is not meant for it
        )
    except subprocess.TimeoutExpired:
        raise UserError(f"supervisord did not start within {START_TIMEOUT_S} s", where=str(config_file)) from None
    if ended.returncode:
        said = (ended.stderr or ended.stdout).strip().splitlines()
        raise UserError(
            f"supervisord did not start: {said[-1] if said else 'without a word'}",
            where=str(config_file),
            hint="see supervisord.log in .hafen",
        )
