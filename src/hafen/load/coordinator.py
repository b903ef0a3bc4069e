"""Starts workers, tells them when to begin, adds up what they count, and leaves none behind."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

from hafen.errors import HafenError, UserError
from hafen.load.job import Job, dump_job
from hafen.load.ledger import Ledger
from hafen.load.plan import Plan
from hafen.measure.result import Second

_HEAD_START_S = 0.2
_READY_S = 120.0
_LAST_WORDS_S = 5.0
_POLL_S = 0.05


class WorkerDied(HafenError):
    """A part of the load went missing, so nothing can be said about the rest."""

    exit_code = 70


@dataclass
class Run:
    """What remains when the workers are done. done: their last messages. stopped_early: why, "" when it was not."""

    ledger: Ledger
    elapsed_s: float
    done: list[dict[str, Any]]
    stopped_early: str = ""


class Worker:
    """A child process and the thread that reads it. Its end of input is its end."""

    def __init__(
        self, job: Job, environment: Mapping[str, str], inbox: queue.Queue[tuple[int, dict[str, Any]]]
    ) -> None:
        self.number = job.shard
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "hafen.load.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
        )
        self.errors = b""
        self.reader = threading.Thread(target=self._read, args=(inbox,), daemon=True)
        self.error_reader = threading.Thread(target=self._read_errors, daemon=True)
        self.reader.start()
        self.error_reader.start()
        self.tell(dump_job(job))

    def tell(self, line: bytes) -> None:
        with contextlib.suppress(OSError, ValueError):
            assert self.process.stdin  # noqa: S101 - PIPE was asked
            self.process.stdin.write(line)
            self.process.stdin.flush()

    def _read(self, inbox: queue.Queue[tuple[int, dict[str, Any]]]) -> None:
        assert self.process.stdout  # noqa: S101 - PIPE was asked
        for line in self.process.stdout:
            with contextlib.suppress(ValueError):
                inbox.put((self.number, json.loads(line)))
        self.error_reader.join(_LAST_WORDS_S)
        inbox.put((self.number, {"kind": "gone"}))

    def _read_errors(self) -> None:
        assert self.process.stderr  # noqa: S101 - PIPE was asked
        for line in self.process.stderr:
            self.errors = (self.errors + line)[-4096:]

    def last_words(self) -> str:
        """The type of what ended it; never the message, which may quote a value."""
        lines = self.errors.decode(errors="replace").strip().splitlines()
        return lines[-1].partition(":")[0][:80] if lines else f"exit code {self.process.poll()}"

    def end(self) -> None:
        with contextlib.suppress(OSError):
            if self.process.stdin:
                self.process.stdin.close()
        try:
            self.process.wait(_LAST_WORDS_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.join(_LAST_WORDS_S)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()


class Coordinator:
    """A context: leaving it ends every worker, whatever happened. environment: what the workers see."""

    def __init__(self, plan: Plan, job: Job, environment: Mapping[str, str], *, workers: int = 1) -> None:
        self.plan, self.environment = plan, {**os.environ, **environment}
        self.jobs = [replace(job, shard=index, shards=workers) for index in range(workers)]
        self.inbox: queue.Queue[tuple[int, dict[str, Any]]] = queue.Queue()
        self.workers: list[Worker] = []
        self.done: dict[int, dict[str, Any]] = {}
        self.ledger = Ledger(plan, seed=job.seed, workers=workers)
        self.start_at = 0.0

    def __enter__(self) -> Coordinator:
        self.workers = [Worker(job, self.environment, self.inbox) for job in self.jobs]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self.workers:
            worker.end()

    def begin(self) -> float:
        """Waits until every worker is ready and sets one start for all; a perf_counter() moment."""
        ready: set[int] = set()
        deadline = time.monotonic() + _READY_S
        while len(ready) < len(self.workers):
            number, message = self._next(deadline - time.monotonic())
            if message["kind"] == "ready":
                ready.add(number)
        self.start_at = time.perf_counter() + _HEAD_START_S
        for worker in self.workers:
            worker.tell(f"go {self.start_at!r}\n".encode())
        return self.start_at

    def follow(
        self,
        stop: threading.Event | None,
        on_second: Callable[[Second], None],
        on_log: Callable[[str], None],
    ) -> Run:
        """Until the last worker is done. stop: when it is set, the workers end at once and what they counted is kept."""
        stopped_early = ""
        deadline: float | None = None
        while len(self.done) < len(self.workers):
            if stop is not None and stop.is_set() and not stopped_early:
                stopped_early = "it was interrupted"
                deadline = time.monotonic() + _LAST_WORDS_S
                for worker in self.workers:
                    worker.tell(b"stop\n")
            if deadline is not None and time.monotonic() > deadline:
                break
            with contextlib.suppress(queue.Empty):
                self._take(*self.inbox.get(timeout=_POLL_S), on_log)
                for second in self.ledger.closed():
                    on_second(second)
        elapsed_s = max((message["elapsed_s"] for message in self.done.values()), default=0.0)
        self.ledger.finish(elapsed_s)
        return Run(self.ledger, elapsed_s, list(self.done.values()), stopped_early)

    def _take(self, number: int, message: dict[str, Any], on_log: Callable[[str], None]) -> None:
        kind = message["kind"]
        if kind == "second":
            self.ledger.add(message)
        elif kind == "done":
            self.done[number] = message
        elif kind == "log":
            on_log(str(message["text"]))
        else:
            self._check(number, message)

    def _next(self, timeout_s: float) -> tuple[int, dict[str, Any]]:
        try:
            number, message = self.inbox.get(timeout=max(0.0, timeout_s))
        except queue.Empty:
            raise WorkerDied(f"a load worker was not ready within {_READY_S:.0f} s") from None
        self._check(number, message)
        return number, message

    def _check(self, number: int, message: dict[str, Any]) -> None:
        if message["kind"] == "failed":
            raise UserError(str(message["what"]))
        if message["kind"] == "gone" and number not in self.done:
            words = self.workers[number].last_words()
            raise WorkerDied(
                f"load worker {number + 1} of {len(self.workers)} ended in the middle of the run ({words})"
            )
