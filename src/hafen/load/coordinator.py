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

from hafen.errors import Untrusted, UserError
from hafen.load.job import Job, dump_job
from hafen.load.ledger import Ledger
from hafen.load.plan import Plan
from hafen.load.schedule import starts_s
from hafen.measure.result import Period, Second

_HEAD_START_S = 0.2
_READY_S = 120.0
_LAST_WORDS_S = 5.0
_POLL_S = 0.05
Inbox = queue.Queue[tuple[int, dict[str, Any]]]


@dataclass
class Run:
    """What remains when the workers are done. done: their last messages. stopped_early: why, "" when it was not."""

    ledger: Ledger
    elapsed_s: float
    done: list[dict[str, Any]]
    stopped_early: str = ""


@dataclass(frozen=True)
class Listener:
    """Who hears of a run as it goes. phase: name, index, seconds."""

    second: Callable[[Second], None]
    period: Callable[[Period], None]
    phase: Callable[[str, int, float], None]
    log: Callable[[str], None]


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

    def _read(self, inbox: Inbox) -> None:
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
        """The type of what ended it, and where; never the message, which may quote a value."""
        lines = self.errors.decode(errors="replace").strip().splitlines()
        if not lines:
            return f"exit code {self.process.poll()}"
        frames = [line.strip() for line in lines if line.startswith("  File ")]
        return f"{lines[-1].partition(':')[0][:80]}{f', {frames[-1]}' if frames else ''}"

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
        self.inbox: Inbox = queue.Queue()
        self.workers: list[Worker] = []
        self.done: dict[int, dict[str, Any]] = {}
        self.ledger = Ledger(plan, seed=job.seed, workers=workers)
        self.start_at = 0.0
        self.phases_begun = self.periods_told = 0

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

    def follow(self, stop: threading.Event | None, listener: Listener) -> Run:
        """Until the last worker is done. stop: once it is set the workers end at once; what they counted is kept."""
        deadline: float | None = None
        while len(self.done) < len(self.workers):
            if stop is not None and stop.is_set() and deadline is None:
                deadline = time.monotonic() + _LAST_WORDS_S
                for worker in self.workers:
                    worker.tell(b"stop\n")
            if deadline is not None and time.monotonic() > deadline:
                break
            self._announce_phase(listener)
            with contextlib.suppress(queue.Empty):
                self._take(*self.inbox.get(timeout=_POLL_S), listener)
        elapsed_s = max((message["elapsed_s"] for message in self.done.values()), default=0.0)
        self.ledger.finish(elapsed_s)
        stopped_early = "it was interrupted" if deadline is not None else ""
        return Run(self.ledger, elapsed_s, list(self.done.values()), stopped_early)

    def _announce_phase(self, listener: Listener) -> None:
        starts = starts_s(self.plan.phases)
        while (
            self.phases_begun < len(self.plan.phases)
            and time.perf_counter() - self.start_at >= starts[self.phases_begun]
        ):
            phase = self.plan.phases[self.phases_begun]
            listener.phase(phase.name, self.phases_begun, phase.duration_s)
            self.phases_begun += 1

    def _take(self, number: int, message: dict[str, Any], listener: Listener) -> None:
        kind = message["kind"]
        if kind == "second":
            self._take_second(message, listener)
        elif kind == "done":
            self.done[number] = message
        elif kind == "log":
            listener.log(str(message["text"]))
        else:
            self._check(number, message)

    def _take_second(self, message: dict[str, Any], listener: Listener) -> None:
        self.ledger.add(message)
        for second in self.ledger.closed():
            listener.second(second)
            if len(self.ledger.periods) > self.periods_told:
                listener.period(self.ledger.periods[-1])
                self.periods_told += 1

    def _next(self, timeout_s: float) -> tuple[int, dict[str, Any]]:
        try:
            number, message = self.inbox.get(timeout=max(0.0, timeout_s))
        except queue.Empty:
            raise Untrusted(f"a load worker was not ready within {_READY_S:.0f} s") from None
        self._check(number, message)
        return number, message

    def _check(self, number: int, message: dict[str, Any]) -> None:
        if message["kind"] == "failed":
            raise UserError(str(message["what"]))
        if message["kind"] == "gone" and number not in self.done:
            words = self.workers[number].last_words()
            raise Untrusted(f"load worker {number + 1} of {len(self.workers)} ended in the middle of the run ({words})")
