"""Becomes one replica: started by supervisord, reads what to run, and replaces itself with it.

Stands on the standard library alone and is run as a file with `python -I -S`: it starts in some 20 ms, and the file of
supervisord and the process list hold a path, never a value. What it reads is described in `launch.py`.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import sys
import time
from typing import Any

INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "USER", "LOGNAME", "SHELL")
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(parent: int) -> None:
    """Linux: SIGKILL when the parent is killed. Elsewhere `up` and `down` find what was left."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def enter_cpu_budget(cgroup: str, cores: list[int]) -> None:
    if cgroup:
        with open(os.path.join(cgroup, "cgroup.procs"), "w") as file:  # noqa: PTH118, PTH123  pathlib costs start-up
            file.write("0")
    if cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)


def environment(launch: dict[str, Any], outer: dict[str, str]) -> dict[str, str]:
    """Only harmless variables of the caller's; config values over these, the target's own over all."""
    made = {key: outer[key] for key in (*INHERITED, *launch["also_inherited"]) if key in outer}
    made.update(launch["defaults"])
    if launch["config_file"]:
        with open(launch["config_file"], encoding="utf-8") as file:  # noqa: PTH123
            made.update(json.load(file))
    made.update(launch["environment"])
    made["PATH"] = os.pathsep.join([*launch["path"], made.get("PATH") or os.defpath])
    return made


def note_start(file_name: str) -> None:
    if file_name:
        with open(file_name, "a") as file:  # noqa: PTH123
            file.write(f"{time.time():.3f}\n")


def main(launch_file: str) -> None:
    parent = os.getppid()
    with open(launch_file, encoding="utf-8") as file:  # noqa: PTH123
        launch = json.load(file)
    die_with_parent(parent)
    enter_cpu_budget(launch["cgroup"], launch["cores"])
    note_start(launch["starts_file"])
    variables = environment(launch, dict(os.environ))
    os.chdir(launch["folder"])
    for name in ("SIGPIPE", "SIGXFSZ"):  # Python ignores them, and what is ignored stays so over exec
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    words = launch["words"]
    program = shutil.which(words[0], path=variables["PATH"]) or words[0]
    os.execve(program, words, variables)  # noqa: S606  a shell is among the words where one is wanted


if __name__ == "__main__":
    main(sys.argv[1])
