"""The engine: users, flows, judgement, and what counts from when."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from load_runs import ONE_USER, errors_of, plan_of, run_plan, run_steps, script
from load_server import LoadServer

URL = "http://127.0.0.1:1"


@pytest.fixture
def server() -> Iterator[LoadServer]:
    with LoadServer() as running:
        yield running


def users(count: int, *more: str) -> str:
    return "\n".join((f"phases: [{{duration: 0.05, arrivalCount: {count}}}]", *more))


def test_every_user_that_is_due_comes_and_is_counted(server: LoadServer, tmp_path: Path) -> None:
    config = "phases: [{duration: 1, arrivalRate: 40}, {pause: 0.2}, {duration: 2, arrivalRate: 5, rampTo: 15}]"
    ledger = run_steps(tmp_path, server.url, "get: {url: /ok}", config=config)
    assert [(phase.asked, phase.started, phase.in_time) for phase in ledger.phases] == [(40,) * 3, (0,) * 3, (20,) * 3]
    assert len(server.seen) == ledger.total.counters["vusers.completed"] == 60
    assert sum(second.requests for second in ledger.seconds) == 60
    assert sum(second.arrivals_asked for second in ledger.seconds) == 60


def test_arrivals_keep_to_the_schedule(server: LoadServer, tmp_path: Path) -> None:
    """An engine that sent all at once, or at each second's start, would put nearly all into one tenth."""
    run_steps(tmp_path, server.url, "get: {url: /ok}", config="phases: [{duration: 1, arrivalRate: 200}]")
    first = server.seen[0].at
    tenths = [sum(1 for seen in server.seen if index <= (seen.at - first) * 10 < index + 1) for index in range(10)]
    assert max(tenths) < 120, tenths


def test_loops(server: LoadServer, tmp_path: Path) -> None:
    run_steps(
        tmp_path,
        server.url,
        'get: {url: /json, capture: {json: "$.people", as: people}}',
        '{loop: [{get: {url: "/a/{{ $loopCount }}/{{ $loopElement.id }}"}}], over: people}',
        '{loop: [{get: {url: "/b/{{ i }}"}}], count: 2, loopValue: i}',
        '{loop: [{get: {url: "/c/{{ $loopCount }}"}}], count: "1-3"}',
        '{loop: [{get: {url: "/d/{{ e }}"}}], over: [x, y], loopElement: e}',
        '{loop: [{loop: [{get: {url: "/e/{{ o }}{{ i }}"}}], count: 2, loopValue: i}], '
        'count: "{{ two }}", loopValue: o}',
        "{loop: [{get: {url: /never}}], over: nothing}",
        config=users(1, "variables: {two: 2, nothing: no}"),
    )
    assert server.paths() == [
        *["/json", "/a/0/1", "/a/1/2", "/a/2/3", "/b/0", "/b/1", "/c/1", "/c/2", "/d/x", "/d/y"],
        *["/e/00", "/e/01", "/e/10", "/e/11"],
    ]


def test_a_loop_without_a_request_stops_nobody_else(server: LoadServer, tmp_path: Path) -> None:
    text = script(
        server.url, "{loop: [{get: {url: /ok, ifTrue: a == 2}}], count: 20000}", "get: {url: /end}", config=users(3)
    )
    ledger = run_plan(plan_of(tmp_path, text))
    assert server.paths() == ["/end"] * 3
    assert ledger.total.counters["vusers.completed"] == 3


def test_before_and_after_run_once_and_what_before_captures_reaches_everybody(
    server: LoadServer, tmp_path: Path
) -> None:
    import asyncio

    from hafen.load.engine import Engine
    from hafen.load.once import run_once

    text = script(server.url, 'get: {url: "/{{ people[2].id }}"}')
    text += 'before: {flow: [{get: {url: /json, capture: {json: "$.people", as: people}}}]}\n'
    text += "after: {flow: [{get: {url: /after}}]}\n"
    plan = plan_of(tmp_path, text)

    async def run() -> dict[str, int]:
        given = await run_once(plan, "before", plan.before, {})
        engine = Engine(plan, seed=1, given=given)
        await engine.run(time.perf_counter(), lambda _second: None)
        await run_once(plan, "after", plan.after, given)
        return dict(engine.recorder.counters)

    assert asyncio.run(run())["http.requests"] == 1
    assert server.paths() == ["/json", "/3", "/after"]


