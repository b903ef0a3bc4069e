"""What the local target keeps, while nothing runs."""

from __future__ import annotations

import dataclasses
import json
import os
import tempfile
from pathlib import Path

import pytest

from hafen.errors import ReleasePhaseFailed, UnknownName, UserError
from hafen.model.app import App
from hafen.model.release import Release, Source
from hafen.model.reporter import Silent
from hafen.model.target import Change
from hafen.operations.rollback import rollback
from hafen.targets import open_target
from hafen.targets.local import formation, logs
from hafen.targets.local.folders import Folders, remove_socket_folder, socket_folder
from hafen.targets.local.releases import KEPT, Releases
from hafen.targets.local.target import LocalTarget

APP = App.model_validate({"app": "tiny", "processes": {"web": {"command": "true"}, "worker": {"command": "true"}}})


@pytest.fixture
def target(tmp_path: Path) -> LocalTarget:
    (tmp_path / "app.py").write_text("one")
    return open_target(APP, tmp_path)


def _release(target: LocalTarget, **config: str) -> Release:
    release = target.prepare(Change("Deploy", source=target.folder, config=config), Silent())
    target.roll_out(release, Silent())
    return release


def test_a_release_is_made_only_when_something_differs(target: LocalTarget) -> None:
    assert target.differs()
    first = _release(target, A="1")
    assert not target.differs()
    assert _release(target, A="1") == first
    (target.folder / "app.py").write_text("two")
    assert target.differs()
    second = _release(target, A="1")
    third = _release(target, A="2")
    assert [release.version for release in (first, second, third)] == [1, 2, 3]
    assert [release.config_version for release in (first, second, third)] == [1, 1, 2]
    assert (first.source, third.source) == (target.releases()[0].source, second.source)


def test_a_release_can_be_returned_to_with_source_config_and_commands(target: LocalTarget) -> None:
    first = _release(target, A="1")
    (target.folder / "app.py").write_text("two")
    target.app = APP.model_copy(update={"release": "migrate"})
    _release(target, A="2")
    again = target.prepare(Change("Rollback to v1", base=first), Silent())
    assert (again.version, again.source, again.config_version, again.release_command) == (3, first.source, 1, None)


def test_a_rollback_takes_the_values_back_as_at_heroku(target: LocalTarget) -> None:
    _release(target, A="1")
    _release(target, A="2")
    target.store.replace({"A": "2", "B": "set, and its release failed"})
    assert rollback(target, 1, Silent()).version == 3
    assert target.config() == {"A": "1"}
    target.store.replace({"A": "2"})  # as a rollback that was killed leaves it
    assert rollback(target, 1, Silent()).version == 3
    assert target.config() == {"A": "1"}


def test_only_a_rollback_takes_values_back(target: LocalTarget) -> None:
    current = _release(target, A="1")
    target.store.replace({"A": "2", "B": "not released yet"})
    target.roll_out(current, Silent())
    assert target.config() == {"A": "2", "B": "not released yet"}


def test_other_replicas_in_hafen_yaml_are_no_new_release(target: LocalTarget) -> None:
    first = _release(target)
    web = APP.processes["web"].model_copy(update={"replicas": 3})
    target.app = APP.model_copy(update={"processes": {**APP.processes, "web": web}})
    assert not target.differs()
    assert _release(target) == first


def test_a_failed_release_phase_does_not_become_current(target: LocalTarget) -> None:
    target.app = APP.model_copy(update={"release": "echo on my way; echo $A; exit 4"})
    release = target.prepare(Change("Deploy", source=target.folder, config={"A": "seen"}), Silent())
    with pytest.raises(ReleasePhaseFailed, match=r"v1 failed \(exit 4\)\n  \| on my way\n  \| seen"):
        target.run_release_phase(release, Silent())
    assert target.current_release() is None
    assert target.releases()[0].status == "failed"


def test_config_values_are_for_the_owner_alone(target: LocalTarget) -> None:
    _release(target, SECRET="xyzzy")
    holding = [file for file in target.folders.root.rglob("*") if file.is_file() and "xyzzy" in file.read_text()]
    assert [(file.name, file.stat().st_mode & 0o777) for file in holding] == [("config.json", 0o600)]
    assert (target.folder / ".hafen" / ".gitignore").read_text() == "*\n"


