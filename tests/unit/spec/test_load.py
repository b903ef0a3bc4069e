"""hafen.yaml: what is accepted, and that every mistake is told with its place and a way out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hafen.errors import SpecInvalid, UnknownName, UserError
from hafen.spec.load import load_app, load_spec

GOOD = """\
app: shop
release: python manage.py migrate
processes:
  web: {command: gunicorn shop, replicas: 2, size: standard-2x, health: {path: /readyz}}
  worker:
    command: celery -A shop worker
config:
  SECRET_KEY: {secret: true, generate: true}
  LOG_LEVEL:
domains: [shop.example.com]
environments:
  production:
    processes: {web: {replicas: 4}}
    config: {SENTRY_DSN: {secret: true}}
  local: {target: local, domains: []}
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return tmp_path / "hafen.yaml"


def mistakes(spec: Path, text: str | bytes) -> list[str]:
    spec.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SpecInvalid) as raised:
        load_spec(spec)
    return str(raised.value).splitlines()


def test_an_environment_overrides_parts_and_leaves_the_rest(spec: Path) -> None:
    spec.write_text(GOOD)
    production, local = load_app(spec, "production"), load_app(spec, "local")
    assert production.processes["web"].replicas == 4
    assert production.processes["web"].size == "standard-2x"
    assert production.domains == ("shop.example.com",)
    assert set(production.config) == {"SECRET_KEY", "LOG_LEVEL", "SENTRY_DSN"}
    assert local.processes["web"].replicas == 2
    assert local.domains == ()


def test_local_needs_no_entry_and_an_unknown_environment_is_told(spec: Path) -> None:
    spec.write_text("app: shop\nprocesses: {web: {command: x}}\n")
    assert load_app(spec, "local").environments["local"].target == "local"
    with pytest.raises(UnknownName, match="no environment 'staging'"):
        load_app(spec, "staging")


def test_a_file_that_is_not_there_says_how_to_make_it(spec: Path) -> None:
    with pytest.raises(UserError, match="hafen import heroku"):
        load_spec(spec)


def test_all_mistakes_come_at_once_in_the_order_of_the_file(spec: Path) -> None:
    found = mistakes(
        spec,
        """\
app: Shop
relase: x
processes:
  web: {command: a, replicas: -1, size: standart-2x}
  web: {command: b}
  worker: {command: "", port: 99999, healt: {}}
config:
  SECRET_KEY: hunter2
  X: {requried: false}
  PORT:
environments:
  production: {processes: {wbe: {replicas: 1}}}
  local: {target: k8s}
""",
    )
    assert found == [
        "hafen.yaml:1 app: must be lower-case letters, digits and hyphens, at most 30, a letter first",
        "  try: web",
        "hafen.yaml:2 relase: is not a key that Hafen knows",
        "  try: release",
        "hafen.yaml:4 processes.web.replicas: -1 is out of range",
        "  try: at least 0",
        "hafen.yaml:4 processes.web.size: 'standart-2x' is not known here",
        "  try: standard-2x",
        "hafen.yaml:5 processes.web: stands twice (first in line 4)",
        "  try: keep one of them",
        "hafen.yaml:6 processes.worker.command: is empty",
        "hafen.yaml:6 processes.worker.port: 99999 is out of range",
        "  try: at most 65535",
        "hafen.yaml:6 processes.worker.healt: is not a key that Hafen knows",
        "  try: health",
        "hafen.yaml:8 config.SECRET_KEY: a value stands here; values never stand in hafen.yaml",
        "  try: `hafen config set SECRET_KEY`",
        "hafen.yaml:9 config.X.requried: is not a key that Hafen knows",
        "  try: required",
        "hafen.yaml:10 config.PORT: is set by the platform, not by you",
        "  try: remove it",
        "hafen.yaml:12 environments.production.processes.wbe: there is no process 'wbe'",
        "  try: web",
        "hafen.yaml:13 environments.local.target: 'k8s' is not known here",
        "  try: one of local, kubernetes",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("# only a comment\n", "is empty"),
        ("- a list", "is not a mapping"),
        ("app: shop\n\tprocesses: {}", "hafen.yaml:2: a tab where YAML wants spaces"),
        ("a: &x [*x]", "an alias that contains itself"),
        ("a: *nobody", "undefined alias"),
        ("app: !!python/object:os.system x", "hafen.yaml:1 app: the tag"),
        ("%YAML 1.3\n---\na: b", "version minor part"),
        ("app: a\n---\napp: b", "another document"),
        ("[" * 3000, "nested deeper than 40"),
        (b"app: \xff", "is not UTF-8 text"),
        (b"app: a\0b", "is a binary file"),
        (b"x" * (1024 * 1024 + 1), "is larger than 1 MiB"),
        ("? [a]\n: b", "a key that is not a plain word"),
        ("app: 'shop", "found unexpected end of stream"),
    ],
)
def test_what_is_no_spec_at_all_is_one_clear_line(spec: Path, text: str | bytes, said: str) -> None:
    assert said in "\n".join(mistakes(spec, text))


def test_aliases_that_multiply_are_counted_before_they_are_followed(spec: Path) -> None:
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))
    assert "more than 20000 values" in mistakes(spec, f"a0: &a0 [1]\n{levels}")[0]


def test_merge_keys_work_as_people_use_them(spec: Path) -> None:
    spec.write_text(
        "app: shop\nprocesses:\n  web: &base {command: serve, replicas: 3}\n  worker: {<<: *base, command: work}\n"
    )
    assert load_spec(spec).processes["worker"].model_dump(include={"command", "replicas"}) == {
        "command": "work",
        "replicas": 3,
    }


def test_a_value_under_config_is_never_repeated(spec: Path) -> None:
    found = "\n".join(mistakes(spec, GOOD.replace("LOG_LEVEL:", "LOG_LEVEL: s3cr3t-value")))
    assert "s3cr3t-value" not in found
    assert "hafen config set LOG_LEVEL" in found


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_whatever_is_in_the_file_the_answer_is_a_spec_or_words(
    tmp_path_factory: pytest.TempPathFactory, content: str | bytes
) -> None:
    file = tmp_path_factory.mktemp("any") / "hafen.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    with pytest.raises(SpecInvalid) as raised:
        load_spec(file)
    assert all(problem.where.startswith("hafen.yaml") for problem in raised.value.problems)


KEYS = ["app", "processes", "web", "command", "config", "A", "environments", "production", "health", "size", "domains"]
YAML_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(KEYS), below, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(KEYS), YAML_VALUES, max_size=6))
def test_any_shape_of_the_known_keys_is_answered(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, object]
) -> None:
    file = tmp_path_factory.mktemp("shape") / "hafen.yaml"
    file.write_text(json.dumps(data), encoding="utf-8")
    answer = _answer(file)
    assert answer


def _answer(file: Path) -> object:
    """The spec's processes, or the words that say why there is none."""
    try:
        return load_spec(file).processes
    except SpecInvalid as invalid:
        return invalid.problems
