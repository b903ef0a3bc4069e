"""OUT.json: Artillery's shape, and everything of ours there and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hafen.errors import UserError
from hafen.measure.result import Check, LoadResult, Period
from hafen.report.out_json import read, to_json, write
from load_results import formation, made_result


@pytest.fixture
def result() -> LoadResult:
    made = made_result({5.0: 90, 40.0: 9, 900.0: 1}, explicit=3, network=2, on=formation(4), reasons=("it was slow",))
    made.periods = [Period(0, {"http.requests": 4}, {"http.response_time": {"min": 1.0, "p95": 2.0}})]
    made.checks = [Check("http.response_time.p95 < 9", False)]
    made.warnings = ["flows.yml:3: something"]
    made.counters = {"http.downloaded_bytes": 12}
    return made


def test_it_comes_back_as_it_was(result: LoadResult, tmp_path: Path) -> None:
    write(result, tmp_path / "out.json")
    again = read(tmp_path / "out.json")
    assert to_json(again) == to_json(result)
    assert again.formation == result.formation
    assert again.generator == result.generator
    assert again.response.percentile_ms(99) == result.response.percentile_ms(99)


def test_readers_of_artillerys_files_find_what_they_look_for(result: LoadResult) -> None:
    aggregate = to_json(result)["aggregate"]
    assert aggregate["counters"]["vusers.created"] == result.users["created"]
    assert aggregate["counters"]["http.codes.200"] > 0
    assert set(aggregate["summaries"]["http.response_time"]) == {
        "min", "max", "count", "mean", "p50", "median", "p75", "p90", "p95", "p99", "p999",
    }  # fmt: skip
    assert aggregate["histograms"] == aggregate["summaries"]
    (period,) = to_json(result)["intermediate"]
    assert period["counters"] == {"http.requests": 4}
    assert period["period"] == str(aggregate["firstCounterAt"])


def test_a_file_without_newer_fields_is_read(result: LoadResult, tmp_path: Path) -> None:
    document = to_json(result)
    for newer in ("periods", "checks", "session", "warnings", "service_by_class"):
        del document["hafen"]["result"][newer]
    (tmp_path / "out.json").write_text(json.dumps(document))
    assert read(tmp_path / "out.json").checks == []


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "half a file"),
        (b"{", "half a file"),
        (b"\xff\xfe\x00", "half a file"),
        (b"[]", "is not a result"),
        (b'{"aggregate": {}}', "Artillery's own files"),
        (b'{"hafen": {"format": "hafen-load-99"}}', "is not a result"),
        (b'{"hafen": {"format": "hafen-load-1", "result": {}}}', "is damaged"),
        (b'{"hafen": {"format": "hafen-load-1", "result": 5}}', "is damaged"),
        (b'{"hafen": {"format": "hafen-load-1"}}', "is damaged"),
    ],
)
def test_another_file_is_told(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(UserError, match=what):
        read(tmp_path / "x.json")


def test_any_cut_is_told(result: LoadResult, tmp_path: Path) -> None:
    write(result, tmp_path / "out.json")
    whole = (tmp_path / "out.json").read_bytes()
    for end in range(0, len(whole) - 2, len(whole) // 50):
        (tmp_path / "cut.json").write_bytes(whole[:end])
        with pytest.raises(UserError, match="half a file"):
            read(tmp_path / "cut.json")


def test_a_value_of_another_type_is_told(result: LoadResult, tmp_path: Path) -> None:
    for name, wrong in (
        ("duration_s", "long"),
        ("endpoints", 3),
        ("users", [1]),
        ("generator", "well"),
        ("errors", None),
    ):
        document = to_json(result)
        document["hafen"]["result"][name] = wrong
        (tmp_path / "out.json").write_text(json.dumps(document))
        with pytest.raises(UserError, match="is damaged"):
            read(tmp_path / "out.json")


def test_a_full_disk_is_told_and_leaves_nothing(result: LoadResult, tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    with pytest.raises(UserError, match="disk is full"):
        write(result, full)


def test_a_missing_file_and_folder_are_told(result: LoadResult, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        read(tmp_path / "none.json")
    with pytest.raises(UserError):
        write(result, tmp_path / "none" / "out.json")
