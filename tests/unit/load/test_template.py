"""Templates."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hafen.load.template import Surroundings, TemplateInvalid, join, json_pieces, parse

AROUND = Surroundings({"TOKEN": "t1"}, {"$environment": "prod"})
VARIABLES: dict[str, Any] = {"a": {"b": [10, {"c-d": "x"}]}, "n": 5, "f": 2.0, "s": "text", "yes": True, "none": None}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("plain", "plain"),
        ("{{ n }}", "5"),
        ("{{n}}-{{ s }}", "5-text"),
        ("{{{ s }}}", "text"),
        ("{{ a.b[0] }}", "10"),
        ("{{ a.b[1]['c-d'] }}", "x"),
        ("{{ a.b.1.c-d }}", "x"),
        ("{{ a.b.length }}", "2"),
        ("v={{ a }}", 'v={"b":[10,{"c-d":"x"}]}'),
        ("{{ missing }}", "undefined"),
        ("{{ a.missing.deep }}", "undefined"),
        ("{{ f }}|{{ yes }}|{{ none }}", "2|true|null"),
        ("{{ $processEnvironment.TOKEN }}", "t1"),
        ("{{ $env.TOKEN }} {{ $environment }}", "t1 prod"),
        ("{{ $processEnvironment.NONE }}", "undefined"),
        ("{{ $randomNumber(3, 3) }}", "3"),
        ("{ }}", "{ }}"),
    ],
)
def test_texts(source: str, text: str) -> None:
    assert parse(source, AROUND).text(VARIABLES) == text


def test_a_lone_template_keeps_its_type() -> None:
    assert parse("{{ a.b }}", AROUND).value(VARIABLES) == [10, {"c-d": "x"}]
    assert parse(" {{ n }}", AROUND).value(VARIABLES) == " 5"


def test_random_things_are_within_bounds_and_differ() -> None:
    numbers = {parse("{{ $randomNumber(1,5) }}", AROUND).value({}) for _ in range(200)}
    assert numbers == {1, 2, 3, 4, 5}
    words = {parse("{{ $randomString(8) }}", AROUND).text({}) for _ in range(20)}
    assert len(words) == 20
    assert all(len(word) == 8 and word.isalnum() for word in words)


def test_what_is_known_before_the_run_is_constant() -> None:
    assert parse("a{{ $env.TOKEN }}", AROUND).constant == "at1"
    assert parse("a{{ n }}", AROUND).constant is None


@pytest.mark.parametrize(
    "source", ["{{ a", "{{ $faker() }}", "{{ $randomNumber(x) }}", "{{ a b }}", "{{ }}", "{{ $env }}"]
)
def test_what_is_not_understood_is_refused(source: str) -> None:
    with pytest.raises(TemplateInvalid):
        parse(source, AROUND)


@given(st.text())
def test_any_text_is_a_template_or_refused(source: str) -> None:
    try:
        template = parse(source, AROUND)
    except TemplateInvalid:
        return
    assert isinstance(template.text(VARIABLES), str)
    if "{{" not in source:
        assert template.text({}) == source


def test_json_keeps_types_and_quotes_texts() -> None:
    wanted = {"n": "{{ n }}", "list": ["{{ a.b }}", 'say "{{ s }}"'], "{{ s }}": None, "gone": "{{ missing }}"}
    pieces, names = json_pieces(wanted, AROUND)
    assert json.loads(join(pieces, VARIABLES)) == {
        "n": 5,
        "list": [[10, {"c-d": "x"}], 'say "text"'],
        "text": None,
        "gone": "undefined",
    }
    assert names == {"n", "a", "s", "missing"}


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text().filter(lambda text: "{{" not in text),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text().filter(lambda text: "{{" not in text), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(json_values)
def test_json_without_templates_is_itself(value: Any) -> None:
    pieces, _ = json_pieces(value, AROUND)
    assert json.loads(join(pieces, {})) == value
    assert len(pieces) == 1
