"""The JSON Schema of hafen.yaml and its reference page, both made from the model."""

from __future__ import annotations

import json
from typing import Any

from hafen.model.app import App


def json_schema() -> dict[str, Any]:
    """JSON Schema, draft 2020-12."""
    schema = App.model_json_schema()
    for definition in (schema, *schema["$defs"].values()):
        for key, value in definition["properties"].items():
            _close(key, value)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "hafen.yaml"}


def _close(key: str, value: dict[str, Any]) -> None:
    """No names beside the pattern; `KEY:` alone under config means all defaults."""
    named = value.get("patternProperties")
    if named is None:
        return
    value["additionalProperties"] = False
    if key == "config":
        value["patternProperties"] = {pattern: {"anyOf": [rule, {"type": "null"}]} for pattern, rule in named.items()}


def schema_text() -> str:
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def reference_page() -> str:
    """docs/hafen-yaml.md: a section for each kind of value, a row for each key."""
    schema = App.model_json_schema()
    parts = [
        "# hafen.yaml",
        "",
        "Made from the model by `hafen schema --markdown`; a test fails when it is not. For your editor:",
        "`hafen schema > schema.json`, and `# yaml-language-server: $schema=schema.json` as the first line.",
        "Values of config vars never stand in this file: `hafen config set KEY`.",
        "",
        *_section("The file", schema, schema),
    ]
    for name, definition in schema["$defs"].items():
        parts += _section(name, definition, schema)
    return "\n".join(parts)


def _section(title: str, definition: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    required = set(definition.get("required", ()))
    rows = [
        f"| `{key}` | {_kind(value)} | {_default(value, key in required)} | {value.get('description', '')} |"
        for key, value in definition["properties"].items()
    ]
    anchor = f"## {title}"
    return [
        anchor,
        "",
        definition["description"],
        "",
        "| key | value | default | meaning |",
        "|---|---|---|---|",
        *rows,
        "",
    ]


def _default(value: dict[str, Any], required: bool) -> str:
    if required:
        return "required"
    default = value.get("default")
    return f"`{json.dumps(default)}`" if default not in (None, [], {}, "") else "–"


def _kind(value: dict[str, Any]) -> str:
    if "$ref" in value:
        name = value["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in value:
        return " or ".join(_kind(option) for option in value["anyOf"] if option.get("type") != "null")
    if "enum" in value:
        return ", ".join(f"`{option}`" for option in value["enum"])
    if value.get("type") == "array":
        return f"list of {_kind(value['items'])}"
    if value.get("type") == "object":
        below = next(iter(value.get("patternProperties", {}).values()), value.get("additionalProperties", {}))
        return f"name: {_kind(below)}"
    return _simple(value)


def _simple(value: dict[str, Any]) -> str:
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true, false"}
    limits = [
        f"{sign} {value[key]:g}"
        for key, sign in (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤"), ("exclusiveMaximum", "<"))
        if key in value
    ]
    return " ".join([words.get(value.get("type", ""), "text"), *limits])
