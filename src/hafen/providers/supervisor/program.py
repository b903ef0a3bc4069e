"""Programs as supervisord's configuration file has them."""

from __future__ import annotations

import configparser
import io
import os
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LOG_BYTES = 10 * 1024 * 1024
NEVER_GIVE_UP = 1_000_000


@dataclass(frozen=True)
class Program:
    """name: without space, colon or slash. words: command line. log_file: standard output and error, rotated.

    stop_s: between SIGTERM and SIGKILL. stop_group: SIGTERM goes to the whole process group, not the leader alone.
    steady_s: a program that ends sooner is started again after a pause that grows by a second each time.
    """

    name: str
    words: tuple[str, ...]
    log_file: Path
    stop_s: float = 10
    stop_group: bool = False
    steady_s: int = 10


def render(folder: Path, socket: Path, log_file: Path, programs: Iterable[Program]) -> str:
    """The whole file. Each program is a group of its own: adding one touches no other.

    folder: that supervisord is started in. Log files are named from there: supervisord expands % in them more than
    once, and takes " ;" and " #" for comments, all of which a user's folder may have in its name.
    Reference: supervisord.org/configuration.html
    """
    parser = configparser.RawConfigParser()
    parser["unix_http_server"] = {"file": _text(socket), "chmod": "0700"}
    parser["supervisord"] = {
        "logfile": os.path.relpath(log_file, folder),
        "logfile_maxbytes": "1MB",
        "logfile_backups": "1",
        "loglevel": "info",
        "pidfile": _text(socket.with_suffix(".pid")),
        "silent": "true",
    }
    parser["rpcinterface:supervisor"] = {
        "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
    }
    for program in programs:
        parser[f"program:{program.name}"] = _section(program, folder)
    out = io.StringIO()
    parser.write(out)
    return out.getvalue()


def _section(program: Program, folder: Path) -> dict[str, str]:
    return {
        "command": _text(shlex.join(program.words)),
        "autostart": "true",
        "autorestart": "true",
        "startsecs": str(program.steady_s),
        "startretries": str(NEVER_GIVE_UP),  # the pause grows; an app whose database was away comes back by itself
        "stopsignal": "TERM",
        "stopwaitsecs": str(max(1, round(program.stop_s))),
        "stopasgroup": "true" if program.stop_group else "false",
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": os.path.relpath(program.log_file, folder),
        "stdout_logfile_maxbytes": str(LOG_BYTES),
        "stdout_logfile_backups": "1",
    }


def _text(value: object) -> str:
    """supervisord expands %(name)s in values."""
    return str(value).replace("%", "%%")
