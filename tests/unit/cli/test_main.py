"""The command's door: exit codes, words, and faults that give nothing away."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hafen.cli import exits
from hafen.cli import main as door
from hafen.errors import UserError


def hafen(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hafen.cli.main", *words], capture_output=True, text=True, check=False, cwd=cwd
    )


def test_an_unknown_verb_names_the_nearest_and_exits_1() -> None:
    ended = hafen("scal", "web=4")
    assert ended.returncode == 1
    assert "did you mean 'scale'?" in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize("spelling", sorted(door.HEROKU_SPELLINGS))
def test_herokus_spellings_lead_to_the_same_verb(spelling: str) -> None:
    ended = hafen(spelling, "--help")
    assert ended.returncode == 0
    assert door.HEROKU_SPELLINGS[spelling][-1] in ended.stdout.splitlines()[0]


def test_a_mistake_in_the_spec_is_told_with_its_line_and_exits_1(tmp_path: Path) -> None:
    (tmp_path / "hafen.yaml").write_text("app: shop\nprocesses: {web: {command: x, replicas: many}}\n")
    ended = hafen("config", cwd=tmp_path)
    assert ended.returncode == 1
    assert ended.stderr == "hafen: hafen.yaml:2 processes.web.replicas: must be a whole number, not a text\n"


@pytest.mark.parametrize("raised", [UserError("half done"), ZeroDivisionError(), KeyboardInterrupt()])
def test_what_goes_wrong_while_it_stops_does_not_hide_the_signal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, raised: BaseException
) -> None:
    def stopped(**_kwargs: object) -> None:
        exits.STOP.set()
        raise raised

    monkeypatch.setattr(door.hafen, "main", stopped)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(exits, "_caught", [signal.SIGTERM])
    try:
        with pytest.raises(SystemExit) as ended:
            door.main()
    finally:
        exits.STOP.clear()
    assert ended.value.code == 143


def test_a_fault_of_ours_exits_70_and_its_log_holds_no_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(**_kwargs: object) -> None:
        raise ZeroDivisionError("the password is hunter2")

    monkeypatch.setattr(door.hafen, "main", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        door.main()
    said = capsys.readouterr().err
    (log,) = tmp_path.glob("hafen-fault-*.log")
    assert ended.value.code == 70
    assert str(log) in said
    assert "hunter2" not in said + log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600
    assert "in broken" in log.read_text()
