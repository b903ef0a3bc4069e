"""The preflight report for a terminal, as Markdown and as JSON."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from hafen.model.preflight import CostLine, Finding, Preflight, Severity
from hafen.model.price import Price

_TITLES: dict[Severity, str] = {"action": "To do", "note": "Good to know", "ok": "Carried over"}
_COLOURS: dict[Severity, str] = {"action": "yellow", "note": "cyan", "ok": "green"}
_MARKS: dict[Severity, str] = {"action": "!", "note": "·", "ok": "✓"}
UNKNOWN_PRICE = "not told"


def preflight_text(report: Preflight, width: int = 100) -> str:
    """width: columns of the terminal. Colours are styles that click leaves out where there is no terminal."""
    import click

    width = max(60, min(width, 110))
    lines = [click.style(f"Preflight: {report.app}, from {report.origin}", bold=True)]
    lines += textwrap.wrap(_summary(report), width)
    for severity, title in _TITLES.items():
        findings = report.of(severity)
        if findings:
            lines += ["", click.style(f"{title} ({len(findings)})", fg=_COLOURS[severity], bold=True)]
            lines += [line for finding in findings for line in _lines(finding, width)]
    if report.costs:
        lines += ["", click.style("What it costs at Heroku now, a month", bold=True), *_cost_lines(report)]
    if report.sizes:
        lines += ["", click.style("One dyno a month, by size", bold=True), *_size_lines(report.sizes, width)]
    return "\n".join(lines)


def _summary(report: Preflight) -> str:
    counts = [
        f"{len(report.of('action'))} to do",
        f"{len(report.of('note'))} to know",
        f"{len(report.of('ok'))} carried over",
    ]
    total = report.total
    cost = f"; {_money(total)} a month at Heroku" if total else ""
    return ", ".join(counts) + cost


def _lines(finding: Finding, width: int) -> Iterator[str]:
    import click

    mark = click.style(_MARKS[finding.severity], fg=_COLOURS[finding.severity])
    text = f"{_printable(finding.subject)}: {_printable(finding.what)}"
    first, *rest = textwrap.wrap(text, width - 4, break_long_words=False, break_on_hyphens=False) or [""]
    yield f"  {mark} {first}"
    yield from (f"    {line}" for line in rest)
    if finding.next:
        yield from textwrap.wrap(
            f"→ {_printable(finding.next)}",
            width,
            initial_indent="    ",
            subsequent_indent="      ",
            break_long_words=False,
            break_on_hyphens=False,
        )


def _cost_lines(report: Preflight) -> Iterator[str]:
    wide = max(len(_counted(line)) for line in report.costs) + 2
    for line in report.costs:
        yield f"  {_counted(line):<{wide}}{_money(line.total):>12}"
    unknown = any(line.total is None for line in report.costs)
    total = _money(report.total) if report.total else UNKNOWN_PRICE
    yield f"  {'together' + (' (of what is told)' if unknown else ''):<{wide}}{total:>12}"
    yield from (f"  {line}" for line in _sources(report.costs))


def _counted(line: CostLine) -> str:
    return _printable(line.what if line.flat else f"{line.count} × {line.what}")


def _size_lines(sizes: Iterable[CostLine], width: int) -> Iterator[str]:
    sizes = list(sizes)
    shown = ", ".join(f"{size.what} {_money(size.unit)}" for size in sizes)
    yield from textwrap.wrap(shown, width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    yield from (f"  {line}" for line in _sources(sizes))


def _sources(lines: Iterable[CostLine]) -> list[str]:
    """Where prices are from, each source once. Taxes and one-off dynos are in none of them."""
    said = dict.fromkeys(f"{line.unit.source} ({line.unit.date})" for line in lines if line.unit)
    return [f"source: {source}" for source in said]


def _money(price: Price | None) -> str:
    if price is None:
        return UNKNOWN_PRICE
    return f"${price.amount:,.2f}" if price.currency == "USD" else f"{price.amount:,.2f} {price.currency}"


def preflight_markdown(report: Preflight) -> str:
    """Tables that any viewer shows; what comes from outside is escaped."""
    parts = [f"# Preflight: {_cell(report.app)}\n\nRead from {_cell(report.origin)}. {_summary(report)}.\n"]
    for severity, title in _TITLES.items():
        findings = report.of(severity)
        if findings:
            rows = (f"| {_cell(one.subject)} | {_cell(one.what)} | {_cell(one.next)} |" for one in findings)
            parts.append(f"## {title}\n\n| subject | what | next |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n")
    for title, lines in (("What it costs at Heroku now", report.costs), ("One dyno a month, by size", report.sizes)):
        if lines:
            parts.append(_markdown_costs(title, lines, report.total if lines is report.costs else None))
    return "\n".join(parts)


def _markdown_costs(title: str, lines: Iterable[CostLine], total: Price | None) -> str:
    lines = list(lines)
    rows = [f"| {_cell(_counted(line))} | {_money(line.total)} |" for line in lines]
    rows += [f"| **together** | **{_money(total)}** |"] if total else []
    sources = "\n".join(f"- {_cell(source)}" for source in _sources(lines))
    return f"## {title}\n\n| | a month |\n| --- | ---: |\n" + "\n".join(rows) + f"\n\n{sources}\n"


def _cell(text: str) -> str:
    """Text for a table's cell. What stands between backticks stays code; there only a bar would break the table."""
    parts = _printable(text).split("`")
    if len(parts) % 2 == 0:
        return _escaped("".join(parts))
    return "`".join(part.replace("|", "\\|") if number % 2 else _escaped(part) for number, part in enumerate(parts))


def _escaped(text: str) -> str:
    return re.sub(r"([\\|<>*\[\]]|(?<!\w)_|_(?!\w))", r"\\\1", text)


def _printable(text: str) -> str:
    """One line without control characters: names come from outside."""
    return "".join(char if char.isprintable() else " " for char in " ".join(text.split()))


def preflight_json(report: Preflight) -> dict[str, Any]:
    """Amounts as texts, so that no digit is lost."""
    return {
        "app": report.app,
        "origin": report.origin,
        "findings": [vars(finding) for finding in report.findings],
        "costs": [_json_cost(line) for line in report.costs],
        "total": _json_price(report.total),
        "dyno_sizes": [_json_cost(line) for line in report.sizes],
    }


def _json_cost(line: CostLine) -> dict[str, Any]:
    return {"what": line.what, "count": line.count, "unit": _json_price(line.unit), "total": _json_price(line.total)}


def _json_price(price: Price | None) -> dict[str, str] | None:
    if price is None:
        return None
    return {"amount": str(price.amount), "currency": price.currency, "source": price.source, "date": price.date}
