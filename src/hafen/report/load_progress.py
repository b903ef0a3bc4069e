"""What a person sees while a load test runs: a live line each second, Artillery's block every ten."""

from __future__ import annotations

from datetime import datetime

from hafen.measure.result import Period, Second
from hafen.model.reporter import Reporter
from hafen.report.load_text import live_text, period_text

_PERIOD_S = 10


class Progress:
    def __init__(self, say: Reporter) -> None:
        self.say = say

    def second(self, second: Second) -> None:
        self.say.progress(live_text(second))

    def period(self, period: Period) -> None:
        clock = datetime.now().astimezone().strftime("%H:%M:%S(%z)")
        self.say.step(period_text(period, _PERIOD_S, clock))

    def phase(self, name: str, index: int, duration_s: float) -> None:
        clock = datetime.now().astimezone().strftime("%H:%M:%S(%z)")
        self.say.step(f"Phase started: {name} (index: {index}, duration: {duration_s:g}s) {clock}\n")
