"""Config values on disk: private, whole, out of git."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hafen.errors import UserError
from hafen.providers.config_store import ConfigStore


@pytest.fixture
def store(tmp_path: Path) -> ConfigStore:
    return ConfigStore(tmp_path, "local")


def test_values_come_back_and_only_the_owner_can_read_them(store: ConfigStore) -> None:
    store.replace({"B": "ü\n", "A": ""})
    assert store.read() == {"A": "", "B": "ü\n"}
    assert store.path.stat().st_mode & 0o777 == 0o600
    assert store.path.parent.stat().st_mode & 0o077 == 0


def test_nothing_was_kept_yet(store: ConfigStore) -> None:
    assert store.read() == {}


def test_git_does_not_see_the_file(store: ConfigStore) -> None:
    subprocess.run(["git", "init", "-q", store.folder], check=True)
    store.replace({"SECRET": "x"})
    seen = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=store.folder, capture_output=True, text=True, check=True
    ).stdout
    assert seen == ""


@pytest.mark.parametrize("damage", ['{"SECRET": "hunter2"', '["hunter2"]', '{"A": 1}', "\udcff"])
def test_a_damaged_file_is_told_without_its_content(store: ConfigStore, damage: str) -> None:
    store.replace({})
    store.path.write_text(damage, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(UserError, match="cannot be read") as raised:
        store.read()
    assert "hunter2" not in str(raised.value)


def test_a_write_that_fails_keeps_the_old_values(store: ConfigStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.replace({"A": "old"})

    def no_space(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(UserError, match="the disk is full"):
        store.replace({"A": "new"})
    assert store.read() == {"A": "old"}
    assert [path.name for path in store.path.parent.iterdir()] == ["local.json"]
