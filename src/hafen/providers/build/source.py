"""Copies a source folder as Git sees it, and names the copy by its content."""

from __future__ import annotations

import fnmatch
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from hafen.errors import UserError
from hafen.model.release import Source

NEVER_COPIED = frozenset({".git", ".hafen", ".venv", "node_modules", "__pycache__"})


def copy(folder: Path, into: Path) -> tuple[Source, Path]:
    """Copies to `into/<digest>`, or finds it there. Answers what was copied and where it is.

    folder: of the app. Copied is what Git tracks or would add; without Git, all but what is never source and what
    .slugignore names. Raises UserError when a file cannot be read or there is no room.
    """
    try:
        into.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=into, prefix=".copying-") as staged:
            digest = _copy_files(folder, sorted(_files(folder)), Path(staged) / "copy")
            place = into / digest
            if not place.exists():
                (Path(staged) / "copy").rename(place)
    except OSError as error:
        raise UserError(f"the source could not be copied: {error.strerror or error}", where=str(folder)) from None
    commit, dirty = _commit(folder)
    return Source(digest=f"sha256:{digest}", commit=commit, dirty=dirty), place


def digest_of(folder: Path) -> str:
    """What `copy` would name it, without copying: "sha256:…"."""
    hashed = hashlib.sha256()
    for path in sorted(_files(folder)):
        _add(hashed, path, folder / path)
    return f"sha256:{hashed.hexdigest()}"


def _copy_files(folder: Path, paths: Sequence[str], staged: Path) -> str:
    hashed = hashlib.sha256()
    staged.mkdir()
    for path in paths:
        target = staged / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(folder / path, target, follow_symlinks=False)
        _add(hashed, path, target)
    return hashed.hexdigest()


def _add(hashed: hashlib._Hash, path: str, file: Path) -> None:
    if file.is_symlink():
        kind, content = "link", os.fsencode(file.readlink())
    else:
        kind = "run" if file.stat().st_mode & 0o100 else "file"
        with file.open("rb") as opened:
            content = hashlib.file_digest(opened, "sha256").digest()
    hashed.update(f"{kind}\0{path}\0{len(content)}\0".encode(errors="surrogateescape"))
    hashed.update(content)


def _files(folder: Path) -> list[str]:
    """Paths of files and links below the folder; sockets and pipes are no source."""
    listed = _tracked(folder) or list(_walked(folder))
    inside = [f"{path}/{file}" for path in listed if _is_submodule(folder / path) for file in _files(folder / path)]
    return [path for path in (*listed, *inside) if (folder / path).is_symlink() or (folder / path).is_file()]


def _is_submodule(place: Path) -> bool:
    return place.is_dir() and not place.is_symlink()


def _tracked(folder: Path) -> list[str]:
    """Empty outside of a Git checkout, or where Git ignores the folder as a whole."""
    listed = _git(folder, "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    ignored = _slugignore(folder)
    return [path for path in listed.split("\0") if path and not _is_left_out(path, ignored)]


def _walked(folder: Path) -> Iterator[str]:
    ignored = _slugignore(folder)
    for root, folders, files in os.walk(folder):
        base = Path(root).relative_to(folder)
        folders[:] = [name for name in folders if not _is_left_out(str(base / name), ignored)]
        links = [name for name in folders if (Path(root) / name).is_symlink()]
        yield from (path for name in (*files, *links) if not _is_left_out(path := str(base / name), ignored))


def _is_left_out(path: str, ignored: Sequence[str]) -> bool:
    parts = path.split("/")
    if NEVER_COPIED.intersection(parts):
        return True
    above = ["/".join(parts[: count + 1]) for count in range(len(parts))]
    return any(_matches(pattern, part) for pattern in ignored for part in above)


def _matches(pattern: str, path: str) -> bool:
    """As in .gitignore, without its negation, which .slugignore does not have either."""
    anchored = pattern.strip("/")
    if "/" in pattern.rstrip("/"):
        return fnmatch.fnmatch(path, anchored)
    return fnmatch.fnmatch(path.rsplit("/", 1)[-1], anchored)


def _slugignore(folder: Path) -> list[str]:
    try:
        lines = (folder / ".slugignore").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _commit(folder: Path) -> tuple[str, bool]:
    commit = _git(folder, "rev-parse", "HEAD").strip()
    return commit, bool(commit and _git(folder, "status", "--porcelain", "--", ".").strip())


def _git(folder: Path, *arguments: str) -> str:
    """Empty when there is no Git, no checkout, or no commit yet."""
    words = ["git", "-C", str(folder), *arguments]
    try:
        ended = subprocess.run(words, capture_output=True, text=True, errors="surrogateescape", check=False)
    except FileNotFoundError:
        return ""
    return ended.stdout if ended.returncode == 0 else ""
