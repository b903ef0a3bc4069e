"""A result is written wholly or not at all, and a failure says what went wrong and what to do."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from hafen.errors import UserError
from hafen.files import unwritable, write_atomically

LIMITED = """
import resource, sys
from pathlib import Path
from hafen.errors import UserError
from hafen.files import write_atomically
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_atomically(Path(sys.argv[1]), "new" * 10_000)
except UserError as error:
    print(error)
"""


def test_the_new_file_takes_the_old_ones_place(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    write_atomically(page, "old")
    write_atomically(page, "né\n")
    assert page.read_bytes() == b"n\xc3\xa9\n"
    assert list(tmp_path.iterdir()) == [page]


def test_modes(tmp_path: Path) -> None:
    fresh, secret, kept = (tmp_path / name for name in ("fresh", "secret", "kept"))
    kept.touch()
    kept.chmod(0o640)
    before = os.umask(0o022)
    try:
        write_atomically(fresh, "")
        write_atomically(secret, "", mode=0o600)
        write_atomically(kept, "")
    finally:
        os.umask(before)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (fresh, secret, kept)] == [0o644, 0o600, 0o640]


def test_a_link_is_followed_and_stays(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    link.symlink_to(real)
    write_atomically(link, "through")
    assert link.is_symlink()
    assert real.read_text() == "through"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_atomically(pipe, "into the pipe")
    reader.join(10)
    assert read == ["into the pipe"]
    assert pipe.is_fifo()


@pytest.mark.needs("linux")
def test_a_full_disk_is_said_in_words() -> None:
    with pytest.raises(UserError) as caught:
        write_atomically(Path("/dev/full"), "x" * 100_000)
    assert str(caught.value) == "/dev/full: the disk is full\n  try: free some space, or write to another disk"
    assert caught.value.exit_code == 1


def test_a_file_cut_short_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    """The kernel stops the write in the middle, as it does on a full disk."""
    page = tmp_path / "report.html"
    page.write_text("old")
    done = subprocess.run([sys.executable, "-c", LIMITED, str(page)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"{page}: the file would pass the size limit\n  try: ")
    assert page.read_text() == "old"
    assert list(tmp_path.iterdir()) == [page]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("missing/report.html", "the folder does not exist"),
        ("file/report.html", "a part of the path is not a folder"),
        ("folder", "is a folder"),
        ("n" * 300, "the name is too long"),
    ],
)
def test_paths_that_cannot_be_written(tmp_path: Path, name: str, what: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserError) as caught:
        write_atomically(tmp_path / name, "x")
    assert caught.value.what == what
    assert caught.value.where == str(tmp_path / name)
    assert caught.value.hint
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_cause_without_words_of_ours_keeps_the_systems() -> None:
    assert unwritable(Path("x"), OSError(errno.ENXIO, "No such device or address")).what == "No such device or address"
    assert unwritable(Path("x"), OSError("odd")).what == "cannot be written"