def test_nothing_was_released_yet(target: LocalTarget) -> None:
    with pytest.raises(UserError, match="nothing was released yet"):
        target.prepare(Change("Set A", config={"A": "1"}), Silent())
    with pytest.raises(UserError, match="nothing runs"):
        target.restart((), Silent())
    assert (target.url, target.is_up, target.replicas(), target.usage(), target.carriers()) == ("", False, [], {}, [])


def test_old_releases_go_but_never_the_current_one_and_numbers_are_not_used_again(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "state")
    (tmp_path / "state").mkdir()
    for folder in (folders.releases, folders.sources):
        folder.mkdir()
    releases = Releases(folders)
    for number in range(KEPT + 5):
        (folders.sources / f"{number:02}").mkdir()
        made = releases.add(APP, Source(f"sha256:{number:02}"), {"N": str(number)}, "Deploy")
        if number == 1:
            releases.make_current(made)
    releases.prune()
    versions = [release.version for release in releases.all()]
    assert versions == [2, *range(6, KEPT + 6)]
    assert {place.name for place in folders.sources.iterdir()} == {"01", *(f"{n:02}" for n in range(5, KEPT + 5))}
    assert releases.add(APP, Source("sha256:00"), {}, "Deploy").version == KEPT + 6
    with pytest.raises(UnknownName, match="there is no release v1"):
        releases.get(1)


def test_a_release_that_was_only_half_written_does_not_count(target: LocalTarget) -> None:
    first = _release(target)
    half = target.folders.releases / ".making-x"
    half.mkdir()
    (half / "release.json").write_text("{")
    assert target.releases() == [dataclasses.replace(first)]
    target.folders.root.joinpath("settings.json").write_text('{"port":')
    assert target.url == ""


@pytest.mark.parametrize("name", ["config.json", "app.json", "release.json"])
@pytest.mark.parametrize("text", [None, "", '{"A":', "null", "[]", '{"A": 1}'])
def test_a_release_with_a_damaged_file_is_told_and_never_run_without(
    target: LocalTarget, name: str, text: str | None
) -> None:
    release = _release(target, A="1")
    file = target.folders.releases / "1" / name
    file.unlink() if text is None else file.write_text(text)
    with pytest.raises(UserError, match="missing or damaged") as told:
        target.run(["true"], release=release) if name != "release.json" else target.current_release()
    assert told.value.where == str(file)
    file.parent.rename(target.folder.parent / f"away-{target.folder.name}")  # as the hint says
    again = _release(target, A="1")
    assert (again.version, target.config(), target.run(["test $A = 1"])) == (2, {}, 0)


def test_a_release_of_another_version_of_hafen_is_read(target: LocalTarget) -> None:
    release = _release(target)
    file = target.folders.releases / "1" / "release.json"
    kept = json.loads(file.read_text())
    kept["source"]["later"] = 1
    file.write_text(json.dumps(kept | {"later": [1]}))
    assert target.current_release() == release


def test_what_is_not_of_ours_below_one_off_is_left_alone(target: LocalTarget) -> None:
    _release(target)
    target.folders.one_offs.mkdir()
    for name in (".DS_Store", "²"):
        (target.folders.one_offs / name).touch()
    assert target.run(["exit 3"]) == 3
    assert {left.name for left in target.folders.one_offs.iterdir()} == {".DS_Store", "²"}


def test_formation_begins_with_hafen_yaml_and_keeps_what_scale_said(target: LocalTarget) -> None:
    assert target.formation() == {"web": 1, "worker": 1}
    target.scale({"worker": 3}, Silent())
    assert target.formation() == {"web": 1, "worker": 3}
    _release(target)
    assert target.formation() == {"web": 1, "worker": 3}


