"""A worker process: `python -m hafen.load.worker`.

Standard input: the job, then "go MOMENT" and perhaps "stop"; its end is the coordinator's end and so the worker's.
Standard output: messages, one JSON document a line: ready, second, log, done, failed.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import time
import traceback
from typing import Any

from hafen.errors import HafenError
from hafen.load.engine import MOST_USERS, Engine
from hafen.load.job import Job, dump, load_job
from hafen.load.once import run_once
from hafen.load.plan import Plan

_RESERVED_DESCRIPTORS = 64


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the coordinator, which says stop
    line = sys.stdin.buffer.readline()
    if not line:
        return
    try:
        _run(load_job(line))
    except HafenError as error:
        _tell({"kind": "failed", "what": str(error)})
    except BrokenPipeError:
        os._exit(1)


def _run(job: Job) -> None:
    _settle(job)
    most_connections = raise_descriptor_limit() - _RESERVED_DESCRIPTORS
    plan = job.plan(os.environ)
    if (plan.http.pool or 0) > most_connections:
        what = f"http.pool {plan.http.pool} is more than the {most_connections} files that this process may open"
        raise HafenError(what, hint="ulimit -n, or a smaller pool")
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    runner = _uvloop_or_asyncio()
    runner(_serve(job, plan, min(most_connections, MOST_USERS)))


def _uvloop_or_asyncio() -> Any:
    try:
        import uvloop
    except ImportError:
        return asyncio.run
    return uvloop.run


def _settle(job: Job) -> None:
    if job.cores and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, job.cores)


def raise_descriptor_limit() -> int:
    """How many files this process may open, after asking for as many as it can get."""
    try:
        import resource
    except ImportError:
        return 512
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 1_048_576 if hard == resource.RLIM_INFINITY else hard
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    except (ValueError, OSError):
        return int(soft)
    return int(max(soft, wanted))


async def _serve(job: Job, plan: Plan, most_connections: int) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_fault)
    commands: asyncio.Queue[str] = asyncio.Queue()
    _listen(loop, commands)
    given = await run_once(plan, "before", plan.before, {}) if plan.before else {}
    engine = Engine(
        plan,
        seed=job.seed,
        shard=job.shard,
        shards=job.shards,
        most_connections=most_connections,
        given=given,
        say=lambda text: _tell({"kind": "log", "text": text}),
    )
    _tell({"kind": "ready"})
    while not (command := await commands.get()).startswith("go "):
        if command == "stop":
            return
    start_at = float(command.removeprefix("go "))
    obeying = loop.create_task(_obey(engine, commands))
    began_cpu_s = time.process_time()

    def on_second(second: int) -> None:
        _tell({"kind": "second", "second": second, **_taken(engine), "cpu_s": time.process_time() - began_cpu_s})

    await engine.run(start_at, on_second)
    obeying.cancel()
    on_second(engine.second)
    elapsed_s = time.perf_counter() - start_at
    if plan.after and not engine.stopped:
        await run_once(plan, "after", plan.after, given)
    _tell(
        {
            "kind": "done",
            "elapsed_s": elapsed_s,
            "cpu_s": time.process_time() - began_cpu_s,
            "connections_opened": engine.connections.opened,
            "starved": engine.connections.starved,
            "most_connections": engine.most_connections,
            "given_up": engine.given_up,
        }
    )


def _taken(engine: Engine) -> dict[str, Any]:
    return {**engine.recorder.take(), "active": len(engine.users)}


async def _obey(engine: Engine, commands: asyncio.Queue[str]) -> None:
    while await commands.get() != "stop":
        pass
    engine.stop()


def _fault(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A fault of ours in a callback: a user would be lost in silence, so the whole run ends."""
    error = context.get("exception")
    if isinstance(error, Exception):
        traceback.print_exception(error)
    else:
        sys.stderr.write(f"{context.get('message', 'unknown fault')}\n")
    sys.stderr.flush()
    os._exit(70)


def _listen(loop: asyncio.AbstractEventLoop, commands: asyncio.Queue[str]) -> None:
    descriptor = sys.stdin.fileno()
    os.set_blocking(descriptor, False)
    rest = bytearray()

    def read() -> None:
        try:
            data = os.read(descriptor, 4096)
        except BlockingIOError:
            return
        if not data:
            os._exit(1)
        rest.extend(data)
        while b"\n" in rest:
            line, _, after = bytes(rest).partition(b"\n")
            rest[:] = after
            commands.put_nowait(line.decode())

    loop.add_reader(descriptor, read)


def _tell(message: dict[str, Any]) -> None:
    sys.stdout.buffer.write(dump(message))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
