"""CSV files as people have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hafen.load.people import People
from load_runs import plan_of, problems_of, script

URL = "http://127.0.0.1:1"


def rows(folder: Path, csv: bytes, options: str = "fields: [a, b]") -> tuple[tuple[Any, ...], ...]:
    (folder / "users.csv").write_bytes(csv)
    config = f"payload: {{path: users.csv, {options}}}"
    return plan_of(folder, script(URL, "get: {url: /}", config=config)).payloads[0].rows


@pytest.mark.parametrize(
    ("csv", "options", "wanted"),
    [
        (b"x,1\ny,2\n", "fields: [a, b]", (("x", 1), ("y", 2))),
        (b"\xef\xbb\xbfx,1\r\n\r\ny,2", "fields: [a, b]", (("x", 1), ("y", 2))),
        (b'"x, ""quoted""","two\nlines"\n', "fields: [a, b]", (('x, "quoted"', "two\nlines"),)),
        (b"a,b\nx,1\n", "fields: [a, b], skipHeader: true", (("x", 1),)),
        (b"x;1\n", 'fields: [a, b], delimiter: ";"', (("x", 1),)),
        (b"x,1,more\n", "fields: [a, b]", (("x", 1, "more"),)),
        (b"007,1.50\n", "fields: [a, b]", (("007", "1.50"),)),
        (b"1,2.5\n", "fields: [a, b], cast: false", (("1", "2.5"),)),
        (b"-3,2.5\n", "fields: [a, b]", ((-3, 2.5),)),
        (b"\xc3\xbc,nan\n", "fields: [a, b]", (("ü", "nan"),)),
    ],
)
def test_rows(tmp_path: Path, csv: bytes, options: str, wanted: tuple[tuple[Any, ...], ...]) -> None:
    assert rows(tmp_path, csv, options) == wanted


@pytest.mark.parametrize(
    ("csv", "options", "what"),
    [
        (b"x,1\ny\n", "fields: [a, b]", "users.csv, line 2: 1 columns where 2 fields are named"),
        (b"", "fields: [a, b]", "users.csv has no rows"),
        (b'"x,1\n', "fields: [a, b]", "users.csv is not CSV"),
        (b"\xff\xfe", "fields: [a, b]", "users.csv is not UTF-8"),
        (b"x,1\n", "fields: []", "names no fields"),
        (b"x,1\n", "fields: [a, b], order: backwards", "is not an order"),
        (b"x,1\n", 'fields: [a, b], delimiter: "||"', "one character"),
    ],
)
def test_problems_name_the_line(tmp_path: Path, csv: bytes, options: str, what: str) -> None:
    (tmp_path / "users.csv").write_bytes(csv)
    problems = problems_of(tmp_path, script(URL, "get: {url: /}", config=f"payload: {{path: users.csv, {options}}}"))
    assert len(problems) == 1
    assert what in problems[0].what
    assert problems[0].where == "script.yml:3"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, script(URL, "get: {url: /}", config="payload: {path: none.csv, fields: [a]}"))
    assert "none.csv cannot be read" in problem.what


def test_rows_in_sequence_begin_again_and_shards_share_none(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text("".join(f"u{index}\n" for index in range(7)))
    config = "payload: {path: users.csv, fields: [a], order: sequence}"
    plan = plan_of(tmp_path, script(URL, "get: {url: /}", config=config))

    def dealt(shard: int, shards: int, count: int) -> list[str]:
        people = People(plan, seed=1, shard=shard, shards=shards)
        return [people.next(0)[1].variables["a"] for _ in range(count)]

    assert dealt(0, 1, 8) == ["u0", "u1", "u2", "u3", "u4", "u5", "u6", "u0"]
    assert dealt(0, 2, 4) == ["u0", "u2", "u4", "u6"]
    assert dealt(1, 2, 4) == ["u1", "u3", "u5", "u1"]


def test_weights_are_kept_and_a_seed_repeats(tmp_path: Path) -> None:
    text = "config: {target: http://x}\nscenarios:\n" + "".join(
        f"  - {{name: {name}, weight: {weight}, flow: [{{get: {{url: /}}}}]}}\n"
        for name, weight in (("a", 17), ("b", 83))
    )
    plan = plan_of(tmp_path, text)

    def drawn() -> list[int]:
        people = People(plan, seed=5)
        return [people.next(0)[0] for _ in range(5000)]

    assert drawn() == drawn()
    assert 0.15 < drawn().count(0) / 5000 < 0.19