def test_parallel_steps_run_at_the_same_time_and_then_the_user_goes_on(server: LoadServer, tmp_path: Path) -> None:
    ledger = run_steps(
        tmp_path,
        server.url,
        "parallel: [{get: {url: /slow/0.4}}, {get: {url: /slow/0.4, name: x}}, {think: 0.01}, "
        '{get: {url: /json, capture: {json: "$.id", as: id}}}]',
        'get: {url: "/{{ id }}"}',
    )
    assert server.paths()[3:] == ["/7"]
    assert sorted(server.paths()[:3]) == ["/json", "/slow/0.4", "/slow/0.4"]
    assert server.connections == 4
    assert ledger.total.counters["vusers.completed"] == 1
    assert ledger.total.session.max_us < 790_000


def test_parallel_has_a_limit_and_nests(server: LoadServer, tmp_path: Path) -> None:
    inner = "{parallel: [{get: {url: /c}}, {loop: [{get: {url: /d}}], count: 2}]}"
    steps = f"{{parallel: [{{get: {{url: /a}}}}, {{get: {{url: /b}}}}, {inner}], limit: 1}}", "get: {url: /end}"
    run_steps(tmp_path, server.url, *steps)
    assert server.paths()[:2] == ["/a", "/b"]
    assert sorted(server.paths()[2:5]) == ["/c", "/d", "/d"]
    assert server.paths()[5:] == ["/end"]


def test_a_branch_that_fails_fails_its_user_once(server: LoadServer, tmp_path: Path) -> None:
    steps = "parallel: [{get: {url: /quit}}, {get: {url: /slow/0.2}}, {get: {url: /quit}}]", "get: {url: /ok}"
    ledger = run_steps(tmp_path, server.url, *steps)
    assert ledger.total.counters["vusers.failed"] == 1
    assert errors_of(ledger).network == {"ECONNRESET": 2}
    assert "/ok" not in server.paths()


def test_any_text_can_be_sent(server: LoadServer, tmp_path: Path) -> None:
    """Half of a surrogate pair, from a JSON capture or a variable, must not end the run."""
    run_steps(
        tmp_path,
        server.url,
        'post: {url: "/ok/{{ v }}", qs: {q: "{{ v }}"}, headers: {X: "{{ v }}"}, json: {v: "{{ v }}"}}',
        'post: {url: /ok, form: {v: "{{ v }}"}, auth: {user: "{{ v }}", pass: x}}',
        config=f'{ONE_USER}\nvariables: {{v: "a\\ud800b"}}',
    )
    assert len(server.seen) == 2


def test_a_think_time_beyond_all_bounds_does_not_break_the_clock(server: LoadServer, tmp_path: Path) -> None:
    steps = 'parallel: [{think: "{{ long }}"}, {get: {url: /quit}}]', "get: {url: /ok}"
    plan = plan_of(tmp_path, script(server.url, *steps, config=f"{ONE_USER}\nvariables: {{long: 1.0e+300}}"))
    with pytest.raises(TimeoutError):
        run_plan(plan, deadline_s=0.5)


def test_conditions_and_probability(server: LoadServer, tmp_path: Path) -> None:
    run_steps(
        tmp_path,
        server.url,
        "get: {url: /yes, ifTrue: n > 1}",
        "get: {url: /no, ifTrue: n > 2}",
        "get: {url: /never, probability: 0}",
        "get: {url: /always, probability: 100}",
        config=users(1, "variables: {n: 2}"),
    )
    assert server.paths() == ["/yes", "/always"]


@pytest.mark.parametrize(
    ("capture", "sent"),
    [
        ('{json: "$.people[*].id", as: v}', {"/1", "/2", "/3"}),
        ('{json: "$.people[*].id", as: v, multiple: false}', {"/1"}),
        ('{json: "$..people[?(@.id > 2)].id", as: v}', {"/3"}),
        ('[{json: id, as: v}, {json: "$.name", as: w}]', {"/7"}),
        ("{header: Content-Type, as: v}", {"/application/json;%20charset=utf-8"}),
        ('{regexp: \'"name": *"(?<who>[a-z]+)"\', as: v, group: who}', {"/load"}),
        ("{regexp: 'l.ad', as: v}", {"/load"}),
        ('{json: "$.gone", as: v, strict: false}', {"/undefined"}),
    ],
)
def test_captures(server: LoadServer, tmp_path: Path, capture: str, sent: set[str]) -> None:
    run_steps(
        tmp_path, server.url, f"get: {{url: /json, capture: {capture}}}", 'get: {url: "/{{ v }}"}', config=users(12)
    )
    assert {path for path in server.paths() if path != "/json"} <= sent
    assert len(server.seen) == 24


