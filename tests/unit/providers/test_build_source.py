"""Which files are copied, and that the name tells the content."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from hafen.errors import UserError
from hafen.providers.build import source


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An app with files of every kind."""
    app = tmp_path / "app"
    for path in ("app.py", "lib/a.py", "docs/b.md", "logs/x.log", "node_modules/m/i.js", ".venv/bin/python"):
        (app / path).parent.mkdir(parents=True, exist_ok=True)
        (app / path).write_text(path)
    (app / "link").symlink_to("app.py")
    os.mkfifo(app / "pipe")
    return app


def _copied(folder: Path, into: Path) -> set[str]:
    _, place = source.copy(folder, into)
    return {str(file.relative_to(place)) for file in place.rglob("*") if file.is_symlink() or file.is_file()}


def _git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


def test_without_git_all_but_what_is_never_source(folder: Path, tmp_path: Path) -> None:
    assert _copied(folder, tmp_path / "to") == {"app.py", "lib/a.py", "docs/b.md", "logs/x.log", "link"}


def test_slugignore_is_honoured(folder: Path, tmp_path: Path) -> None:
    (folder / ".slugignore").write_text("# not needed\n*.log\n/docs\n")
    assert _copied(folder, tmp_path / "to") == {"app.py", "lib/a.py", ".slugignore", "link"}


def test_in_a_checkout_what_git_tracks_or_would_add(folder: Path, tmp_path: Path) -> None:
    (folder / ".gitignore").write_text("logs/\nnode_modules/\n.venv/\n")
    _git(folder, "init")
    _git(folder, "add", "app.py", "docs")
    _git(folder, "commit", "-m", "one")
    (folder / "docs/b.md").unlink()
    assert _copied(folder, tmp_path / "to") == {"app.py", "lib/a.py", ".gitignore", "link"}
    made_from, _ = source.copy(folder, tmp_path / "to")
    assert (len(made_from.commit), made_from.dirty) == (40, True)


def test_the_same_content_is_kept_once_and_any_change_gets_another_name(folder: Path, tmp_path: Path) -> None:
    first, place = source.copy(folder, tmp_path / "to")
    again, same = source.copy(folder, tmp_path / "to")
    assert (first, place) == (again, same)
    assert source.digest_of(folder) == first.digest
    seen = {first.digest}
    changes = [
        lambda: (folder / "app.py").write_text("other"),
        lambda: (folder / "app.py").chmod(0o755),
        lambda: (folder / "app.py").rename(folder / "main.py"),
        lambda: ((folder / "link").unlink(), (folder / "link").symlink_to("main.py")),
    ]
    for change in changes:
        change()
        seen.add(source.copy(folder, tmp_path / "to")[0].digest)
    assert len(seen) == 1 + len(changes)
    assert [file for file in (tmp_path / "to").iterdir() if file.name.startswith(".")] == []


def test_a_folder_that_cannot_be_copied_is_the_users_matter(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="could not be copied: Not a directory"):
        source.copy(folder, tmp_path / "file" / "to")