@pytest.mark.parametrize(
    ("wanted", "error", "told"),
    [
        ({"wroker": 1}, UnknownName, "did you mean worker"),
        ({"web": -1}, UserError, "0 to 100"),
        ({"web": 101}, UserError, "0 to 100"),
        ({"web": 1_000_000_000}, UserError, "0 to 100"),
        ({"fixed": 2}, UserError, "always listens on port 8000"),
    ],
)
def test_a_formation_that_cannot_be_meant(wanted: dict[str, int], error: type[UserError], told: str) -> None:
    app = App.model_validate(
        {
            "app": "a",
            "processes": {"web": {"command": "x"}, "worker": {"command": "x"}, "fixed": {"command": "x", "port": 8000}},
        }
    )
    with pytest.raises(error, match=told):
        formation.check(app, wanted)


def test_restart_names_processes_or_replicas() -> None:
    wanted = {"web": 2, "worker": 1, "idle": 0}
    assert formation.matching((), wanted) == {"web.1", "web.2", "worker.1"}
    assert formation.matching(("web.2", "worker"), wanted) == {"web.2", "worker.1"}
    assert formation.matching(("idle",), wanted) == set()
    with pytest.raises(UnknownName, match=r"web\.3"):
        formation.matching(("web.3",), wanted)


def test_last_lines_of_a_log_longer_than_a_block(tmp_path: Path) -> None:
    file = tmp_path / "web.1@1.log"
    file.write_text("".join(f"{number} {'x' * 90}\n" for number in range(5000)))
    assert [line.split()[0] for line in logs.last_lines(file, 3)] == ["4997", "4998", "4999"]
    assert len(logs.last_lines(file, 2000)) == 2000
    assert logs.last_lines(file, 0) == []
    assert logs.last_lines(tmp_path / "none", 3) == []


def test_a_log_is_followed_over_rotation_and_half_lines(tmp_path: Path) -> None:
    file = tmp_path / "web.1@1.log"
    file.write_text("before\n")
    tail = logs._Tail(file, at_end=True)
    with file.open("a") as out:
        out.write("one\ntw")
    assert tail.new_lines() == ["one"]
    with file.open("a") as out:
        out.write("o\n")
    assert tail.new_lines() == ["two"]
    file.rename(tmp_path / "web.1@1.log.1")
    file.write_text("three\n")
    assert tail.new_lines() == ["three"]


def test_the_socket_folder_is_ours_alone_and_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as short:
        runtime = Path(short)
        monkeypatch.setenv("XDG_RUNTIME_DIR", short)
        made = socket_folder("0123456789ab")
        assert made == runtime / "hafen" / "0123456789ab"
        assert made.stat().st_mode & 0o777 == 0o700
        remove_socket_folder(made)
        assert list(runtime.iterdir()) == []
        (runtime / "hafen").mkdir(mode=0o755)
        with pytest.raises(UserError, match="not yours alone"):
            socket_folder("0123456789ab")
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    elsewhere = socket_folder("feedfeedfeed")
    assert elsewhere.parent.name == f"hafen-{os.getuid()}"
    remove_socket_folder(elsewhere)


def test_environments_and_where_they_run(tmp_path: Path) -> None:
    spec = {"app": "a", "processes": {"web": {"command": "x"}}}
    local = App.model_validate({**spec, "environments": {"local": {"processes": {"web": {"replicas": 2}}}}})
    assert open_target(local, tmp_path, "local").formation() == {"web": 1}
    production = App.model_validate({**spec, "environments": {"production": {}}})
    with pytest.raises(UserError, match="production is on Kubernetes"):
        open_target(production, tmp_path, "production")


def test_a_folder_that_cannot_hold_anything_is_told_in_one_line(target: LocalTarget) -> None:
    (target.folder / ".hafen").write_text("a file where the folder should be")
    with pytest.raises(UserError, match="File exists"), target.deploy_lock("deploy"):
        pass
    (target.folder / ".hafen").unlink()
    target.folders.make()
    target.folders.run.write_text("a file where the folder should be")
    with pytest.raises(UserError, match=r"exists \(.*run\)"):
        target.start(Silent())


def test_settings_of_another_shape_are_as_none(target: LocalTarget) -> None:
    target.folders.make()
    (target.folders.root / "settings.json").write_text(json.dumps([]))
    assert target.url == ""
