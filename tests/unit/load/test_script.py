"""Scripts: what is wrong is told all at once, by line; what is not supported is refused by name."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hafen.errors import ScriptInvalid, UnknownName
from hafen.load.plan import Loop, Request, Think
from hafen.load.script import Options, build_plan, read_script
from load_runs import plan_of, problems_of, script, write_script

GOOD = """\
config:
  target: http://127.0.0.1:8000/base
  phases:
    - {duration: 2m, arrivalRate: 5, rampTo: "20", name: ramp}
    - {pause: 10}
    - {duration: 10, arrivalCount: 100, maxVusers: 7}
  environments:
    staging:
      target: https://staging.example
      phases: [{duration: 1, arrivalRate: 1}]
      variables: {b: 2}
  variables: {a: [1, 2], b: 1}
  http: {timeout: 5, pool: 10}
scenarios:
  - weight: 3
    flow:
      - get: {url: /}
      - think: 0.5
      - loop: [{get: {url: "/{{ $loopElement }}"}}]
        over: a
"""


def test_a_good_script(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, GOOD)
    assert (plan.target, plan.prefix, plan.origin.port) == ("http://127.0.0.1:8000/base", "/base", 8000)
    assert [(phase.duration_s, phase.rate, phase.ramp_to, phase.count) for phase in plan.phases] == [
        (120, 5, 20, None),
        (10, 0, None, None),
        (10, 0, None, 100),
    ]
    assert (plan.http.timeout_s, plan.http.pool) == (5, 10)
    assert [type(step) for step in plan.scenarios[0].steps] == [Request, Think, Loop]
    assert plan.warnings == ("script.yml:18: think: 0.5 waits 0.5 s; Artillery barely waits",)


def test_without_phases_there_is_one_user(tmp_path: Path) -> None:
    (phase,) = plan_of(tmp_path, "config: {target: http://x}\nscenarios: [{flow: [{get: {url: /}}]}]").phases
    assert phase.count == 1


def test_an_environment_the_caller_and_overrides_change_the_script(tmp_path: Path) -> None:
    options = Options(environment="staging", variables={"c": 3}, overrides={"config": {"http": {"timeout": 9}}})
    plan = plan_of(tmp_path, GOOD, options)
    assert (plan.target, plan.origin.scheme, plan.origin.port) == ("https://staging.example", "https", 443)
    assert len(plan.phases) == 1
    assert plan.variables == {"a": [1, 2], "b": 2, "c": 3}
    assert (plan.http.timeout_s, plan.http.pool) == (9, 10)
    options = Options(target="http://other:81", phases=[{"duration": 3, "arrivalRate": 2, "name": "mine"}])
    plan = plan_of(tmp_path, GOOD, options)
    assert (plan.origin.host, plan.phases[0].name) == ("other", "mine")


def test_an_unknown_environment_names_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"it has: staging"):
        plan_of(tmp_path, GOOD, Options(environment="production"))


def test_a_mistake_in_an_environment_has_its_own_line(tmp_path: Path) -> None:
    text = GOOD.replace("phases: [{duration: 1, arrivalRate: 1}]", "phases: [{duration: 1, arivalRate: 1}]")
    problems = problems_of(tmp_path, text, Options(environment="staging"))
    assert {problem.where for problem in problems} == {"script.yml:10"}


@pytest.mark.parametrize(
    ("line", "where", "what", "hint"),
    [
        ("- get: {url: /, hedaers: {a: b}}", 8, "is not a key that stands here", "headers"),
        ("- get: /", 8, "must be a mapping", "get: {url: /}"),
        ("- get: {json: {}}", 8, "has no url", "url: /"),
        ("- gett: {url: /}", 8, "is not a step", "one of get"),
        ("- function: doIt", 8, "is not supported by Hafen", "JavaScript"),
        ("- post: {url: /, beforeRequest: f}", 8, "is not supported by Hafen", "JavaScript"),
        ("- get: {url: /, capture: {xpath: //a, as: b}}", 8, "is not supported by Hafen", "json, header"),
        ("- get: {url: /, capture: {json: $.a}}", 8, "where the value goes", "as: token"),
        ('- get: {url: /, capture: {json: "$..[?(", as: a}}', 8, "is not a JSONPath", "$.people"),
        ('- get: {url: /, capture: {regexp: "(", as: a}}', 8, "is not a regular expression", "id="),
        ("- get: {url: /, expect: {statusCode: twohundred}}", 8, "is not a status code", "200"),
        ("- get: {url: /, expect: {statuscode: 200}}", 8, "is not a key that stands here", "statusCode"),
        ("- get: {url: /, ifTrue: 'a >'}", 8, "is not a condition", "name =="),
        ('- get: {url: "/{{ a"}', 8, "not closed", "{{ name }}"),
        ('- get: {url: "/{{ $fakeName() }}"}', 8, "is not supported", "$randomNumber"),
        ("- post: {url: /, json: {}, form: {}}", 8, "has json and form", "keep one"),
        ("- get: {url: /, probability: 101}", 8, "out of range", "0 to 100"),
        ("- {loop: [{get: {url: /}}]}", 8, "one of count and over", "count: 10"),
        ("- {loop: [{get: {url: /}}], count: many}", 8, "is not a count", "1-10"),
        ("- {think: soon}", 8, "is not a duration", "500ms"),
        ("- [{get: {url: /}}]", 8, "must be a mapping", ""),
    ],
)
def test_mistakes_in_steps(tmp_path: Path, line: str, where: int, what: str, hint: str) -> None:
    problems = problems_of(tmp_path, script("http://127.0.0.1:1", "get: {url: /}").replace("- get: {url: /}", line))
    assert problems, "nothing was found"
    assert what in problems[0].what
    assert hint in problems[0].hint
    assert problems[0].where == f"script.yml:{where - 1}"


@pytest.mark.parametrize(
    ("config", "what"),
    [
        ("{}", "there is no target"),
        ("{target: ftp://x}", "is not an http address"),
        ("{target: 'http://u:p@x'}", "more than scheme, host, port"),
        ("{target: 'http://x:99999'}", "is not an address"),
        ("{target: http://x, phases: []}", "must be a list of phases"),
        ("{target: http://x, phases: [{duration: 1}]}", "says nothing about arrivals"),
        ("{target: http://x, phases: [{arrivalRate: 1}]}", "has no duration"),
        ("{target: http://x, phases: [{duration: -1, arrivalRate: 1}]}", "out of range"),
        ("{target: http://x, phases: [{duration: .nan, arrivalRate: 1}]}", "must be a number"),
        ("{target: http://x, phases: [{duration: 100000, arrivalRate: 10000}]}", "more than 100 million"),
        ("{target: http://x, processor: ./hooks.js}", "is not supported by Hafen"),
        ("{target: http://x, plugins: {publish-metrics: []}}", "is not supported by Hafen"),
        ("{target: http://x, ensure: {thresholds: [{http.response_time.p99: fast}]}}", "must be a number"),
        ("{target: http://x, ensure: {conditions: [{expression: 'a <'}]}}", "is not a condition"),
        ("{target: http://x, http: {pool: 0}}", "out of range"),
        ("{target: http://x, tls: {rejectUnauthorized: maybe}}", "must be true or false"),
    ],
)
def test_mistakes_in_config(tmp_path: Path, config: str, what: str) -> None:
    problems = problems_of(tmp_path, f"config: {config}\nscenarios: [{{flow: [{{get: {{url: /}}}}]}}]\n")
    assert [what in problem.what for problem in problems] == [True], problems
    assert problems[0].where == "script.yml:1"


def test_all_mistakes_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = "config:\n  phases: x\nscenarios:\n  - flow:\n      - gett: 1\n      - get: {}\n    wieght: 1\n"
    problems = problems_of(tmp_path, text)
    lines = [int(problem.where.rpartition(":")[2]) for problem in problems]
    assert lines == sorted(lines)
    assert {2, 5, 6, 7} <= set(lines)


def test_what_nothing_sets_is_warned_of(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, script("http://x", 'get: {url: "/{{ tokn }}"}'))
    assert plan.warnings == ('script.yml:7: nothing sets tokn; it is sent as "undefined"',)


def test_secrets_of_the_environment_reach_the_plan_but_no_message(tmp_path: Path) -> None:
    config = "config: {target: http://x, http: {timeout: '{{ $processEnvironment.SECRET }}'}}"
    text = f"{config}\nscenarios: [{{flow: [{{get: {{url: /}}}}]}}]"
    path = write_script(tmp_path, text)
    with pytest.raises(ScriptInvalid) as invalid:
        build_plan(read_script(path, Options()), tmp_path, {"SECRET": "hunter2"})
    assert "hunter2" not in str(invalid.value)


@pytest.mark.parametrize(
    "text", ["", "[]", "a: b: c", "\t- x", "config: 1\nscenarios: 2", "scenarios:\n- flow: &a [*a]"]
)
def test_what_is_no_script_is_told(tmp_path: Path, text: str) -> None:
    assert problems_of(tmp_path, text)


def test_a_script_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScriptInvalid, match="cannot be read"):
        read_script(tmp_path / "none.yml", Options())


KEYS = """
config target phases duration arrivalRate rampTo arrivalCount pause name maxVusers payload path fields order
variables environments http timeout pool defaults headers cookie tls rejectUnauthorized ensure thresholds
conditions expression plugins expect scenarios weight flow get post url uri qs json body form auth user pass
capture as strict regexp header group match value statusCode contentType hasProperty equals loop count over
think jitter log ifTrue probability hafen implicitErrors slowMs mode engine gzip followRedirect maxErrorRate
strictCapture delimiter options loadAll
""".split()  # noqa: SIM905 - a list of so many words would hide the test
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-5, 1000)
    | st.floats()
    | st.sampled_from(
        ["/", "http://x", "{{ a }}", "{{ a", "$.a[0]", "5", "10m", "1-5", "a > 1", "a >", "", "20%", "200", "$..*"]
    )
    | st.text(max_size=5)
)
anything = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=25,
)
steps = st.lists(st.dictionaries(st.sampled_from(KEYS), anything, min_size=1, max_size=3), max_size=4)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(config=anything, steps=steps, more=anything)
def test_any_script_is_a_plan_or_told(tmp_path: Path, config: Any, steps: Any, more: Any) -> None:
    written = {"config": config, "scenarios": [{"flow": steps}, more]}
    path = write_script(tmp_path, json.dumps(written))
    try:
        plan = build_plan(read_script(path, Options()), tmp_path, {})
    except ScriptInvalid as invalid:
        told = [problem.where.startswith("script.yml") for problem in invalid.problems]
    else:
        told = [bool(plan.scenarios)]
    assert told
    assert all(told)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cut=st.integers(0, len(GOOD)), put=st.text(alphabet=" \t\n-:{}[]&*!|>'\"%@`a1", max_size=3), gone=st.integers(0, 4)
)
def test_any_typo_in_a_good_script_is_a_plan_or_told(tmp_path: Path, cut: int, put: str, gone: int) -> None:
    path = write_script(tmp_path, GOOD[:cut] + put + GOOD[cut + gone :])
    with contextlib.suppress(ScriptInvalid):
        assert build_plan(read_script(path, Options()), tmp_path, {}).scenarios
