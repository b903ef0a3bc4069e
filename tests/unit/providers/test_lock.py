"""One change at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from hafen.errors import Locked
from hafen.providers.lock import exclusive


def test_the_second_is_told_who_holds_it_and_gets_it_afterwards(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    with exclusive(file, "deploy v3"), pytest.raises(Locked, match="deploy v3"), exclusive(file, "scale"):
        pytest.fail("must not begin")
    with exclusive(file, "scale"):
        pass


def test_a_lock_on_a_file_that_its_holder_removed_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "lock"
    opened = Path.open
    removed = []

    def open_late(self: Path, *arguments: str, **more: str) -> object:
        found = opened(self, *arguments, **more)  # type: ignore[call-overload]
        if not removed:  # the holder ends between our opening and our locking
            removed.append(self)
            self.unlink()
        return found

    monkeypatch.setattr(Path, "open", open_late)
    with exclusive(file, "rehearse"):
        monkeypatch.undo()
        with pytest.raises(Locked), exclusive(file, "another"):
            pytest.fail("must not begin")
