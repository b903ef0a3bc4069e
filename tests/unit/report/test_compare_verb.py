"""`hafen compare` as a person types it: results on stdout, words on stderr, exit codes, bad input."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hafen.report.out_json import write
from load_results import made_result
from report_pages import after, before, untrusted


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("runs")
    write(before(), made / "before.json")
    write(after(), made / "after.json")
    write(untrusted(), made / "late.json")
    write(made_result({100: 200}), made / "plain.json")
    return made


def hafen(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hafen.cli.main", "compare", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )


def test_two_runs_in_words(folder: Path) -> None:
    ended = hafen(folder, "before.json", "after.json")
    assert ended.returncode == 0
    assert ended.stdout.startswith("With 4 × standard-2x web instead of 1, p95 on this machine fell from ")
    assert ended.stderr == ""
    assert "\x1b" not in ended.stdout


def test_json_and_a_page_at_once(folder: Path) -> None:
    ended = hafen(folder, "before.json", "after.json", "--json", "--html", "page.html")
    assert ended.returncode == 0
    assert json.loads(ended.stdout)["verdict"] == "better"
    assert ended.stderr == "wrote page.html\n"
    assert (folder / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_labels_name_the_runs_and_files_do_where_nothing_else_does(folder: Path) -> None:
    told = json.loads(hafen(folder, "before.json", "after.json", "--label", "a", "--label", "b", "--json").stdout)
    assert [run["label"] for run in told["runs"]] == ["a", "b"]
    plain = json.loads(hafen(folder, "plain.json", "plain.json", "--json").stdout)
    assert [run["label"] for run in plain["runs"]] == ["plain", "plain (2)"]


def test_an_untrusted_run_is_shown_and_exits_3(folder: Path) -> None:
    ended = hafen(folder, "late.json", "after.json", "--html", "late.html")
    assert ended.returncode == 3
    assert ended.stdout.startswith("No verdict: the load generator fell behind")
    assert "Do not trust these numbers" in (folder / "late.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("before.json",), "comparing needs two results or more"),
        (("before.json", "after.json", "--label", "one"), "1 labels for 2 results"),
        (("before.json", "missing.json"), "missing.json"),
        (("before.json", "."), "."),
        (("before.json", "after.json", "--html", "no/such/folder.html"), "the folder does not exist"),
    ],
)
def test_mistakes_are_one_line_and_exit_1(folder: Path, words: tuple[str, ...], told: str) -> None:
    ended = hafen(folder, *words)
    assert ended.returncode == 1
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"aggregate": {}}', "\x00\x01", '{"hafen": 99}', "\ud800"], ids=repr
)
def test_a_file_that_is_no_result_is_named(folder: Path, content: str) -> None:
    (folder / "bad.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    ended = hafen(folder, "before.json", "bad.json")
    assert ended.returncode == 1
    assert "bad.json" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999", "-3", "null", '"x"', "[]"])
def test_a_figure_that_is_none_makes_no_fault(folder: Path, value: str) -> None:
    result = (folder / "before.json").read_text(encoding="utf-8")
    bad = re.sub(r'"p99_ms":[\d.]+', f'"p99_ms":{value}', re.sub(r'"duration_s":12', f'"duration_s":{value}', result))
    assert bad != result
    (folder / "odd.json").write_text(bad, encoding="utf-8")
    ended = hafen(folder, "odd.json", "after.json", "--html", "odd.html")
    assert ended.returncode in (0, 1)
    assert ended.returncode == 0 or "odd.json: is damaged" in ended.stderr


@pytest.mark.needs("linux")
def test_a_full_disk_while_writing_the_page_is_told(folder: Path) -> None:
    ended = hafen(folder, "before.json", "after.json", "--html", "/dev/full")
    assert ended.returncode == 1
    assert ended.stderr.startswith("hafen: /dev/full: the disk is full\n  try: ")
