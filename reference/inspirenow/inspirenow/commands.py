"""The command line: migrate, seed, and everything at once for playing by hand."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

from . import local
from .app import open_store
from .population.fill import fill_basics, fill_generated
from .settings import Settings, SettingsError, from_environment
from .stores.protocol import NotMigrated, Store, StoreUnavailable


def main(arguments: list[str] | None = None) -> None:
    """Runs one command. A mistake is told in a line and exits 1."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (SettingsError, NotMigrated, StoreUnavailable) as mistake:
        sys.exit(str(mistake))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m inspirenow", description="InspireNow's chores.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("migrate", help="bring the database up to date").set_defaults(run=_migrate)
    seed = commands.add_parser("seed", help="add words, customers and people that are not there yet")
    seed.add_argument("--people", type=_count, default=0, metavar="N", help="so many generated people more")
    seed.add_argument("--organisations", type=_count, default=40, metavar="M", help="to spread them over (40)")
    seed.set_defaults(run=_seed)
    play = commands.add_parser("local", help="migrate, seed and serve on this machine, with secrets made once")
    play.set_defaults(run=lambda _: local.run(os.environ))
    return parser


def _count(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 10_000_000:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 10,000,000")
    return number


def _migrate(_: argparse.Namespace) -> None:
    ran = asyncio.run(open_store(_settings()).migrate())
    print("\n".join(f"migrated: {name}" for name in ran) or "the database is up to date")


def _seed(options: argparse.Namespace) -> None:
    async def work(store: Store) -> int:
        added = await fill_basics(store)
        if options.people:
            added += await fill_generated(store, options.people, max(options.organisations, 1))
        return added

    added = asyncio.run(_with_store(_settings(), work))
    print(f"{added} people added")


async def _with_store(settings: Settings, work: Callable[[Store], Awaitable[int]]) -> int:
    store = open_store(settings)
    await store.open()
    try:
        return await work(store)
    finally:
        await store.close()


def _settings() -> Settings:
    return from_environment(os.environ)
