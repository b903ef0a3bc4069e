"""Virtual users on one event loop: starts them when they are due, resumes them when an answer or a moment has come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from heapq import heappop, heappush
from time import perf_counter
from typing import Any

from hafen.load.connection import Call
from hafen.load.connections import Connections
from hafen.load.pacer import make_pacer
from hafen.load.people import People
from hafen.load.plan import Plan
from hafen.load.recorder import Recorder
from hafen.load.schedule import Arrival, arrivals, starts_s
from hafen.load.steps import compile_steps, run_steps
from hafen.load.user import Branches, StepFailed, User

SWEEP_S = 0.1
MOST_STARTS_AT_ONCE = 64
MOST_USERS = 100_000
GIVE_UP_S = 1.0
IN_TIME_S = 0.1
_BREATH_S = 0.0002


class Engine:
    """Of one worker. `run` returns when the last user has ended, or after `stop`.

    given: variables that every user has. on_end: called with each user that ends, and why it failed or "".
    """

    def __init__(
        self,
        plan: Plan,
        *,
        seed: int,
        shard: int = 0,
        shards: int = 1,
        most_connections: int = 10_000,
        given: Mapping[str, Any] | None = None,
        say: Callable[[str], None] = lambda _text: None,
        on_end: Callable[[User, str], None] = lambda _user, _error: None,
    ) -> None:
        self.plan, self.shards = plan, shards
        self.recorder = Recorder(len(plan.phases))
        self.people = People(plan, seed=seed, shard=shard, shards=shards, given=given)
        self.on_end = on_end
        self.flows = [compile_steps(scenario.steps, plan, self.recorder, say) for scenario in plan.scenarios]
        self.schedule: Iterator[Arrival] = arrivals(plan.phases, seed=seed, shard=shard, shards=shards)
        self.next_arrival: Arrival | None = None
        self.phase_ends_s = starts_s(plan.phases)[1:]
        self.users: set[User] = set()
        self.waking: list[tuple[float, int, User]] = []
        self.counter = 0
        self.most_connections = most_connections
        self.start_at = 0.0
        self.phase = 0
        self.given_up = self.stopped = False

    async def run(self, start_at: float, on_second: Callable[[int], None]) -> None:
        """start_at: moment of the schedule's zero. on_second: called after each second, with its number."""
        self.loop = asyncio.get_running_loop()
        self.start_at, self.on_second, self.second = start_at, on_second, 0
        self.done = asyncio.Event()
        self.connections = Connections(self.loop, self.plan.http, self.most_connections, self._answered, self._failed)
        self.pacer = make_pacer(self.loop, self._wake)
        self.next_arrival = next(self.schedule, None)
        self.sweep_due = start_at
        self.loop.call_soon(self._sweep)
        self.pacer.arm(start_at)
        try:
            await self.done.wait()
        finally:
            self.pacer.close()
            self.connections.close()

    def stop(self) -> None:
        """Ends the run now; users under way are left where they are."""
        self.next_arrival, self.stopped = None, True
        self.done.set()

    def _wake(self) -> None:
        """The pacer's call: resumes users whose time has come, then starts those that are due."""
        if self.done.is_set():
            return
        now = perf_counter()
        waking = self.waking
        for _ in range(MOST_STARTS_AT_ONCE):
            if not waking or waking[0][0] > now:
                break
            due, _, user = heappop(waking)
            self.recorder.phases[self.phase].lateness.record(now - due)
            self._resume(user, None)
        self._start_due()
        self._arm()

    def _start_due(self) -> None:
        for _ in range(MOST_STARTS_AT_ONCE):
            arrival = self.next_arrival
            if arrival is None:
                return
            now = perf_counter()
            due = self.start_at + arrival.at_s
            if due > now:
                return
            if self._too_late(now):
                self.next_arrival, self.given_up = None, True
                return
            if len(self.users) >= MOST_USERS:
                return
            self.next_arrival = next(self.schedule, None)
            self._start(arrival, due, now)

    def _too_late(self, now: float) -> bool:
        """Arrivals left over a while after the last phase are never started; the report says so."""
        return now - self.start_at > self.phase_ends_s[-1] + GIVE_UP_S

    def _start(self, arrival: Arrival, due: float, now: float) -> None:
        self.phase = arrival.phase
        phase, recorded = self.plan.phases[arrival.phase], self.recorder.phases[arrival.phase]
        if phase.max_users is not None and len(self.users) * self.shards >= phase.max_users:
            recorded.skipped += 1
            return
        recorded.started += 1
        recorded.in_time += now - self.start_at <= self.phase_ends_s[arrival.phase] + IN_TIME_S
        recorded.lateness.record(now - due)
        index, user = self.people.next(due)
        counters = self.recorder.counters
        counters["vusers.created"] += 1
        counters[f"vusers.created_by_name.{user.scenario}"] += 1
        user.flow = run_steps(self.flows[index], user)
        self.users.add(user)
        self._resume(user, None)

    def _arm(self) -> None:
        """Next moment; not sooner than a breath from now, so that answers are read in between."""
        moments = [self.waking[0][0]] if self.waking else []
        if self.next_arrival is not None and len(self.users) < MOST_USERS:
            moments.append(self.start_at + self.next_arrival.at_s)
        if moments:
            self.pacer.arm(max(min(moments), perf_counter() + _BREATH_S))

    def _resume(self, user: User, answer: Call | None) -> None:
        flow = user.flow
        if flow is None:
            return
        user.turns += 1
        try:
            wanted = flow.send(answer)
        except StopIteration:
            self._end(user, "")
        except StepFailed as failed:
            self._end(user, failed.kind)
        else:
            if isinstance(wanted, Call):
                self.connections.send(wanted, user.connections)
            elif isinstance(wanted, Branches):
                self._branch(wanted)
            else:
                self._wait(user, wanted)

    def _branch(self, branches: Branches) -> None:
        """Begins as many branches as may run; goes on with the user when the last one has ended."""
        while (branch := branches.next()) is not None:
            self._resume(branch, None)

    def _branch_ended(self, branch: User, branches: Branches, error: str) -> None:
        branch.flow = branch.branches = None
        self.connections.release(branch.connections)
        branches.ended(branch, error)
        if not branches.over:
            self._branch(branches)
        elif branches.failure:
            self._end(branches.user, branches.failure)
        else:
            self._resume(branches.user, None)

    def _wait(self, user: User, moment: float) -> None:
        self.counter += 1
        heappush(self.waking, (moment, self.counter, user))
        if self.waking[0][2] is user:
            self._arm()

    def _answered(self, call: Call) -> None:
        user = call.user
        if user.flow is None or user.endpoint is None:
            return
        done_at = call.done_at
        user.endpoint.answered(
            call.status, done_at - user.due, call.first_byte_at - call.sent_at, self.plan.rules.policy_limit_s
        )
        self.recorder.counters["http.downloaded_bytes"] += call.size
        user.due = done_at
        self._resume(user, call)

    def _failed(self, call: Call, kind: str, message: str) -> None:
        """No answer: that ends the user, as in Artillery."""
        user = call.user
        if user.flow is None or user.endpoint is None:
            return
        user.endpoint.refused(kind, message)
        self._end(user, kind)

    def _end(self, user: User, error: str) -> None:
        """error: "" when the flow came to its end."""
        if user.branches is not None:
            self._branch_ended(user, user.branches, error)
            return
        counters = self.recorder.counters
        if error:
            counters["vusers.failed"] += 1
            counters[f"errors.{error}"] += 1
        else:
            counters["vusers.completed"] += 1
            self.recorder.session.record(user.due - user.started_at)
        user.flow = None
        self.users.discard(user)
        self.connections.release(user.connections)
        self.on_end(user, error)

    def _sweep(self) -> None:
        """Ten times a second: timeouts, the loop's own lag, the second's end, the run's end."""
        if self.done.is_set():
            return
        now = perf_counter()
        self.recorder.lag_max_s = max(self.recorder.lag_max_s, now - self.sweep_due)
        self.connections.sweep()
        while now >= self.start_at + self.second + 1:
            self.on_second(self.second)
            self.second += 1
        over = now - self.start_at >= self.phase_ends_s[-1]
        if over and self.next_arrival is not None and self._too_late(now):
            self.next_arrival, self.given_up = None, True
        if over and self.next_arrival is None and not self.users:
            self.done.set()
            return
        self._arm()
        self.sweep_due = now + SWEEP_S
        self.loop.call_later(SWEEP_S, self._sweep)
