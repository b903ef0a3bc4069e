"""One thread writes: what waits together is written in one short transaction.

A statement gives up the interpreter lock while it runs and has to wait for it afterwards, so a busy event loop makes
every statement slow. Writing many swipes with the same few statements keeps the number of such waits small.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Argument = TypeVar("Argument")
Result = TypeVar("Result")
# Answers one result, or the exception meant for the caller, per argument, in order.
Operation = Callable[[sqlite3.Connection, Sequence[Argument]], Sequence[Result | Exception]]

MAX_GROUP = 256


@dataclass(frozen=True, slots=True)
class _Job:
    operation: Operation[Any, Any]
    argument: Any
    future: asyncio.Future[Any]


class Writer:
    """Owns the only connection of this process that writes."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    async def write(self, operation: Operation[Argument, Result], argument: Argument) -> Result:
        """Returns once the transaction that holds the change is committed."""
        future: asyncio.Future[Result] = self._loop.create_future()
        self._jobs.put(_Job(operation, argument, future))
        return await future

    async def close(self) -> None:
        """Write what waits, then end the thread."""
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        connection = self._connect()
        while jobs := self._next_group():
            answers = _write_group(connection, jobs)
            self._loop.call_soon_threadsafe(_deliver, jobs, answers)
        connection.close()

    def _next_group(self) -> list[_Job]:
        """Wait for one job, then take all others that wait. Empty: nothing will follow."""
        first = self._jobs.get()
        if first is None:
            return []
        group = [first]
        while len(group) < MAX_GROUP:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            group.append(job)
        return group


def _write_group(connection: sqlite3.Connection, jobs: list[_Job]) -> list[Any]:
    try:
        connection.execute("BEGIN IMMEDIATE")
        answers = _run_operations(connection, jobs)
        connection.execute("COMMIT")
    except Exception as failure:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        return [failure] * len(jobs)
    return answers


def _run_operations(connection: sqlite3.Connection, jobs: list[_Job]) -> list[Any]:
    """Jobs of one operation go together, in the order of their arrival."""
    answers: list[Any] = [None] * len(jobs)
    places: dict[Operation[Any, Any], list[int]] = {}
    for place, job in enumerate(jobs):
        places.setdefault(job.operation, []).append(place)
    for operation, its_places in places.items():
        results = operation(connection, [jobs[place].argument for place in its_places])
        for place, result in zip(its_places, results, strict=True):
            answers[place] = result
    return answers


def _deliver(jobs: list[_Job], answers: list[Any]) -> None:
    for job, answer in zip(jobs, answers, strict=True):
        if job.future.cancelled():
            continue
        if isinstance(answer, Exception):
            job.future.set_exception(answer)
        else:
            job.future.set_result(answer)


def one_by_one(write: Callable[[sqlite3.Connection, Argument], Result]) -> Operation[Argument, Result]:
    """An operation whose arguments do not share statements; one that fails leaves the others of its group alone."""

    def operation(connection: sqlite3.Connection, arguments: Sequence[Argument]) -> list[Result | Exception]:
        return [_in_savepoint(connection, write, argument) for argument in arguments]

    return operation


def _in_savepoint(
    connection: sqlite3.Connection, write: Callable[[sqlite3.Connection, Argument], Result], argument: Argument
) -> Result | Exception:
    connection.execute("SAVEPOINT one")
    try:
        return write(connection, argument)
    except Exception as failure:  # handed to whoever awaits this one write
        connection.execute("ROLLBACK TO one")
        return failure
    finally:
        connection.execute("RELEASE one")
