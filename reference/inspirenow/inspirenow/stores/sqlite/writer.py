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
        self._waiting: list[_Job] = []
        self._is_busy = False
        self._groups: queue.SimpleQueue[list[_Job]] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    async def write(self, operation: Operation[Argument, Result], argument: Argument) -> Result:
        """Returns once the transaction that holds the change is committed."""
        future: asyncio.Future[Result] = self._loop.create_future()
        self._waiting.append(_Job(operation, argument, future))
        if not self._is_busy:
            self._is_busy = True
            self._loop.call_soon(self._hand_over)
        return await future

    async def close(self) -> None:
        """Write what waits, then end the thread."""
        while self._waiting:
            await asyncio.wait([self._waiting[-1].future])
        self._groups.put([])
        await asyncio.to_thread(self._thread.join)

    def _hand_over(self) -> None:
        """On the event loop: all that waits becomes one group; the next one forms while this one is written."""
        group, self._waiting = self._waiting[:MAX_GROUP], self._waiting[MAX_GROUP:]
        self._groups.put(group)

    def _deliver(self, jobs: list[_Job], answers: list[Any]) -> None:
        """On the event loop: wake who waited, then let the thread go on."""
        if self._waiting:
            self._hand_over()
        else:
            self._is_busy = False
        for job, answer in zip(jobs, answers, strict=True):
            _settle(job.future, answer)

    def _work(self) -> None:
        connection = self._connect()
        while jobs := self._groups.get():
            answers = _write_group(connection, jobs)
            self._loop.call_soon_threadsafe(self._deliver, jobs, answers)
        connection.close()


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


def _settle(future: asyncio.Future[Any], answer: object) -> None:
    if future.cancelled():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)


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
