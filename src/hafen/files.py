"""Writing a result: wholly or not at all, and a clear word when the disk says no."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from hafen.errors import UserError

_WORDS = {
    errno.ENOSPC: ("the disk is full", "free some space, or write to another disk"),
    errno.EDQUOT: ("the disk quota is used up", "free some space, or write to another disk"),
    errno.EFBIG: ("the file would pass the size limit", "raise it with `ulimit -f`, or write to another disk"),
    errno.EACCES: ("may not be written", "choose a folder that is yours"),
    errno.EPERM: ("may not be written", "choose a folder that is yours"),
    errno.EROFS: ("the disk is read-only", "choose another folder"),
    errno.ENOENT: ("the folder does not exist", "make it first with `mkdir -p`"),
    errno.ENOTDIR: ("a part of the path is not a folder", "choose another path"),
    errno.EISDIR: ("is a folder", "name a file in it"),
    errno.ENAMETOOLONG: ("the name is too long", "choose a shorter one"),
    errno.EIO: ("the disk failed", "check the disk, or write to another one"),
}


def write_atomically(path: Path, content: str | bytes, *, mode: int | None = None) -> None:
    """Replaces `path` in one step: readers see the old file or the new one, and a failure leaves the old one alone.

    mode: exactly this; None: an existing file keeps its own, a new one gets 0644 less the umask. Links are followed.
    What is no regular file (a terminal, a pipe, /dev/stdout) is written to as it is. Raises UserError, which names the
    cause.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        if path.parent == Path("/dev") or (path.exists() and not path.is_file()):
            _write_through(path, data)
        else:
            _replace(Path(os.path.realpath(path)), data, mode)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> UserError:
    """The same error in words, for other writers of files."""
    what, hint = _WORDS.get(error.errno or 0, (error.strerror or "cannot be written", "choose another path"))
    return UserError(what, where=str(path), hint=hint)


def _replace(path: Path, data: bytes, mode: int | None) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), _usual_mode(path) if mode is None else mode)
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def _write_through(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)


def _usual_mode(path: Path) -> int:
    return path.stat().st_mode & 0o777 if path.exists() else 0o644 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
