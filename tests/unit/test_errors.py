"""The hierarchy is drawn, and the drawing is complete."""

from __future__ import annotations

import inspect
import re

import pytest

from hafen import errors

CLASSES = {
    name: found
    for name, found in vars(errors).items()
    if inspect.isclass(found) and issubclass(found, errors.HafenError) and not name.startswith("_")
}
DRAWN = re.findall(r"^([│ ]*)(?:[├└]── )?([A-Z]\w+)(?: +exit (\d+))?", errors.__doc__ or "", re.MULTILINE)


def test_every_class_is_drawn_once_and_no_other() -> None:
    drawn = [name for _, name, _ in DRAWN if name in CLASSES or name.endswith(("Error", "Invalid"))]
    assert sorted(drawn) == sorted(CLASSES)


@pytest.mark.parametrize(("name", "code"), [(name, int(code)) for _, name, code in DRAWN if code])
def test_the_drawn_exit_codes_are_the_classes_own(name: str, code: int) -> None:
    assert CLASSES[name].exit_code == code


def test_an_error_says_what_where_and_what_next() -> None:
    assert str(errors.UserError("is taken", where="port 80", hint="--port 8080")) == (
        "port 80: is taken\n  try: --port 8080"
    )
    assert str(errors.Problem("hafen.yaml:3", "app", "is missing", "app: shop")) == (
        "hafen.yaml:3 app: is missing\n  try: app: shop"
    )
    assert str(errors.Problem("hafen.yaml", "", "is empty")) == "hafen.yaml: is empty"
