"""`load/flows.yml` against the app: each flow is played as the load generator would, without its clock."""

from __future__ import annotations

import csv
import json
import re
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from jsonpath_ng.parser import parse

from inspirenow.population.fill import fill_basics
from inspirenow.services import Services

from .conftest import OUTBOX_TOKEN
from .people import NOW

LOAD = Path(__file__).resolve().parents[1] / "load"
SCRIPT = yaml.safe_load((LOAD / "flows.yml").read_text(encoding="utf-8"))
TEMPLATE = re.compile(r"\{\{\s*([$\w.]+)\s*\}\}")

Variables = dict[str, Any]


def scenario(name: str) -> list[dict[str, Any]]:
    (found,) = (one["flow"] for one in SCRIPT["scenarios"] if one["name"] == name)
    return list(found)


def variables(row: int) -> Variables:
    """What a virtual user starts with: a row of each CSV, its own id, the environment, one of each list."""
    found: Variables = {"$uuid": str(uuid.uuid4()), "$processEnvironment": {"OUTBOX_TOKEN": OUTBOX_TOKEN}}
    for payload in SCRIPT["config"]["payload"]:
        with (LOAD / payload["path"]).open(encoding="utf-8", newline="") as file:
            _, *rows = csv.reader(file)
        found |= zip(payload["fields"], rows[row % len(rows)], strict=False)
    return found | {name: choices[0] for name, choices in SCRIPT["config"]["variables"].items()}


def look_up(path: str, known: Variables) -> Any:
    value: Any = known
    for part in path.split("."):
        value = value[part]
    return value


def filled(value: Any, known: Variables) -> Any:
    """Templates replaced; a template that is the whole text keeps its type."""
    if isinstance(value, dict):
        return {key: filled(one, known) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, known) for one in value]
    if not isinstance(value, str):
        return value
    if whole := TEMPLATE.fullmatch(value):
        return look_up(whole[1], known)
    return TEMPLATE.sub(lambda found: str(look_up(found[1], known)), value)


async def play(client: httpx.AsyncClient, steps: list[dict[str, Any]], known: Variables) -> list[str]:
    """Runs the steps; answers the names of the requests made. Fails where an expectation does."""
    made = []
    for step in steps:
        if "loop" in step:
            for element in known[step["over"]]:
                made += await play(client, step["loop"], known | {"$loopElement": element})
        else:
            ((method, request),) = step.items()
            await send(client, method, request, known)
            made.append(request["name"])
    return made


async def send(client: httpx.AsyncClient, method: str, request: dict[str, Any], known: Variables) -> None:
    ready = filled(request, known)
    answer = await client.request(method, ready["url"], headers=ready.get("headers"), json=ready.get("json"))
    for expectation in request["expect"]:
        if "statusCode" in expectation:
            assert answer.status_code == expectation["statusCode"], answer.text
        else:
            assert parse(f"$.{expectation['hasProperty']}").find(answer.json()), answer.text
    for capture in request.get("capture", []):
        known[capture["as"]] = parse(capture["json"]).find(json.loads(answer.text))[0].value


@pytest.mark.anyio
async def test_new_people_join_and_their_rows_can_be_used_again(client: httpx.AsyncClient, services: Services) -> None:
    await fill_basics(services.store)
    for row in (0, 1999, 0):
        made = await play(client, scenario("Register, verify, login"), variables(row))
        assert made == ["register", "outbox", "verify", "login"]


@pytest.mark.anyio
async def test_existing_people_swipe_45_times_and_can_come_again(client: httpx.AsyncClient, services: Services) -> None:
    await fill_basics(services.store)
    decks = []
    for row in (0, 2999, 0):
        known = variables(row)
        assert await play(client, scenario("Swipe & match"), known) == ["login", "deck"] + ["swipe"] * 45
        decks.append({person["id"] for person in known["deck"]})
    assert decks[0].isdisjoint(decks[2])
    assert (await services.store.statistics.numbers(NOW)).swipes == 3 * 45


def test_the_mix_and_the_phases_are_the_reference_tests() -> None:
    weights = {one["name"]: one["weight"] for one in SCRIPT["scenarios"]}
    assert weights == {"Register, verify, login": 17, "Swipe & match": 83}
    phases = SCRIPT["config"]["phases"]
    assert [phase["name"] for phase in phases] == ["warm-up", "sustained", "peak", "cool-down"]
    assert sum(phase["duration"] for phase in phases) == 600


def test_each_payload_names_the_first_columns_of_its_file() -> None:
    for payload in SCRIPT["config"]["payload"]:
        header = (LOAD / payload["path"]).read_text(encoding="utf-8").split("\n", 1)[0].split(",")
        words = [re.sub(r"(?<!^)([A-Z])", r"_\1", field.removeprefix("new")).lower() for field in payload["fields"]]
        assert words == header[: len(words)]
