"""Commands that run once: the release phase, postdeploy, and what a person types after `hafen run`."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hafen.errors import ReleasePhaseFailed
from hafen.model.release import Release
from hafen.model.reporter import Reporter, Silent
from hafen.providers import processes
from hafen.providers.supervisor.launch import MARK, launcher_words, shell_words
from hafen.targets.local import health
from hafen.targets.local.launches import Launches
from hafen.targets.local.machinery import Machinery

END_PATIENCE_S = 10
"""Between SIGTERM and SIGKILL for a command that is ended from outside."""


def run_to_end(
    launches: Launches, machinery: Machinery, release: Release, say: Reporter, *, what: str, command: str
) -> None:
    """Blocks; output to a log and, line by line, to `say`. Raises ReleasePhaseFailed with the last lines.

    what: "release phase", "postdeploy".
    """
    name = what.partition(" ")[0]
    log = launches.folders.logs / f"{name}.1@{release.version}.log"
    mark = machinery.mark(name)
    processes.kill_marked(MARK, mark)  # of a run that was killed
    say.step(f"{what}: {command}")
    with _launch_file(launches, release, shell_words(command), mark, say) as file:
        code = _streamed(file, log, say)
    if code:
        raise ReleasePhaseFailed(
            f"the {what} of v{release.version} failed ({ending(code)})\n{health.quoted_log(log)}",
            hint=f"mend it and deploy again; its output is in {log}",
        )


def run_on_terminal(launches: Launches, release: Release, command: Sequence[str]) -> int:
    """The exit code; 128 and the signal's number when a signal ended it. Whatever ends us early ends it too."""
    text = command[0] if len(command) == 1 else shlex.join(command)
    launch_file = _launch_file(launches, release, shell_words(text), "", Silent(), terminal=True)
    with launch_file as file, _ctrl_c_is_the_commands_own():
        code = _waited_for(subprocess.Popen(launcher_words(file)))
    return code if code >= 0 else 128 - code


def ending(code: int) -> str:
    return f"exit {code}" if code >= 0 else f"ended by {signal.Signals(-code).name}"


@contextmanager
def _launch_file(
    launches: Launches, release: Release, words: Sequence[str], mark: str, say: Reporter, *, terminal: bool = False
) -> Iterator[Path]:
    """A fresh copy of the source, and the file that says what to run in it; both are removed at the end."""
    folder = _own_folder(launches.folders.one_offs)
    try:
        made = launches.build(release, say)
        work = folder / "work"
        launches.copy_source(release, made, work)
        also = ("TERM", "COLORTERM", "COLUMNS", "LINES") if terminal else ()
        file = folder / "launch.json"
        launches.launch(release, made, words, work, mark=mark, also_inherited=also).write(file)
        yield file
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _own_folder(one_offs: Path) -> Path:
    """Named by our process id; those of processes that are gone are removed, and what is not of ours is left alone."""
    import tempfile

    import psutil

    one_offs.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in one_offs.iterdir():
        owner = left.name.partition("-")[0]
        if owner.isdecimal() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(dir=one_offs, prefix=f"{os.getpid()}-"))


def _streamed(file: Path, log: Path, say: Reporter) -> int:
    process = subprocess.Popen(
        launcher_words(file),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as kept:
            for line in process.stdout or ():
                kept.write(line)
                kept.flush()
                say.progress(line.decode("utf-8", "replace").rstrip()[:120])
        return process.wait()
    finally:
        _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Whatever it started ends with it, also when we are interrupted."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()


@contextmanager
def _ctrl_c_is_the_commands_own() -> Iterator[None]:
    """Typed at a terminal, it reaches the command as well as us, and a prompt like Python's goes on after it."""
    if not os.isatty(0) or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _waited_for(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            processes.end_family(process.pid, END_PATIENCE_S)
            process.wait()
