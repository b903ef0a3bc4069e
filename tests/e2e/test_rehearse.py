"""The rehearsal from end to end, and what is left when it is stopped anywhere."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from leftovers import wait_until_gone

ROOT = Path(__file__).parents[2]
RESULTS = {"after.json", "before.json", "hafen.yaml", "preflight.md", "report.html", "report.json"}


def command(out: Path, *more: str) -> list[str]:
    source = ROOT / "reference" / "inspirenow"
    return [sys.executable, "-m", "hafen.cli.main", "rehearse", "--source", str(source), "--out", str(out), *more]


def secrets_of(account: Path) -> list[str]:
    """Values of the sandbox's config vars that must show nowhere."""
    return re.findall(r"not-a-real-[\w-]+", account.read_text())


@pytest.mark.slow
def test_a_rehearsal_ends_with_a_report_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "out"
    ended = subprocess.run(
        command(out, "--duration", "12", "--json"), capture_output=True, text=True, check=False, timeout=400
    )
    assert ended.returncode in (0, 3), ended.stderr
    assert {path.name for path in out.iterdir()} == RESULTS
    assert wait_until_gone(out) == []
    told = json.loads(ended.stdout)
    assert told == json.loads((out / "report.json").read_text())
    before, after = told["comparison"]["runs"]
    assert before["requests"] > 100
    assert after["requests"] > 100
    assert told["deploy_under_load"]["failed_requests"] == 0
    assert told["overhead_memory_bytes"] < 250 * 1024 * 1024
    assert (ended.returncode == 3) == any(not run["trusted"] for run in (before, after))
    account = ROOT / "src" / "hafen" / "sandbox" / "heroku" / "accounts" / "inspirenow.json"
    secrets = secrets_of(account)
    assert secrets
    shown = ended.stdout + ended.stderr + "".join((out / name).read_text() for name in RESULTS)
    assert [secret for secret in secrets if secret in shown] == []


@pytest.mark.slow
def test_the_articles_tests_are_replayed_and_no_secret_shows_in_the_process_list(tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = command(out, "--formation", "standard-2x=1,2,3", "--duration", "6", "--json")
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    shown: set[str] = set()
    while process.poll() is None:
        shown.update(argument for one in psutil.process_iter(["cmdline"]) for argument in one.info["cmdline"] or [])
        config = out / ".work" / "app" / ".hafen" / "config"
        secrets = {value for file in config.glob("*.json") for value in values_of(file) if len(value) >= 20}
        assert not {argument for argument in shown if any(secret in argument for secret in secrets)}
        time.sleep(0.2)
    assert process.stdout
    told = json.loads(process.stdout.read())
    runs = told["comparison"]["runs"]
    assert [run["label"] for run in runs] == ["1 × standard-2x", "2 × standard-2x", "3 × standard-2x"]
    assert {path.name for path in out.glob("*x*.json")} == {f"{count}xstandard-2x.json" for count in (1, 2, 3)}
    formations = [json.loads(file.read_text())["hafen"]["result"]["formation"] for file in out.glob("*x*.json")]
    assert len({formation["processes"]["web"]["cpu_budget_cores"] for formation in formations}) == 1
    assert any("python" in argument for argument in shown)


def values_of(file: Path) -> list[str]:
    try:
        return list(json.loads(file.read_text()).values())
    except (OSError, ValueError):
        return []


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("after", ["Import", "Up ", "Calibrate", "Before"])
def test_stopped_anywhere_it_leaves_nothing(tmp_path: Path, after: str, stop: signal.Signals) -> None:
    out = tmp_path / "out"
    process = subprocess.Popen(
        command(out, "--duration", "12"),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert process.stderr
    seen = []
    for line in process.stderr:
        seen.append(line)
        if line.strip().startswith(after):
            break
    rest = threading.Thread(target=lambda: seen.extend(process.stderr or []))
    rest.start()
    os.killpg(process.pid, stop)
    assert process.wait(60) == {signal.SIGINT: 130, signal.SIGTERM: 143}[stop], "".join(seen)
    rest.join(10)
    assert wait_until_gone(out) == []
    assert not out.exists()


@pytest.mark.slow
def test_stopped_twice_in_the_middle_of_the_deploy_it_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = subprocess.Popen(
        command(out, "--duration", "12"), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    )
    deploying = out / ".work" / "app" / "REHEARSED"
    while process.poll() is None and not deploying.exists():
        time.sleep(0.02)
    for _ in range(2):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.3)
    assert process.wait(60) == 130
    assert wait_until_gone(out) == []
    assert not out.exists()


@pytest.mark.slow
def test_after_a_kill_the_next_one_clears_up(tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = subprocess.Popen(command(out, "--duration", "12"), stderr=subprocess.PIPE, text=True)
    assert process.stderr
    assert any("Up " in line for line in process.stderr)
    process.kill()
    process.wait()
    ended = subprocess.run(command(out, "--duration", "6"), capture_output=True, text=True, check=False, timeout=400)
    assert ended.returncode in (0, 3), ended.stderr
    assert {path.name for path in out.iterdir()} == RESULTS
    assert wait_until_gone(out) == []


def test_a_formation_that_is_none_is_refused(tmp_path: Path) -> None:
    ended = subprocess.run(
        command(tmp_path / "out", "--formation", "huge=1,2"), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "standard-2x=1,2,8" in ended.stderr


def test_a_source_that_is_no_app_is_told(tmp_path: Path) -> None:
    words = [*command(tmp_path / "out"), "--source", str(tmp_path / "nothing")]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "nothing" in ended.stderr
    assert not (tmp_path / "out").exists()
