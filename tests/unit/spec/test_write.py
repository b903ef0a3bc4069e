"""What is written loads as what it was written from."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from ruamel.yaml import YAML

from hafen.model.app import App
from hafen.spec.load import load_spec
from hafen.spec.write import write_app

MINIMAL: dict[str, Any] = {"app": "shop", "processes": {"web": {"command": "puma"}}}


def loaded(text: str) -> App:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "hafen.yaml")
        path.write_text(text, encoding="utf-8")
        return load_spec(path)


def app(**changes: Any) -> App:
    return App.model_validate({**MINIMAL, **changes})


def test_the_least_is_short() -> None:
    text = write_app(app())
    assert [line for line in text.splitlines() if line and not line.startswith("#")] == [
        "app: shop",
        "processes:",
        "  web:",
        "    command: puma",
    ]


def test_every_part_comes_back() -> None:
    whole = app(
        image="registry.example/team/shop",
        processes={
            "web": {
                "command": "puma -p $PORT",
                "replicas": 0,
                "size": "performance-l-ram",
                "port": 8000,
                "health": {"path": "/up?full=1", "interval_s": 0.5, "timeout_s": 9, "grace_s": 3600},
                "stop_s": 12.5,
            }
        },
        release="rake db:migrate",
        postdeploy="rake db:seed",
        config={"SECRET_KEY": {"secret": True, "generate": True, "description": "yes: 'it' \"is\" # one"}, "NO": {}},
        addons={"redis": {"was": "heroku-redis:mini", "replacement": "", "config": ["REDIS_URL", "NO"]}},
        domains=["*.shop.example", "shop.example"],
        volumes={"data": {"variable": "DATA_DIR"}},
        schedules={"nightly": {"command": "rake report", "cron": "30 4 * * *"}},
        environments={
            "local": {"target": "local", "domains": [], "config": {"X": {"required": False}}},
            "production": {"processes": {"web": {"replicas": 4, "stop_s": 30}}, "image": "other"},
        },
    )
    assert loaded(write_app(whole)) == whole


AWKWARD = [
    *("yes", "no", "null", "~", "1", "1.5", "0x1f", "1e3", "true", "OFF", "Infinity", ".inf", "2021-01-01", "12:30:00"),
    *(
        "-",
        "- a",
        "a: b",
        "a #b",
        "#a",
        "'",
        '"',
        "\\",
        "&a",
        "*a",
        "!a",
        "{a}",
        "[a]",
        "%a",
        "@a",
        "`a`",
        "|",
        ">",
        "?",
    ),
    *("? a", "=", "<<", "...", "---", "a\nb", "a\tb", " a", "a ", "a\u0000b", "\x7f", "\x85", "\u2028", "\ufeffa"),
    *("ünïcödé", "日本", "😀"),
]


@pytest.mark.parametrize("text", AWKWARD)
def test_any_text_comes_back(text: str) -> None:
    for whole in (app(release=text), app(config={"A": {"description": text}}), app(addons={"a": {"was": text}})):
        assert loaded(write_app(whole)) == whole


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80), st.booleans(), st.integers(0, 100))
def test_random_apps_come_back(text: str, flag: bool, count: int) -> None:
    whole = app(
        processes={"web": {"command": text, "replicas": count}},
        config={"KEY": {"description": text, "secret": flag, "required": not flag}},
        postdeploy=text,
    )
    assert loaded(write_app(whole, head=text, notes={"processes.web": text})) == whole


@settings(max_examples=100, deadline=None)
@given(st.from_regex(r"\A[a-z]([a-z0-9-]{0,28}[a-z0-9])?\Z"))
def test_any_name_comes_back(name: str) -> None:
    try:
        whole = app(app=name, processes={name: {"command": "x"}})
    except ValidationError:
        return
    assert loaded(write_app(whole)) == whole


def test_comments_stand_where_they_belong() -> None:
    whole = app(environments={"local": {"target": "local"}})
    text = write_app(whole, head="first", notes={"environments.local": "one\ntwo"}, ask_schedules=True)
    assert text.startswith("# first\napp: shop\n")
    assert "  # one\n  # two\n  local:\n    target: local\n" in text
    assert "# schedules:\n" in text
    assert loaded(text) == whole


def test_the_example_of_a_schedule_is_valid_without_its_hashes() -> None:
    text = write_app(app(), ask_schedules=True)
    example = text[text.index("# schedules:") :]
    opened = YAML(typ="safe").load("".join(line.removeprefix("# ") + "\n" for line in example.splitlines()))
    assert app(**opened).schedules
    assert "# schedules" not in write_app(app(**opened), ask_schedules=True)
