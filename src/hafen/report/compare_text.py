"""A comparison for the terminal: the sentence, runs as columns and figures as rows, then prices apart from them."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import TYPE_CHECKING

from hafen.measure.comparison import Comparison, Run
from hafen.measure.numbers import (
    NOTHING,
    count_text,
    duration_text,
    limit_text,
    money_text,
    percent_text,
    rate_text,
    ratio_text,
)
from hafen.measure.sentence import formation_text

if TYPE_CHECKING:
    from rich.table import Table

_COLOURS = {"better": "green", "worse": "red", "same": ""}
_PLAIN_WIDTH = 200


def comparison_text(comparison: Comparison, *, width: int | None = None) -> str:
    """width: of the terminal, in columns; None: no terminal, so neither colour nor wrapping."""
    from rich.console import Console
    from rich.text import Text

    out = StringIO()
    console = Console(
        file=out,
        width=width or _PLAIN_WIDTH,
        force_terminal=width is not None,
        color_system="standard" if width is not None else None,
        highlight=False,
        legacy_windows=False,
    )
    console.print(Text(comparison.sentence, style="bold"), soft_wrap=width is None)
    console.print(_figures(comparison))
    for line in _notes(comparison):
        console.print(Text(line), soft_wrap=width is None)
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip().splitlines())


def _figures(comparison: Comparison) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    for run in comparison.runs:
        table.add_column(Text(run.label), justify="right")
    for against in comparison.against:
        table.add_column(Text(f"{against.label} ÷ {comparison.runs[0].label}"), justify="right")
    sure = comparison.verdict not in ("untrusted", "incomparable")
    for title, of, name in _rows(comparison.runs):
        texts = [of(run) for run in comparison.runs]
        if set(texts) == {NOTHING}:
            continue
        cells = [Text(text) for text in texts]
        for against in comparison.against:
            colour = _COLOURS[getattr(against, name)] if name in ("rate", "p95") and sure else ""
            ratio = getattr(against, f"{name}_ratio") if name else None
            cells.append(Text(ratio_text(ratio) if name else "", style=colour))
        table.add_row(title, *cells)
    return table


def _rows(runs: tuple[Run, ...]) -> list[tuple[str, Callable[[Run], str], str]]:
    """(title, a run's text, name of the ratio or "")."""
    slow = f"errors by policy (over {limit_text(runs[0].policy_limit_ms)})"
    rows: list[tuple[str, Callable[[Run], str], str]] = [
        ("formation", lambda run: formation_text(run.formation) if run.formation else NOTHING, ""),
        ("requests", lambda run: count_text(run.requests), ""),
        ("requests/s answered", lambda run: rate_text(run.answered_per_s), "rate"),
        ("p50", lambda run: duration_text(run.p50_ms), "p50"),
        ("p95", lambda run: duration_text(run.p95_ms), "p95"),
        ("p99", lambda run: duration_text(run.p99_ms), "p99"),
        ("max", lambda run: duration_text(run.max_ms), "max"),
        ("errors, explicit (5xx)", lambda run: _share(run, run.explicit), ""),
        ("errors, implicit (200 with an error)", lambda run: _share(run, run.implicit), ""),
        (slow, lambda run: _share(run, run.policy), ""),
        ("no answer (network)", lambda run: _share(run, run.network), ""),
        ("trusted", lambda run: "yes" if run.trusted else "NO", ""),
    ]
    return rows


def _share(run: Run, count: int) -> str:
    return f"{count_text(count)} ({percent_text(run.share(count))})" if count else "0"


def _notes(comparison: Comparison) -> list[str]:
    notes = [f"not trusted: {run.label}: {reason}" for run in comparison.runs for reason in run.reasons]
    if comparison.verdict == "incomparable":
        notes += [f"no verdict: {doubt}" for doubt in comparison.doubts]
    if len(comparison.against) > 1 and comparison.verdict not in ("untrusted", "incomparable"):
        notes += [against.sentence for against in comparison.against[:-1]]
    return notes + [
        f"price, not measured: {run.label}: {money_text(run.price)} a month ({run.price.source}, {run.price.date})"
        for run in comparison.runs
        if run.price
    ]
