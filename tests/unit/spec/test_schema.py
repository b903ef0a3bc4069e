"""The schema for editors and the reference page are what the model says, and the loader agrees with the schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from hafen.errors import SpecInvalid
from hafen.model.app import SizeName
from hafen.model.size import SIZES
from hafen.spec.load import load_spec
from hafen.spec.schema import json_schema, reference_page, schema_text

DOCS = Path(__file__).parents[3] / "docs"


def test_the_committed_schema_is_the_models() -> None:
    assert (DOCS / "hafen.schema.json").read_text() == schema_text(), "run: hafen schema > docs/hafen.schema.json"


def test_the_committed_reference_is_the_models() -> None:
    assert (DOCS / "hafen-yaml.md").read_text() == reference_page(), "run: hafen schema --markdown > docs/hafen-yaml.md"


def test_every_key_is_explained() -> None:
    schema = json_schema()
    for title, definition in [("the file", schema), *schema["$defs"].items()]:
        assert definition["description"], title
        for key, value in definition["properties"].items():
            assert value.get("description"), f"{title}: {key}"


def test_sizes_of_the_spec_are_the_sizes_that_are_known() -> None:
    assert set(SizeName.__args__) == set(SIZES)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "document",
    [
        {"app": "shop", "processes": {"web": {"command": "x"}}},
        {"app": "shop", "processes": {"web": {"command": "x", "replicas": 101}}},
        {"app": "shop", "processes": {}},
        {"app": "shop", "processes": {"Web": {"command": "x"}}},
        {"app": "shop", "processes": {"web": {"command": "x"}}, "config": {"A": None, "B": {"secret": True}}},
        {"app": "shop", "processes": {"web": {"command": "x"}}, "environments": {"prod": {}}},
        {"app": "shop", "processes": {"web": {"command": "x", "size": "tiny"}}},
        {"processes": {"web": {"command": "x"}}},
    ],
)
def test_editor_and_loader_judge_alike(tmp_path: Path, document: dict[str, object]) -> None:
    file = tmp_path / "hafen.yaml"
    file.write_text(json.dumps(document))
    try:
        load_spec(file)
        accepted = True
    except SpecInvalid:
        accepted = False
    assert Draft202012Validator(json_schema()).is_valid(document) == accepted
