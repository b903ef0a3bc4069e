"""The result of a comparison as one sentence, worded by the facts.

It compares formations on the machine that was measured. Runs on this machine are named by their formation, never by a
label, which could credit a provider with local figures; and prices have no part in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from hafen.measure.comparison import Change, Run, Verdict
from hafen.measure.numbers import count_text, duration_text, percent_text, rate_text, ratio_text
from hafen.measure.result import Formation, LoadResult

Changes = tuple[Change, Change, Change]
FEWEST_REQUESTS = 100
_ASKED_TOLERANCE = 0.05


def formation_text(formation: Formation) -> str:
    """ "4 × standard-2x web + 1 × standard-1x worker"; the process that serves comes first."""
    return " + ".join(
        f"{process.replicas} × {process.size} {name}".replace("  ", " ")
        for name, process in sorted(formation.processes.items(), key=lambda item: (item[0] != "web", item[0]))
    )


def name_of(run: Run) -> str:
    """What a sentence calls a run."""
    if run.is_local and run.formation is not None and run.formation.processes:
        return formation_text(run.formation)
    return f"“{run.label}”"


def doubts_about(runs: Sequence[Run], results: Sequence[LoadResult]) -> tuple[str, ...]:
    """Why the runs say nothing about each other, as clauses; empty when they do."""
    return (
        *(f"the load generator fell behind in {name_of(run)} ({run.reasons[0]})" for run in runs if not run.trusted),
        *(f"{name_of(run)} stopped early ({run.stopped_early})" for run in runs if run.stopped_early),
        *(
            f"{name_of(run)} has only {count_text(run.requests)} requests"
            for run in runs
            if run.requests < FEWEST_REQUESTS
        ),
        *_differing(runs, results),
    )


def sentence_for(first: Run, run: Run, changes: Changes, verdict: Verdict, doubts: Sequence[str]) -> str:
    """One sentence, ending with a full stop."""
    if verdict == "untrusted":
        return "No verdict: the load generator fell behind, so these figures say nothing reliable about the app."
    if verdict == "incomparable":
        return f"No verdict: {doubts[0]}, so the figures stand side by side but cannot be set against each other."
    here = first.is_local and run.is_local
    setting, place = _setting(first, run), "on this machine" if here else f"of {name_of(run)}"
    p95, failed = _latency_clause(first, run, changes[1]), _failed_clause(first, run, changes[2])
    if verdict == "same":
        noise = "noise on this machine" if here else "noise"
        figures = f"{rate_text(run.answered_per_s)} requests per second, p95 {duration_text(run.p95_ms)}"
        return f"{setting}, nothing changed beyond {noise} at the same script: {figures}, {failed}."
    joint = "but" if {changes[1], changes[2]} == {"better", "worse"} else "and"
    if changes[0] == "same":
        rate = f"the same {rate_text(run.answered_per_s)} requests per second"
        return f"{setting}, p95 {place} {p95} at the same script and {rate}, {joint} {failed}."
    actor = "this machine" if here else name_of(run)
    return f"{setting}, {actor} answered {_rate_clause(first, run)} at the same script: p95 {p95} {joint} {failed}."


def single_sentence(run: Run) -> str:
    """What one run alone says."""
    if not run.requests:
        return "No request was sent."
    if not run.trusted:
        return f"Not to be trusted: the load generator fell behind ({run.reasons[0]})."
    failed = "no request failed" if not run.failed else f"{percent_text(run.failed_share)} of requests failed"
    length = duration_text(run.duration_s * 1e3)
    return (
        f"{rate_text(run.answered_per_s)} requests per second were answered over {length}: "
        f"half of them within {duration_text(run.p50_ms)}, 95 % within {duration_text(run.p95_ms)}, and {failed}."
    )


def _setting(first: Run, run: Run) -> str:
    """What changed between the runs: formations on this machine, else names."""
    if not (run.is_local and first.is_local and run.formation and first.formation):
        return f"Against {name_of(first)}"
    before, after = first.formation.processes, run.formation.processes
    changed = [name for name in after if after[name] != before.get(name)]
    if not changed and before.keys() == after.keys():
        return f"In a second run of the same formation, {formation_text(run.formation)}"
    if len(changed) == 1 and before.keys() == after.keys():
        name = changed[0]
        instead = f"{before[name].replicas}"
        if before[name].size != after[name].size or before[name].replicas == after[name].replicas:
            instead += f" × {before[name].size}"
        return f"With {after[name].replicas} × {after[name].size} {name} instead of {instead}"
    return f"With {name_of(run)} instead of {name_of(first)}"


def _rate_clause(first: Run, run: Run) -> str:
    if not first.answered_per_s:
        return f"{rate_text(run.answered_per_s)} requests per second instead of none"
    ratio = run.answered_per_s / first.answered_per_s
    if ratio >= 2:
        return f"{ratio_text(ratio)} the requests per second"
    return f"{percent_text(abs(ratio - 1))} {'more' if ratio > 1 else 'fewer'} requests per second"


def _latency_clause(first: Run, run: Run, change: Change) -> str:
    if change == "same":
        return f"stayed at {duration_text(run.p95_ms)}"
    verb = "fell" if change == "better" else "rose"
    return f"{verb} from {duration_text(first.p95_ms)} to {duration_text(run.p95_ms)}"


def _failed_clause(first: Run, run: Run, change: Change) -> str:
    if not first.failed and not run.failed:
        return "no request failed in either"
    if change == "same":
        return f"{percent_text(run.failed_share)} of requests failed against {percent_text(first.failed_share)}"
    now = "no request failed" if not run.failed else f"{percent_text(run.failed_share)} of requests failed"
    return f"{now} instead of {percent_text(first.failed_share) if first.failed else 'none'}"


def _differing(runs: Sequence[Run], results: Sequence[LoadResult]) -> list[str]:
    found = []
    scripts = {run.script.replace("\\", "/").rsplit("/", 1)[-1] for run in runs}
    if len(scripts) > 1:
        found.append("the runs followed different scripts (" + ", ".join(sorted(scripts)) + ")")
    elif not all(_same_load(results[0], other) for other in results[1:]):
        found.append("the runs did not ask for the same load")
    if len({run.is_local for run in runs}) > 1:
        found.append("one side ran on this machine and the other did not")
    elif runs[0].is_local and len({run.formation.machine for run in runs if run.formation}) > 1:
        found.append("the runs were made on different machines")
    return found


def _same_load(first: LoadResult, other: LoadResult) -> bool:
    """The same phases, as long, with as many arrivals asked for, within the chance of random arrivals."""
    return len(first.phases) == len(other.phases) and all(
        abs(a.duration_s - b.duration_s) <= _ASKED_TOLERANCE * max(a.duration_s, b.duration_s)
        and abs(a.arrivals_asked - b.arrivals_asked)
        <= max(2, _ASKED_TOLERANCE * max(a.arrivals_asked, b.arrivals_asked))
        for a, b in zip(first.phases, other.phases, strict=True)
    )
