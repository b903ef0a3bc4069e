"""How much CPU a replica may use: a quota of the kernel's where we may set one, else the cores it may run on."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PERIOD_US = 20_000
"""Shorter than the kernel's 100 ms: a replica that used its share waits for at most this long, and not a tenth of a
second that would then stand in every latency."""

SLICE_US = 1_000  # the kernel takes no smaller quota
QUOTA = "cgroup quota"
_ROOT = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class CpuBudget:
    """cores: what each replica may use, None: not limited. by: "cgroup quota", "affinity", or "" when not limited."""

    cores: float | None = None
    by: str = ""


@dataclass(frozen=True)
class CgroupParent:
    """A folder in which we may make groups with a CPU quota. version: of the kernel's interface, 1 or 2."""

    folder: Path
    version: int

    def make(self, name: str, cores: float) -> Path:
        """A group that processes of ours can join; made again with the same name it gets the new quota."""
        group = self.folder / name
        group.mkdir(exist_ok=True)
        quota = max(SLICE_US, round(cores * PERIOD_US))
        if self.version == 1:
            _write(group / "cpu.cfs_period_us", str(PERIOD_US))
            _write(group / "cpu.cfs_quota_us", str(quota))
        else:
            _write(group / "cpu.max", f"{quota} {PERIOD_US}")
        return group


def find_parent() -> CgroupParent | None:
    """Where a quota can be set, tried with a real process; None where the kernel or its owner does not let us."""
    for parent in candidates(_own_groups(), _ROOT):
        with contextlib.suppress(OSError):
            probe = parent.make(f"hafen-probe-{os.getpid()}", 1.0)
            try:
                if _can_join(probe):
                    return parent
            finally:
                remove(probe)
    return None


def remove(group: Path) -> None:
    """A group can be removed only when its last process is gone; a killed one takes a moment."""
    for _ in range(50):
        try:
            group.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.02)
        else:
            return


def remove_all(parent: CgroupParent, prefix: str) -> None:
    """Groups whose name begins so; what a killed run left behind."""
    for group in parent.folder.glob(f"{prefix}*"):
        remove(group)


def candidates(own_groups: Iterable[str], root: Path) -> Iterator[CgroupParent]:
    """own_groups: lines of /proc/self/cgroup, "3:cpu,cpuacct:/path" or "0::/path". root: where they are mounted."""
    for line in own_groups:
        number, controllers, path = line.split(":", 2)
        if "cpu" in controllers.split(","):
            yield CgroupParent(root / controllers / path.lstrip("/"), 1)
        elif number == "0":
            own = (root if (root / "cgroup.controllers").exists() else root / "unified") / path.lstrip("/")
            # A v2 group with processes of its own cannot hand controllers to children: a sibling of ours can have one.
            yield from (CgroupParent(folder, 2) for folder in (own.parent, own) if _gives_cpu(folder))


def _own_groups() -> list[str]:
    try:
        return Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []


def _gives_cpu(folder: Path) -> bool:
    try:
        return bool(re.search(r"\bcpu\b", (folder / "cgroup.subtree_control").read_text()))
    except OSError:
        return False


def _can_join(group: Path) -> bool:
    join = "import sys; open(sys.argv[1], 'w').write('0')"
    words = [sys.executable, "-I", "-S", "-c", join, str(group / "cgroup.procs")]
    return subprocess.run(words, stderr=subprocess.DEVNULL, check=False).returncode == 0


def _write(file: Path, text: str) -> None:
    file.write_text(text)
