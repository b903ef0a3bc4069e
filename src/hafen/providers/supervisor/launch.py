"""What the launcher is told: a file of mode 0600 for each program, without any config value in it."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launcher.py")
MARK = "HAFEN_MARK"

_NOT_SIMPLE = re.compile(r"[;&|(){}`\n]")
_ASSIGNMENT = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*=")
_OF_THE_SHELL = frozenset((
    "!", ".", ":", "[[", "alias", "bg", "break", "case", "cd", "command", "continue", "eval", "exec", "exit", "export",
    "false", "fg", "for", "function", "getopts", "hash", "if", "jobs", "read", "readonly", "return", "set", "shift",
    "source", "test", "time", "times", "trap", "true", "type", "ulimit", "umask", "unset", "until", "wait", "while",
))  # fmt: skip


@dataclass(frozen=True)
class Launch:
    """words: program and its arguments, `words[0]` looked up on the program's own PATH. folder: working directory.

    config_file: JSON object of config values, "" for none. defaults: variables below these. environment: above these.
    path: folders before the caller's PATH. cgroup: to join, "" for none. cores: to stay on, empty: any.
    starts_file: where each start adds a line with its time, seconds since the epoch. also_inherited: the caller's
    variables that are passed on beside PATH, HOME, language and time zone.
    """

    words: tuple[str, ...]
    folder: str
    config_file: str = ""
    defaults: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    cgroup: str = ""
    cores: tuple[int, ...] = ()
    starts_file: str = ""
    also_inherited: tuple[str, ...] = ()

    def write(self, file: Path) -> None:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            json.dump(asdict(self), out)


def launcher_words(launch_file: Path | str) -> tuple[str, ...]:
    """The command line that runs a launch file; it shows two paths and nothing else."""
    return (sys.executable, "-I", "-S", str(LAUNCHER), str(launch_file))


def is_simple(command: str) -> bool:
    """One program and its arguments: the shell can give its place to it, so that SIGTERM reaches the app itself."""
    first = command.split(maxsplit=1)[0] if command.strip() else ""
    return not (_NOT_SIMPLE.search(command) or _ASSIGNMENT.match(first) or first in _OF_THE_SHELL or not first)


def shell_words(command: str) -> tuple[str, ...]:
    return ("/bin/sh", "-c", f"exec {command.strip()}" if is_simple(command) else command)
