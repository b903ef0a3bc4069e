"""Steps of a plan as generators that an engine resumes: no task or future stands behind a request."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from hafen.load.expression import Evaluate
from hafen.load.flow import count_range
from hafen.load.place import as_number
from hafen.load.plan import Log, Loop, Parallel, Plan, Request, Step, Think
from hafen.load.recorder import Recorder
from hafen.load.request_step import RequestStep
from hafen.load.template import dig_dotted
from hafen.load.user import Branches, Flow, User

_NOTHING_HAPPENED = 50


class Runnable(Protocol):
    def run(self, user: User) -> Flow: ...


def compile_steps(steps: Sequence[Step], plan: Plan, recorder: Recorder, say: Callable[[str], None]) -> list[Runnable]:
    return [_compile(step, plan, recorder, say) for step in steps]


def run_steps(steps: Sequence[Runnable], user: User) -> Flow:
    for step in steps:
        yield from step.run(user)


def _compile(step: Step, plan: Plan, recorder: Recorder, say: Callable[[str], None]) -> Runnable:
    if isinstance(step, Request):
        made: Runnable = RequestStep(step, plan, recorder)
        chosen = step.condition is not None or step.probability < 100
        return SometimesStep(made, step.condition, step.probability) if chosen else made
    if isinstance(step, Loop):
        return LoopStep(step, compile_steps(step.steps, plan, recorder, say))
    if isinstance(step, Parallel):
        return ParallelStep(compile_steps(step.steps, plan, recorder, say), step.limit)
    return ThinkStep(step) if isinstance(step, Think) else LogStep(step, say)


class SometimesStep:
    """`ifTrue` and `probability`."""

    def __init__(self, step: Runnable, condition: Evaluate | None, probability: float) -> None:
        self.step, self.condition, self.probability = step, condition, probability

    def run(self, user: User) -> Flow:
        if random.random() * 100 >= self.probability:  # noqa: S311 - load, not secrets
            return
        if self.condition is None or self.condition(lambda name: dig_dotted(user.variables, name)):
            yield from self.step.run(user)


class ThinkStep:
    """The time counts from when the answer before had come, not from when the engine got round to it."""

    def __init__(self, think: Think) -> None:
        self.seconds, self.jitter = think.seconds, think.jitter

    def run(self, user: User) -> Flow:
        seconds = as_number(self.seconds.text(user.variables)) or 0.0
        if self.jitter:
            spread = self.jitter[0] * seconds if self.jitter[1] else self.jitter[0]
            seconds += random.uniform(-spread, spread)  # noqa: S311 - load, not secrets
        user.due += max(0.0, seconds)
        yield user.due


class LogStep:
    def __init__(self, log: Log, say: Callable[[str], None]) -> None:
        self.text, self.say = log.text, say

    def run(self, user: User) -> Flow:
        self.say(self.text.text(user.variables))
        return
        yield 0.0  # makes this a generator


class ParallelStep:
    def __init__(self, steps: list[Runnable], limit: int) -> None:
        self.steps, self.limit = steps, limit

    def run(self, user: User) -> Flow:
        yield Branches(user, self.steps, self.limit)


class LoopStep:
    def __init__(self, loop: Loop, steps: list[Runnable]) -> None:
        self.loop, self.steps = loop, steps

    def run(self, user: User) -> Flow:
        variables, quiet = user.variables, 0
        for index, element in self._rounds(user):
            variables[self.loop.value_name] = index
            variables[self.loop.element_name] = element
            turns = user.turns
            for step in self.steps:
                yield from step.run(user)
            quiet = quiet + 1 if turns == user.turns else 0
            if quiet >= _NOTHING_HAPPENED:  # a loop that neither asks nor waits must not stop everybody else
                quiet = 0
                yield user.due

    def _rounds(self, user: User) -> Any:
        over = self.loop.over
        if over is not None:
            values = dig_dotted(user.variables, over) if isinstance(over, str) else over
            return enumerate(values) if isinstance(values, list | tuple) else ()
        text = self.loop.count.text(user.variables) if self.loop.count else ""
        first, last = count_range(text) or (0, 0)
        if last < 0:
            return ((index, index) for index in _forever(first))
        return ((index, index) for index in range(first, last))


def _forever(index: int) -> Any:
    while True:
        yield index
        index += 1
