"""Ports, locks and processes of this machine, with real ones."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hafen.errors import Locked
from hafen.providers import network, processes
from hafen.providers.cpu_budget import CgroupParent, candidates, find_parent, remove, remove_all
from hafen.providers.lock import exclusive

SLEEP = "import time; time.sleep(60)"
MARK = "HAFEN_TEST_MARK"


def test_a_port_is_taken_or_free() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert network.why_not(other.getsockname()[1]) == "is taken"
    assert network.why_not(network.free_port()) == ""


def test_free_ports_differ_from_those_given_already() -> None:
    found: set[int] = set()
    for _ in range(20):
        found.add(network.free_port(found))
    assert len(found) == 20


@pytest.mark.needs("linux")
def test_open_connections_to_a_port_are_counted_without_those_of_clients() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert network.established(port) == 0
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()
        assert network.established(port) == 0
        with socket.create_connection(("127.0.0.1", port)) as client, server.accept()[0]:
            assert network.established(port) == 1
            assert network.established(client.getsockname()[1]) == 1


def test_the_second_is_told_who_holds_the_lock_and_why(tmp_path: Path) -> None:
    with (
        exclusive(tmp_path / "lock", "deploy"),
        pytest.raises(Locked, match=rf"process {os.getpid()}\) since .*: deploy"),
        exclusive(tmp_path / "lock", "scale"),
    ):
        raise AssertionError("two at once")
    with exclusive(tmp_path / "lock", "scale"):
        pass


def test_a_dead_holder_does_not_keep_the_lock(tmp_path: Path) -> None:
    hold = (
        "import sys, time; from pathlib import Path; from hafen.providers.lock import exclusive\n"
        "with exclusive(Path(sys.argv[1]), 'deploy'):\n print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", hold, str(tmp_path / "lock")], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(Locked, match=f"process {holder.pid}"), exclusive(tmp_path / "lock", "scale"):
            pass
        holder.kill()
    with exclusive(tmp_path / "lock", "scale"):
        pass


def test_marked_processes_are_killed_with_their_children_and_no_others() -> None:
    def start(mark: str, code: str = SLEEP) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", code], env={**os.environ, MARK: mark})

    own = f"{os.getpid()}/"
    parent = start(f"{own}web.1@7/", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEP!r}])")
    neighbour = start(f"{own}web.1@70/")
    try:
        deadline = time.monotonic() + 20
        while len(processes.marked(MARK, f"{own}web.1@7/")) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert processes.kill_marked(MARK, f"{own}web.1@7/") == 2
        assert parent.wait() == -9
        assert neighbour.poll() is None
    finally:
        for process in (parent, neighbour):
            process.kill()
            process.wait()


def test_use_counts_children_and_leaves_out_what_is_gone() -> None:
    child = "x = bytearray(50_000_000); print('ready', flush=True); import time; time.sleep(60)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True) as parent:
        try:
            assert parent.stdout
            parent.stdout.readline()
            used = processes.usage({"web.1@1": parent.pid, "gone": 2**30})
            assert set(used) == {"web.1@1"}
            cpu_seconds, memory_bytes = used["web.1@1"]
            assert cpu_seconds > 0
            assert memory_bytes > 50_000_000
        finally:
            os.killpg(parent.pid, 9)


def test_groups_are_made_where_either_version_of_the_kernels_interface_lets_us(tmp_path: Path) -> None:
    """A hierarchy of plain files: what is written where, not what a kernel does with it."""
    older = ["4:memory:/a", "3:cpu,cpuacct:/a/b", "0::/"]
    assert list(candidates(older, tmp_path)) == [CgroupParent(tmp_path / "cpu,cpuacct" / "a" / "b", 1)]

    own = tmp_path / "user.slice" / "app.slice" / "terminal.scope"
    own.mkdir(parents=True)
    (tmp_path / "cgroup.controllers").write_text("cpuset cpu memory\n")
    (own / "cgroup.subtree_control").write_text("\n")
    (own.parent / "cgroup.subtree_control").write_text("cpu memory\n")
    (parent,) = candidates([f"0::/{own.relative_to(tmp_path)}"], tmp_path)
    assert parent == CgroupParent(own.parent, 2), "beside the group we are in, which holds processes itself"
    assert (parent.make("hafen-a", 0.2) / "cpu.max").read_text() == "4000 20000"
    assert (parent.make("hafen-a", 0.001) / "cpu.max").read_text() == "1000 20000", "the smallest the kernel takes"
    (own.parent / "cgroup.subtree_control").write_text("cpuset memory\n")
    assert list(candidates([f"0::/{own.relative_to(tmp_path)}"], tmp_path)) == []


def test_a_cpu_group_limits_and_is_removed() -> None:
    parent = find_parent()
    if not parent:
        pytest.skip("no CPU quota can be set on this machine")
    name = f"hafen-test-{os.getpid()}-"
    group = parent.make(f"{name}a", 0.25)
    parent.make(f"{name}a", 0.5)
    parent.make(f"{name}b", 0.25)
    join = f"open({str(group / 'cgroup.procs')!r}, 'w').write('0'); {SLEEP}"
    with subprocess.Popen([sys.executable, "-c", join]) as inside:
        deadline = time.monotonic() + 20
        while str(inside.pid) not in (group / "cgroup.procs").read_text().split() and time.monotonic() < deadline:
            time.sleep(0.02)
        quota = "cpu.cfs_quota_us" if parent.version == 1 else "cpu.max"
        assert (group / quota).read_text().split()[0] == "10000"
        inside.kill()
    remove_all(parent, name)
    assert list(parent.folder.glob(f"{name}*")) == []
    remove(group)
