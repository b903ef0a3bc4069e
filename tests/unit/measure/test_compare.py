"""Comparing runs: figures, what counts as a difference, and the sentence that says so."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hafen.measure.compare import NOISE_RATIO, compare, distinct
from hafen.measure.result import LoadResult, PhaseResult, ProcessFormation, Second
from load_results import formation, generator, made_result, simulated

ONE, FOUR = formation(1, label="before"), formation(4, label="after")
FAST = {100: 90, 180: 10}


def run(answered_ms: dict[float, int], **more: Any) -> LoadResult:
    return made_result({ms: count * 10 for ms, count in answered_ms.items()}, **more)


SENTENCES = [
    (
        "better in all",
        run({4200: 100}, on=ONE, explicit=120, duration_s=180),
        run(FAST, on=FOUR, duration_s=51),
        "better",
        "With 4 × standard-2x web instead of 1, this machine answered 4.0 × the requests per second at the same "
        "script: p95 fell from 4.2 s to 180 ms and no request failed instead of 12 %.",
    ),
    (
        "a few still fail",
        run({4200: 100}, on=ONE, explicit=500, duration_s=60),
        run(FAST, on=FOUR, explicit=20, duration_s=60),
        "better",
        "With 4 × standard-2x web instead of 1, this machine answered 96 % more requests per second at the same "
        "script: p95 fell from 4.2 s to 180 ms and 2.0 % of requests failed instead of 50 %.",
    ),
    (
        "no difference",
        run(FAST, on=ONE),
        run({100: 90, 186: 10}, on=FOUR),
        "same",
        "With 4 × standard-2x web instead of 1, nothing changed beyond noise on this machine at the same script: "
        "16.7 requests per second, p95 186 ms, no request failed in either.",
    ),
    (
        "worse in all",
        run(FAST, on=FOUR, duration_s=60),
        run({4200: 100}, on=ONE, explicit=30, duration_s=90),
        "worse",
        "With 1 × standard-2x web instead of 4, this machine answered 35 % fewer requests per second at the same "
        "script: p95 rose from 180 ms to 4.2 s and 3.0 % of requests failed instead of none.",
    ),
    (
        "faster but failing",
        run({400: 100}, on=ONE),
        run({100: 100}, on=FOUR, explicit=80),
        "mixed",
        "With 4 × standard-2x web instead of 1, p95 on this machine fell from 400 ms to 100 ms at the same script and "
        "the same 15.3 requests per second, but 8.0 % of requests failed instead of none.",
    ),
    (
        "size changed, not the number",
        run({400: 100}, on=formation(2, size="standard-1x")),
        run({100: 100}, on=formation(2)),
        "better",
        "With 2 × standard-2x web instead of 2 × standard-1x, p95 on this machine fell from 400 ms to 100 ms at the "
        "same script and the same 16.7 requests per second, and no request failed in either.",
    ),
    (
        "measured elsewhere, so labels speak",
        run({400: 100}, on=formation(1, label="Heroku", target="remote")),
        run({100: 100}, on=formation(4, label="Hetzner", target="kubernetes")),
        "better",
        "Against “Heroku”, p95 of “Hetzner” fell from 400 ms to 100 ms at the same script and the same 16.7 requests "
        "per second, and no request failed in either.",
    ),
    (
        "one formation, run twice",
        run({400: 100}, on=ONE),
        run({100: 100}, on=ONE),
        "better",
        "In a second run of the same formation, 1 × standard-2x web, p95 on this machine fell from 400 ms to 100 ms at "
        "the same script and the same 16.7 requests per second, and no request failed in either.",
    ),
    (
        "the generator fell behind",
        run({4200: 100}, on=ONE, reasons=("achieved 93 % of what was asked",)),
        run(FAST, on=FOUR),
        "untrusted",
        "No verdict: the load generator fell behind, so these figures say nothing reliable about the app.",
    ),
    (
        "different scripts",
        run(FAST, script="a/flows.yml"),
        run(FAST, script="b/other.yml"),
        "incomparable",
        "No verdict: the runs followed different scripts (flows.yml, other.yml), so the figures stand side by side but "
        "cannot be set against each other.",
    ),
    (
        "different load",
        run(FAST, on=ONE, arrivals=300),
        run(FAST, on=FOUR, arrivals=450),
        "incomparable",
        "No verdict: the runs did not ask for the same load, so the figures stand side by side but cannot be set "
        "against each other.",
    ),
    (
        "too little to tell",
        made_result({100: 99}, on=ONE),
        made_result({100: 99}, on=FOUR),
        "incomparable",
        "No verdict: 1 × standard-2x web has only 99 requests, so the figures stand side by side but cannot be set "
        "against each other.",
    ),
    (
        "stopped early",
        run(FAST, on=ONE),
        run(FAST, on=FOUR, stopped_early="Ctrl-C"),
        "incomparable",
        "No verdict: 4 × standard-2x web stopped early (Ctrl-C), so the figures stand side by side but cannot be set "
        "against each other.",
    ),
]


@pytest.mark.parametrize(
    ("before", "after", "verdict", "sentence"), [c[1:] for c in SENTENCES], ids=[c[0] for c in SENTENCES]
)
def test_the_sentence_is_worded_by_the_facts(
    before: LoadResult, after: LoadResult, verdict: str, sentence: str
) -> None:
    made = compare([before, after])
    assert (made.verdict, made.sentence) == (verdict, sentence)


def test_a_local_run_is_never_named_by_its_label() -> None:
    """A label could credit a provider with figures of this machine."""
    heroku, hetzner = formation(1, label="Heroku"), formation(4, label="Hetzner")
    for reasons in ((), ("fell behind",)):
        made = compare([run({4200: 100}, on=heroku, reasons=reasons), run(FAST, on=hetzner)])
        assert not re.search("heroku|hetzner", " ".join([made.sentence, *made.doubts]), re.IGNORECASE)


def test_prices_have_no_part_in_the_sentence() -> None:
    before, after = simulated(90, on=ONE), simulated(420, on=FOUR)
    unpriced = [replace(one, formation=replace(one.formation, price=None)) for one in (before, after) if one.formation]
    assert compare([before, after]).sentence == compare(unpriced).sentence
    assert not re.search(r"€|\$|EUR|USD|cost|price", compare([before, after]).sentence)


results = st.builds(
    lambda slow, count, failing, seconds: made_result(
        {100.5: count, slow: max(1, count // 8)}, explicit=min(failing, count), duration_s=seconds, on=ONE
    ),
    st.integers(1, 20_000),
    st.integers(100, 400),
    st.integers(0, 400),
    st.integers(30, 90),
)
OPPOSITE = {"better": "worse", "worse": "better", "same": "same", "mixed": "mixed"}


@given(results, results)
def test_what_is_better_one_way_round_is_worse_the_other(first: LoadResult, second: LoadResult) -> None:
    there, back = compare([first, second]).against[0], compare([second, first]).against[0]
    for change in ("rate", "p95", "failed", "slow", "verdict"):
        assert getattr(back, change) == OPPOSITE[getattr(there, change)]
    assert there.sentence.endswith(".")
    assert "\n" not in there.sentence


@given(results)
def test_a_run_does_not_differ_from_itself(result: LoadResult) -> None:
    made = compare([result, result])
    assert made.verdict == "same"
    assert "nothing changed beyond noise" in made.sentence


@pytest.mark.parametrize(("factor", "change"), [(1 + NOISE_RATIO * 0.8, "same"), (1 + NOISE_RATIO * 1.3, "worse")])
def test_latency_must_move_beyond_noise(factor: float, change: str) -> None:
    made = compare([run({500: 100}, on=ONE), run({500 * factor: 100}, on=ONE)])
    assert made.against[0].p95 == change


def test_a_millisecond_is_no_difference() -> None:
    assert compare([run({1.0: 100}), run({1.9: 100})]).against[0].p95 == "same"


def test_failures_must_differ_by_more_than_chance() -> None:
    few, some, many = (run(FAST, explicit=count) for count in (10, 14, 40))
    assert compare([few, some]).against[0].failed == "same"
    assert compare([few, many]).against[0].failed == "worse"


def test_failing_fast_does_not_count_as_answering() -> None:
    """An app that refuses everything at once answers more requests, and none."""
    steady, refusing = run({100: 100}), run({1: 400}, explicit=3900)
    made = compare([steady, refusing])
    assert made.runs[1].requests_per_s > made.runs[0].requests_per_s
    assert made.against[0].rate == "worse"


def test_figures_of_a_run() -> None:
    made = compare([run({100: 95, 3000: 5}, network=20, explicit=30, duration_s=50), run(FAST)]).runs[0]
    assert made.requests == 1020
    assert made.answered_per_s == pytest.approx(970 / 50)
    assert made.failed == 50
    assert made.failed_share == pytest.approx(50 / 1020)
    assert made.p95_ms == pytest.approx(100, rel=0.01)
    assert made.p99_ms == pytest.approx(3000, rel=0.01)
    assert made.max_ms == 3000


def test_the_busiest_ten_seconds() -> None:
    quiet = [Second(at, 5, 1, 1, 1.0, 1.0, 1.0, 1.0, 0, 1) for at in range(30)]
    busy = [replace(second, requests=50) if 12 <= second.at_s < 22 else second for second in quiet]
    result = replace(run(FAST), seconds=busy)
    assert compare([result, run(FAST)]).runs[0].busiest_per_s == 50


def test_empty_runs_are_compared_without_a_fault() -> None:
    made = compare([made_result({}), made_result({}, duration_s=0)])
    assert made.verdict == "incomparable"
    assert made.runs[0].p95_ms is None
    assert made.against[0].p95_ratio is None


def test_three_runs_stand_against_the_first_and_the_last_has_the_headline() -> None:
    made = compare([simulated(80, on=formation(1)), simulated(115, on=formation(2)), simulated(500, on=formation(8))])
    assert [against.sentence.split(",")[0] for against in made.against] == [
        "With 2 × standard-2x web instead of 1",
        "With 8 × standard-2x web instead of 1",
    ]
    assert made.sentence == made.against[1].sentence


def test_two_processes_that_changed_are_both_named() -> None:
    worker = {"worker": ProcessFormation(1, "standard-1x")}
    before, after = (replace(one, processes={**one.processes, **worker}) for one in (ONE, FOUR))
    after = replace(after, processes={**after.processes, "worker": ProcessFormation(2, "standard-1x")})
    sentence = compare([run(FAST, on=before), run({10: 100}, on=after)]).sentence
    assert sentence.startswith(
        "With 4 × standard-2x web + 2 × standard-1x worker instead of 1 × standard-2x web + 1 × standard-1x worker, "
    )


def test_random_arrivals_may_differ_a_little_and_phases_may_not() -> None:
    base = run(FAST, on=ONE, arrivals=300)
    assert compare([base, run(FAST, on=ONE, arrivals=310)]).verdict == "same"
    longer = replace(base, phases=[*base.phases, PhaseResult("peak", 60, 10, 50, 50, 1.0)])
    assert compare([base, longer]).verdict == "incomparable"


def test_one_side_here_and_one_elsewhere_gives_no_verdict() -> None:
    made = compare([run({4200: 100}, on=formation(1, target="remote")), run(FAST, on=FOUR)])
    assert made.verdict == "incomparable"
    assert "one side ran on this machine" in made.doubts[0]


def test_untrusted_outranks_every_other_doubt() -> None:
    made = compare([replace(run(FAST, script="a.yml"), generator=generator("late")), run(FAST, script="b.yml")])
    assert made.verdict == "untrusted"
    assert not made.trusted


def test_labels_are_distinct() -> None:
    assert distinct(["after", " ", "after", "after (2)"]) == ("after", "run", "after (2)", "after (2) (2)")
    assert [run.label for run in compare([run(FAST), run(FAST)], ["a", "b"]).runs] == ["a", "b"]


@pytest.mark.parametrize(("count", "labels"), [(1, ["a"]), (2, ["a"]), (2, ["a", "b", "c"])])
def test_the_wrong_number_of_runs_or_labels_is_refused(count: int, labels: list[str]) -> None:
    with pytest.raises(ValueError, match=r"two results|zip"):
        compare([run(FAST)] * count, labels)
