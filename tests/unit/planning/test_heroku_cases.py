"""Facts in, hafen.yaml and findings out: one file a case, in tests/cases/heroku."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hafen.model.app import App
from hafen.planning.heroku_addons import REPLACEMENTS
from hafen.spec.load import load_spec
from hafen.spec.write import write_app
from heroku_cases import CASES, judge


def named(name: str) -> Any:
    return pytest.param(CASES[name], id=name)


def at(given: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        given = given[key]
    return given


def differences(wanted: Any, found: Any, path: str = "") -> list[str]:
    """Where `found` is not as wanted; a mapping may hold more than is wanted."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        return [
            line
            for key, value in wanted.items()
            for line in (
                differences(value, found[key], f"{path}.{key}") if key in found else [f"{path}.{key} is missing"]
            )
        ]
    return [] if wanted == found else [f"{path}: {found!r}, not {wanted!r}"]


def test_there_are_cases() -> None:
    assert len(CASES) >= 9


@pytest.mark.parametrize("case", [named(name) for name in CASES])
def test_what_hafen_yaml_says(case: dict[str, Any]) -> None:
    imported, _ = judge(case)
    said = imported.app.model_dump(mode="json")
    assert differences(case.get("spec", {}), said) == []
    if "local_config" in case:
        assert list(said["environments"]["local"]["config"]) == case["local_config"]
    for section in ("processes", "config", "volumes"):
        if section in case.get("spec", {}):
            assert said[section].keys() == case["spec"][section].keys()


@pytest.mark.parametrize("case", [named(name) for name in CASES])
def test_what_is_found(case: dict[str, Any]) -> None:
    _, report = judge(case)
    told = [(one.severity, one.subject, one.what) for one in report.findings]
    for severity, subject, words in case["findings"]:
        assert any((one[0], one[1]) == (severity, subject) and words in one[2] for one in told), (
            severity,
            subject,
            told,
        )
    assert not {subject for _, subject, _ in told} & set(case.get("absent", ()))
    assert [one[0] for one in told] == sorted((one[0] for one in told), key=["action", "note", "ok"].index)


@pytest.mark.parametrize("case", [named(name) for name in CASES])
def test_what_each_environment_gets(case: dict[str, Any]) -> None:
    imported, _ = judge(case)
    for environment, keys in case.get("values", {}).items():
        assert sorted(at(imported.values, (environment,))) == keys, environment


@pytest.mark.parametrize("case", [named(name) for name in CASES])
def test_what_it_costs(case: dict[str, Any]) -> None:
    _, report = judge(case)
    totals = {line.what: line.total and line.total.amount for line in report.costs}
    for what, amount in case.get("costs", {}).items():
        assert totals[what] == (None if amount is None else Decimal(amount)), what
    if "total" in case:
        assert report.total is not None
        assert report.total.amount == Decimal(case["total"])
        assert report.total.source
    if case.get("costs") == {}:
        assert report.costs == ()


@pytest.mark.parametrize("case", [named(name) for name in CASES])
def test_what_is_written_loads_as_the_same_app(case: dict[str, Any], tmp_path: Path) -> None:
    imported, _ = judge(case)
    path = tmp_path / "hafen.yaml"
    path.write_text(write_app(imported.app, head="x", notes={"environments.local": "a\nb"}, ask_schedules=True))
    loaded: App = load_spec(path)
    assert loaded == imported.app


@pytest.mark.parametrize("case", [named(name) for name in CASES])
def test_no_secret_value_stands_in_findings_or_file(case: dict[str, Any]) -> None:
    imported, report = judge(case)
    told = write_app(imported.app) + repr(report) + repr(imported)
    secrets = [one.key for one in imported.decisions if one.secret]
    values = [values[key] for values in imported.values.values() for key in secrets if key in values]
    assert not [value for value in values if value in told]


def test_the_commonest_add_ons_have_an_answer() -> None:
    assert len(REPLACEMENTS) >= 40
    assert all(one.what and one.move for one in REPLACEMENTS.values())
    assert list(REPLACEMENTS) == sorted(REPLACEMENTS)
