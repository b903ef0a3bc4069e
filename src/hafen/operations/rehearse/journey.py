"""The steps of a rehearsal with what happened in each and how long it took."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from hafen.measure.rehearsal import JourneyStep
from hafen.model.reporter import Reporter


@dataclass
class Leg:
    """The step that goes on now; `what` is said when it is done."""

    name: str
    what: str = ""


@dataclass
class Journey:
    """stop: set when the user wants it to end; then no further step begins."""

    say: Reporter
    stop: threading.Event
    steps: list[JourneyStep] = field(default_factory=list)

    @contextmanager
    def leg(self, name: str, doing: str, *, always: bool = False) -> Iterator[Leg]:
        """doing: what a person reads while it goes on. A step that fails is not told as done.

        Raises KeyboardInterrupt when it is to stop, unless the step must be done `always`.
        """
        if self.stop.is_set() and not always:
            raise KeyboardInterrupt
        leg = Leg(name)
        self.say.progress(f"  {name:<12}{doing} …")
        started = time.monotonic()
        yield leg
        took_s = time.monotonic() - started
        self.steps.append(JourneyStep(name, leg.what, took_s))
        self.say.step(f"  {name:<12}{leg.what}  ({took_s:.1f} s)")


class Inner:
    """What an operation within a step says, shown only while it goes on; warnings stay."""

    def __init__(self, say: Reporter) -> None:
        self._say = say

    def step(self, text: str) -> None:
        self._say.progress(f"  {'':<12}{text}")

    progress = step
    done = step

    def warn(self, text: str) -> None:
        self._say.warn(text)
