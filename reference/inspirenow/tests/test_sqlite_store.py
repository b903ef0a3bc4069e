"""The embedded store keeps the contract, and what only a file can do wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from inspirenow.stores.protocol import NotMigrated, StoreUnavailable
from inspirenow.stores.sqlite import SqliteStore
from inspirenow.stores.sqlite.store import FILE_NAME

from .store_contract import StoreContract, Stores


@pytest.fixture
async def stores(tmp_path: Path) -> AsyncIterator[Stores]:
    first, second = SqliteStore(tmp_path), SqliteStore(tmp_path)
    await first.migrate()
    await first.open()
    await second.open()
    yield first, second
    await second.close()
    await first.close()


class TestSqliteStore(StoreContract):
    """All of the contract."""


@pytest.mark.anyio
async def test_opening_before_the_release_phase_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotMigrated, match="python -m inspirenow migrate"):
        await SqliteStore(tmp_path).open()


@pytest.mark.anyio
async def test_a_file_behind_the_code_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch()
    with pytest.raises(NotMigrated, match="behind the code"):
        await SqliteStore(tmp_path).open()


@pytest.mark.anyio
async def test_the_data_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "some" / "where")
    assert await store.migrate()
    await store.open()
    await store.check()
    await store.close()


@pytest.mark.anyio
async def test_a_closed_store_is_unavailable(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    with pytest.raises(StoreUnavailable):
        await store.check()
    with pytest.raises(StoreUnavailable):
        await store.organisations.add_all([("Alster", "CODE")])
