"""The HTTP client against a server that does what servers should not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from load_runs import ONE_USER, errors_of, run_steps
from load_server import LoadServer


@pytest.fixture
def server() -> Iterator[LoadServer]:
    with LoadServer() as running:
        yield running


CAPTURE_ID = 'capture: {json: "$.people[1].id", as: id}'


@pytest.mark.parametrize("path", ["json", "chunked", "gzip", "deflate", "continue"])
def test_a_body_is_read_however_it_is_sent(server: LoadServer, tmp_path: Path, path: str) -> None:
    ledger = run_steps(tmp_path, server.url, f"get: {{url: /{path}, {CAPTURE_ID}}}", "get: {url: '/ok?{{ id }}'}")
    assert server.paths() == [f"/{path}", "/ok?2"]
    assert ledger.total.counters["vusers.completed"] == 1
    assert ledger.total.endpoints[f"GET /{path}"].codes == {200: 1}


def test_a_body_without_length_ends_with_its_connection(server: LoadServer, tmp_path: Path) -> None:
    ledger = run_steps(
        tmp_path, server.url, "get: {url: /old, capture: {json: $.id, as: id}}", "get: {url: '/{{ id }}'}"
    )
    assert server.paths() == ["/old", "/7"]
    assert ledger.total.counters["vusers.completed"] == 1


def test_head_has_no_body_and_keeps_its_connection(server: LoadServer, tmp_path: Path) -> None:
    ledger = run_steps(tmp_path, server.url, "head: {url: /head}", "get: {url: /ok}")
    assert [seen.method for seen in server.seen] == ["HEAD", "GET"]
    assert server.connections == 1
    assert ledger.total.counters["vusers.completed"] == 1


def test_a_user_keeps_one_connection(server: LoadServer, tmp_path: Path) -> None:
    run_steps(tmp_path, server.url, *["get: {url: /ok}"] * 5, config="phases: [{duration: 0.1, arrivalCount: 3}]")
    assert len(server.seen) == 15
    assert server.connections == 3


def test_a_pool_is_shared(server: LoadServer, tmp_path: Path) -> None:
    config = "phases: [{duration: 0.1, arrivalCount: 20}]\nhttp: {pool: 2}"
    ledger = run_steps(tmp_path, server.url, "get: {url: /slow/0.01}", "get: {url: /ok}", config=config)
    assert server.connections == 2
    assert ledger.total.counters["vusers.completed"] == 20


def test_waiting_for_a_pooled_connection_counts_as_latency(server: LoadServer, tmp_path: Path) -> None:
    config = "phases: [{duration: 0.01, arrivalCount: 5}]\nhttp: {pool: 1}"
    ledger = run_steps(tmp_path, server.url, "get: {url: /slow/0.1}", config=config)
    endpoint = ledger.total.endpoints["GET /slow/0.1"]
    assert endpoint.response.max_us > 480_000
    assert endpoint.service.max_us < 400_000


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("quit", "ECONNRESET"),
        ("half", "ECONNRESET"),
        ("garbage", "HPE_INVALID"),
        ("never", "ETIMEDOUT"),
        ("endless", "ETIMEDOUT"),
    ],
)
def test_no_whole_answer_ends_the_user_and_is_counted(server: LoadServer, tmp_path: Path, path: str, kind: str) -> None:
    config = "phases: [{duration: 0.01, arrivalCount: 2}]\nhttp: {timeout: 0.3}"
    ledger = run_steps(tmp_path, server.url, f"get: {{url: /{path}}}", "get: {url: /ok}", config=config)
    assert errors_of(ledger).network == {kind: 2}
    assert ledger.total.counters[f"errors.{kind}"] == ledger.total.counters["vusers.failed"] == 2
    assert "/ok" not in server.paths()
    assert ledger.total.endpoints[f"GET /{path}"].response.count == 0


def test_a_refused_connection_is_counted(tmp_path: Path) -> None:
    with LoadServer() as server:
        url = server.url
    assert errors_of(run_steps(tmp_path, url, "get: {url: /}")).network == {"ECONNREFUSED": 1}


def test_a_name_without_address_is_counted(tmp_path: Path) -> None:
    assert errors_of(run_steps(tmp_path, "http://nowhere.invalid", "get: {url: /}")).network == {"ENOTFOUND": 1}


def test_a_connection_closed_between_requests_is_opened_anew(server: LoadServer, tmp_path: Path) -> None:
    ledger = run_steps(tmp_path, server.url, "get: {url: /close}", "think: 0.1", "get: {url: /ok}")
    assert server.connections == 2
    assert ledger.total.counters["vusers.completed"] == 1


def test_an_answer_that_nobody_asked_for_costs_the_connection_only(server: LoadServer, tmp_path: Path) -> None:
    ledger = run_steps(tmp_path, server.url, "get: {url: /surplus}", "get: {url: /ok}")
    assert ledger.total.counters["vusers.completed"] == 1
    assert server.connections == 2


def test_redirects_are_followed_and_each_counts(server: LoadServer, tmp_path: Path) -> None:
    ledger = run_steps(
        tmp_path,
        server.url,
        f"post: {{url: /redirect/2, name: go, json: {{a: 1}}, {CAPTURE_ID}}}",
        "get: {url: '/{{ id }}'}",
    )
    assert [(seen.method, seen.path) for seen in server.seen] == [
        ("POST", "/redirect/2"),
        ("GET", "/redirect/1"),
        ("GET", "/json"),
        ("GET", "/2"),
    ]
    assert ledger.total.endpoints["go"].codes == {302: 2, 200: 1}
    assert server.seen[1].headers["cookie"] == "hop=1"


def test_redirects_in_a_circle_end_the_user(server: LoadServer, tmp_path: Path) -> None:
    ledger = run_steps(tmp_path, server.url, "get: {url: /turn}")
    assert ledger.total.counters["errors.ERR_TOO_MANY_REDIRECTS"] == 1
    assert len(server.seen) == 11


def test_redirects_are_not_followed_when_the_script_says_so(server: LoadServer, tmp_path: Path) -> None:
    ledger = run_steps(tmp_path, server.url, "get: {url: /redirect/2, followRedirect: false}")
    assert ledger.total.endpoints["GET /redirect/2"].codes == {302: 1}


def test_cookies_are_kept_for_each_user_and_path(server: LoadServer, tmp_path: Path) -> None:
    run_steps(tmp_path, server.url, "get: {url: /cookie}", "get: {url: /ok}", "get: {url: /narrow/x}")
    assert [seen.headers.get("cookie") for seen in server.seen] == [None, "session=s1", "narrow=1; session=s1"]


def test_what_a_request_says(server: LoadServer, tmp_path: Path) -> None:
    run_steps(
        tmp_path,
        server.url,
        'put: {url: "/ok/ü x?a=1", qs: {b: "{{ n }}", c: [1, 2]}, headers: {X-N: "{{ n }}", Accept: a/b}, '
        'json: {n: "{{ n }}", text: "n={{ n }}", deep: [{on: true, none: null}]}, cookie: {c: "{{ n }}"}, '
        "auth: {user: u, pass: p}}",
        'post: {url: /ok, form: {a: "x y", b: "{{ n }}"}}',
        'post: {url: /ok, body: "<a>{{ n }}</a>", headers: {content-type: text/xml}}',
        config=f"{ONE_USER}\nvariables: {{n: 5}}\nhttp: {{defaults: {{headers: {{X-All: y}}}}}}",
    )
    put, form, body = server.seen
    assert (put.method, put.path) == ("PUT", "/ok/%C3%BC%20x?a=1&b=5&c=1&c=2")
    assert put.body == b'{"n":5,"text":"n=5","deep":[{"on":true,"none":null}]}'
    assert put.headers["content-type"] == "application/json"
    assert (put.headers["x-n"], put.headers["accept"], put.headers["x-all"]) == ("5", "a/b", "y")
    assert put.headers["cookie"] == "c=5"
    assert put.headers["authorization"] == "Basic dTpw"
    assert form.body == b"a=x+y&b=5"
    assert form.headers["content-type"] == "application/x-www-form-urlencoded"
    assert (body.body, body.headers["content-type"]) == (b"<a>5</a>", "text/xml")


def test_a_line_break_cannot_forge_a_header(server: LoadServer, tmp_path: Path) -> None:
    config = 'phases: [{duration: 0.01, arrivalCount: 1}]\nvariables: {n: "a\\r\\nX-Forged: 1"}'
    ledger = run_steps(tmp_path, server.url, 'get: {url: /ok, headers: {X-N: "{{ n }}"}}', config=config)
    assert ledger.total.counters["errors.ERR_INVALID_CHAR"] == 1
    assert server.seen == []


def test_connections_beyond_the_limit_wait_and_are_told(server: LoadServer, tmp_path: Path) -> None:
    from load_runs import plan_of, run_plan, script

    config = "phases: [{duration: 0.05, arrivalCount: 12}]"
    plan = plan_of(tmp_path, script(server.url, "get: {url: /slow/0.05}", config=config))
    ledger = run_plan(plan, most_connections=3)
    assert ledger.total.counters["vusers.completed"] == 12
    assert ledger.total.endpoints["GET /slow/0.05"].response.max_us > 140_000