def test_a_capture_that_finds_nothing_is_an_implicit_error_and_ends_the_user(
    server: LoadServer, tmp_path: Path
) -> None:
    ledger = run_steps(tmp_path, server.url, 'get: {url: /json, capture: {json: "$.gone", as: v}}', "get: {url: /ok}")
    assert server.paths() == ["/json"]
    assert ledger.total.counters["errors.Failed capture or match"] == ledger.total.counters["vusers.failed"] == 1
    assert errors_of(ledger).implicit == 1


@pytest.mark.parametrize(
    ("expect", "met"),
    [
        ("{statusCode: 200}", True),
        ("{statusCode: [201, 200]}", True),
        ("{statusCode: 201}", False),
        ("{notStatusCode: 500}", True),
        ("{contentType: json}", True),
        ("{contentType: text/html}", False),
        ('{hasProperty: "people[0].id"}', True),
        ("{hasProperty: nothing}", True),
        ("{hasProperty: gone}", False),
        ("{notHasProperty: gone}", True),
        ('{equals: ["{{ n }}", 7]}', True),
        ('{equals: ["{{ n }}", 8]}', False),
        ("{hasHeader: Content-Length}", True),
        ("{headerEquals: [content-length, 1]}", False),
        ("{matchesRegexp: lo+ad}", True),
        ("[{statusCode: 200}, {hasProperty: gone}]", False),
    ],
)
def test_expectations(server: LoadServer, tmp_path: Path, expect: str, met: bool) -> None:
    steps = f"get: {{url: /json, capture: {{json: $.id, as: n}}, expect: {expect}}}", "get: {url: /ok}"
    ledger = run_steps(tmp_path, server.url, *(step.replace("$.id", '"$.id"') for step in steps))
    assert errors_of(ledger).implicit == (0 if met else 1)
    assert ledger.total.counters["plugins.expect.failed"] == (0 if met else 1)
    assert server.paths() == ["/json", "/ok"]


def test_a_failed_expectation_ends_the_user_where_the_script_says_so(server: LoadServer, tmp_path: Path) -> None:
    config = users(1, "plugins: {expect: {reportFailuresAsErrors: true}}")
    steps = "get: {url: /json, name: it, expect: {statusCode: 201}}", "get: {url: /ok}"
    ledger = run_steps(tmp_path, server.url, *steps, config=config)
    assert server.paths() == ["/json"]
    assert ledger.total.counters["errors.Failed expectations for request it"] == 1


def test_errors_are_counted_three_ways(server: LoadServer, tmp_path: Path) -> None:
    config = users(1, 'hafen: {implicitErrors: ["$.error"], slowMs: 400}')
    steps = [f"get: {{url: {path}}}" for path in ("/status/503", "/no", "/slow/0.6", "/status/404", "/json")]
    errors = errors_of(run_steps(tmp_path, server.url, *steps, config=config))
    assert (errors.explicit, errors.implicit, errors.policy, errors.client) == (1, 1, 1, 1)
    assert errors.failed == 2


def test_users_above_max_vusers_are_skipped(server: LoadServer, tmp_path: Path) -> None:
    config = "phases: [{duration: 0.3, arrivalCount: 10, maxVusers: 2}]"
    ledger = run_steps(tmp_path, server.url, "get: {url: /slow/0.6}", config=config)
    assert len(server.seen) == 2
    assert ledger.phases[0].skipped == 8


def test_latency_counts_from_when_a_user_was_due(server: LoadServer, tmp_path: Path) -> None:
    """Two requests a user, the first slow: the second counts from the end of the first, not from the arrival."""
    ledger = run_steps(tmp_path, server.url, "get: {url: /slow/0.3}", "think: 0.2", "get: {url: /ok}")
    slow, quick = (ledger.total.endpoints[f"GET {path}"].response for path in ("/slow/0.3", "/ok"))
    assert slow.min_us >= 300_000
    assert quick.max_us < 450_000
    assert ledger.total.session.min_us >= 500_000


def test_a_user_whose_think_time_ends_during_a_pause_still_goes_on(server: LoadServer, tmp_path: Path) -> None:
    config = "phases: [{duration: 0.01, arrivalCount: 1}, {pause: 0.5}, {duration: 0.01, arrivalCount: 1}]"
    ledger = run_steps(tmp_path, server.url, "think: 0.1", "get: {url: /ok}", config=config)
    assert ledger.total.counters["vusers.completed"] == 2


def test_the_memory_of_ended_users_is_given_back(server: LoadServer, tmp_path: Path) -> None:
    import gc

    from hafen.load.connection import Connection
    from hafen.load.user import User

    gc.disable()
    try:
        run_steps(tmp_path, server.url, "get: {url: /json}", "get: {url: /ok}", config=users(50))
        left = [thing for thing in gc.get_objects() if isinstance(thing, User | Connection)]
    finally:
        gc.enable()
    assert len(left) <= 2
