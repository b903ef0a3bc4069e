"""`hafen load` with its worker processes, from the outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import psutil
import pytest

from hafen.measure.result import LoadResult
from hafen.model.reporter import Silent
from hafen.operations.load import run_load
from hafen.report.out_json import read
from load_runs import script, write_script
from load_server import LoadServer

HAFEN = [sys.executable, "-m", "hafen.cli.main"]


@pytest.fixture
def server() -> Iterator[LoadServer]:
    with LoadServer() as running:
        yield running


def hafen(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*HAFEN, *words], capture_output=True, text=True, timeout=60, env={**os.environ, **environment}, check=False
    )


def eventually(true: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "did not come true in time"
        time.sleep(0.02)


def run(folder: Path, text: str, **more: object) -> LoadResult:
    return run_load(write_script(folder, text), say=Silent(), **more)  # type: ignore[arg-type]


STEADY = "phases: [{duration: 1, arrivalRate: 30}]"


def test_a_run_prints_trust_first_writes_its_result_and_shows_it_again(server: LoadServer, tmp_path: Path) -> None:
    path = write_script(tmp_path, script(server.url, "get: {url: /json}", config=STEADY))
    out = tmp_path / "out.json"
    ended = hafen(
        "load", "run", str(path), "-o", str(out), "--html", str(tmp_path / "out.html"), "--accept-generator-limits"
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[0].startswith(("The generator kept up", "NOT TO BE TRUSTED"))
    assert "http.codes.200: ..................................................... 30" in ended.stdout
    assert "Phase started: phase 1" in ended.stderr
    document = json.loads(out.read_text())
    assert document["aggregate"]["counters"]["http.requests"] == 30
    assert sum(period["counters"]["http.requests"] for period in document["intermediate"]) == 30
    assert (tmp_path / "out.html").read_text().startswith("<!")
    again = hafen("load", "report", str(out))
    assert again.stdout == ended.stdout


def test_mistakes_are_told_before_a_request_is_sent(server: LoadServer, tmp_path: Path) -> None:
    path = write_script(tmp_path, script(server.url, "get: {url: /ok}", "post: {ulr: /}", "function: f"))
    ended = hafen("load", "run", str(path))
    assert ended.returncode == 1
    assert "script.yml:8" in ended.stderr
    assert "script.yml:9" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert server.seen == []


def test_a_before_that_fails_is_told_and_nothing_else_is_sent(server: LoadServer, tmp_path: Path) -> None:
    text = script(server.url, "get: {url: /ok}") + "before: {flow: [{get: {url: /quit}}]}\n"
    ended = hafen("load", "run", str(write_script(tmp_path, text)))
    assert ended.returncode == 1
    assert "`before` failed: ECONNRESET" in ended.stderr
    assert server.paths() == ["/quit"]


def test_a_failed_ensure_exits_1_and_says_which(server: LoadServer, tmp_path: Path) -> None:
    rules = "ensure: {thresholds: [{http.codes.200: 5}], conditions: [{expression: http.codes.500 > 1, strict: false}]}"
    path = write_script(tmp_path, script(server.url, "get: {url: /ok}", config=f"{STEADY}\n{rules}"))
    junit, markdown = tmp_path / "junit.xml", tmp_path / "summary.md"
    markdown.write_text("before\n")
    files = "--junit", str(junit), "--markdown", str(markdown)
    ended = hafen("load", "run", str(path), "--accept-generator-limits", *files)
    assert ended.returncode == 1
    assert "fail: http.codes.200 < 5\nfail: http.codes.500 > 1 (optional)" in ended.stdout
    suite = ElementTree.fromstring(junit.read_text())
    assert [suite.get(key) for key in ("tests", "failures", "skipped")] == ["3", "1", "1"]
    assert markdown.read_text().startswith("before\n### Load test")
    assert ":x: `http.codes.200 < 5`" in markdown.read_text()


def test_a_generator_that_falls_behind_says_so_first_and_exits_3(server: LoadServer, tmp_path: Path) -> None:
    config = "phases: [{duration: 1, arrivalRate: 60000, name: absurd}]\nensure: {thresholds: [{http.codes.200: 0}]}"
    path = write_script(tmp_path, script(server.url, "get: {url: /ok}", config=config))
    ended = hafen("load", "run", str(path), "-q")
    assert ended.returncode == 3, ended.stderr
    first = ended.stdout.splitlines()[0]
    assert first.startswith("NOT TO BE TRUSTED: the generator fell behind: phase absurd: ")
    assert "of 60,000 users started in time" in first


def test_a_stall_cannot_hide(tmp_path: Path) -> None:
    """The truth: when the server itself got round to each request, against when the schedule said."""
    rate, seconds = 250, 4
    with LoadServer(stall=(1.0, 0.2)) as server:
        text = script(server.url, "get: {url: /ok}", config=f"phases: [{{duration: {seconds}, arrivalRate: {rate}}}]")
        result = run(tmp_path, text)
        assert len(server.seen) == rate * seconds
    start = min(seen.at - index / rate for index, seen in enumerate(server.seen))
    waits = sorted(seen.at - (start + index / rate) for index, seen in enumerate(server.seen))
    truth_ms = waits[int(len(waits) * 0.95)] * 1000
    assert len(server.stalls) >= 3
    assert truth_ms > 100
    assert result.response.percentile_ms(95) == pytest.approx(truth_ms, rel=0.1)


def test_phases_environment_and_formation_come_from_the_caller(server: LoadServer, tmp_path: Path) -> None:
    text = script("http://127.0.0.1:1", 'get: {url: "/{{ $processEnvironment.WORD }}", headers: {X: "{{ v }}"}}')
    used = {"web": 0.0}

    def cpu_seconds() -> dict[str, float]:
        used["web"] += 0.5
        return dict(used)

    seconds: list[int] = []
    result = run(
        tmp_path,
        text,
        target=server.url,
        phases=[{"duration": 2, "arrivalRate": 10, "name": "mine"}],
        process_environment={"WORD": "hello"},
        variables={"v": "w"},
        sampler=cpu_seconds,
        memory_sampler=lambda: {"web": 1000},
        on_second=lambda second: seconds.append(second.at_s),
        cores=[0] if hasattr(os, "sched_setaffinity") else None,
    )
    assert {(seen.path, seen.headers["x"]) for seen in server.seen} == {("/hello", "w")}
    assert result.phases[0].name == "mine"
    assert result.users == {"created": 20, "completed": 20, "failed": 0, "skipped": 0}
    assert 0.1 < result.cpu_cores["web"] < 2
    assert result.memory_bytes == {"web": 1000}
    assert result.seconds[0].cpu_cores["web"] > 0
    assert seconds[:2] == [0, 1]


def test_it_runs_beside_the_main_thread_and_ends_when_it_is_told(server: LoadServer, tmp_path: Path) -> None:
    stop = threading.Event()
    results: list[LoadResult] = []
    text = script(server.url, "get: {url: /ok}", config="phases: [{duration: 600, arrivalRate: 50}]")
    thread = threading.Thread(target=lambda: results.append(run(tmp_path, text, stop=stop)))
    thread.start()
    eventually(lambda: len(server.seen) > 30)
    stop.set()
    thread.join(20)
    (result,) = results
    assert result.stopped_early
    assert 30 < result.requests <= len(server.seen)
    assert result.phases[0].arrivals_asked < 5000
    assert result.duration_s < 60


def test_several_workers_share_one_schedule_and_its_rows(server: LoadServer, tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text("".join(f"u{index}\n" for index in range(60)))
    config = "phases: [{duration: 2, arrivalRate: 30}]\npayload: {path: users.csv, fields: [u], order: sequence}"
    result = run(tmp_path, script(server.url, 'get: {url: "/{{ u }}"}', config=config), workers=3)
    assert sorted(server.paths()) == sorted(f"/u{index}" for index in range(60))
    assert result.users["completed"] == 60
    assert result.phases[0].arrivals_asked == 60
    assert result.generator.workers == 3
    assert sum(second.requests for second in result.seconds) == 60


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_writes_what_was_measured(server: LoadServer, tmp_path: Path, number: int, code: int) -> None:
    text = script(server.url, "get: {url: /ok}", config="phases: [{duration: 600, arrivalRate: 50}]")
    out = tmp_path / "out.json"
    words = [*HAFEN, "load", "run", str(write_script(tmp_path, text)), "-o", str(out)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    eventually(lambda: len(server.seen) > 20)
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=20)
    assert process.returncode == code, stderr
    assert "STOPPED EARLY" in stdout
    result = read(out)
    assert result.stopped_early
    assert result.requests >= 20


def test_workers_end_with_a_coordinator_that_was_killed(server: LoadServer, tmp_path: Path) -> None:
    text = script(server.url, "get: {url: /ok}", config="phases: [{duration: 600, arrivalRate: 50}]")
    words = [*HAFEN, "load", "run", str(write_script(tmp_path, text))]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    eventually(lambda: len(server.seen) > 5)
    workers = psutil.Process(process.pid).children(recursive=True)
    assert workers
    process.kill()
    process.wait()
    eventually(lambda: not any(worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE for worker in workers))


def test_a_worker_that_was_killed_fails_the_run(server: LoadServer, tmp_path: Path) -> None:
    text = script(server.url, "get: {url: /ok}", config="phases: [{duration: 600, arrivalRate: 50}]")
    words = [*HAFEN, "load", "run", str(write_script(tmp_path, text))]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    eventually(lambda: len(server.seen) > 5)
    for worker in psutil.Process(process.pid).children():
        worker.kill()
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 3
    assert "load worker 1 of 1 ended in the middle of the run" in stderr


def test_secrets_show_nowhere(server: LoadServer, tmp_path: Path) -> None:
    text = script(
        server.url,
        'get: {url: /status/500, headers: {A: "{{ $processEnvironment.SECRET }}", B: "{{ word }}"}}',
        config="phases: [{duration: 1.5, arrivalRate: 20}]",
    )
    out = tmp_path / "out.json"
    variables = json.dumps({"word": "swordfish"})
    words = [*HAFEN, "load", "run", str(write_script(tmp_path, text)), "-o", str(out), "-v", variables]
    environment = {**os.environ, "SECRET": "hunter2"}
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    eventually(lambda: len(server.seen) > 5)
    workers = psutil.Process(process.pid).children()
    command_lines = [" ".join(worker.cmdline()) for worker in workers]
    stdout, stderr = process.communicate(timeout=20)
    assert {(seen.headers["a"], seen.headers["b"]) for seen in server.seen} == {("hunter2", "swordfish")}
    for text in (stdout, stderr, out.read_text(), *command_lines):
        assert "hunter2" not in text
        assert "swordfish" not in text
