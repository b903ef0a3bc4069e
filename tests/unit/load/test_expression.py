"""The language of `ifTrue` and `ensure`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hafen.load.expression import ExpressionInvalid, parse_expression
from hafen.load.template import dig_dotted

VARIABLES = {"n": 5, "s": "text", "deep": {"x": 2}, "five": "5", "yes": True, "http.codes.200": 3}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("n > 3", True),
        ("n > 3 and n < 5", False),
        ("n == 5 or missing > 1", True),
        ("not (n == 5)", False),
        ('s == "text"', True),
        ("s != 'n'", True),
        ("n == five", True),
        ("deep.x * 2 + 1 == n", True),
        ("2 + 3 * 4 ^ 2", 50),
        ("(created - 1) / 0 <= 1", False),
        ("-n + 6", 1),
        ("n > 3 ? 1 : 2", 1),
        ("max(n, 7) % 4", 3),
        ("missing > 1", False),
        ("missing", False),
        ("yes", True),
        ('s ~= "^te"', True),
        ("'http.codes.200' < 4", True),
    ],
)
def test_values(text: str, value: object) -> None:
    def look(name: str) -> object:
        return VARIABLES.get(name, dig_dotted(VARIABLES, name))

    found = parse_expression(text)(look)
    assert (bool(found) if isinstance(value, bool) else found) == value


@pytest.mark.parametrize("text", ["", "n >", "(n", "n n", "§", "f(1)", "1 +", "not", "a ? b", "(" * 200])
def test_what_is_not_in_the_language_is_refused(text: str) -> None:
    with pytest.raises(ExpressionInvalid):
        parse_expression(text)


@given(st.text(alphabet="ab1.+-*/%^<>=!~()?:,'\" notrd", max_size=40))
def test_any_text_has_a_value_or_is_refused(text: str) -> None:
    try:
        evaluate = parse_expression(text)
    except ExpressionInvalid:
        return
    evaluate(lambda name: dig_dotted(VARIABLES, name))
