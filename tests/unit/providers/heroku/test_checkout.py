"""What the files of a checkout say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hafen.errors import HafenError, SpecInvalid, UserError
from hafen.model.heroku import Formation
from hafen.providers.heroku.checkout import is_checkout, parse_procfile, read_checkout

INSPIRENOW = Path(__file__).parents[4] / "reference" / "inspirenow"


def test_the_reference_app() -> None:
    said = read_checkout(INSPIRENOW)
    assert (said.name, said.release_command) == ("InspireNow", "python -m inspirenow migrate")
    assert [(one.process, one.quantity, one.size) for one in said.formation] == [("web", 1, "standard-2x")]
    assert said.config_hints["SECRET_KEY"].generate
    assert said.config_hints["MONGODB_URI"].required is False
    assert said.postdeploy == "python -m inspirenow seed"
    assert said.health_paths[0].word == "/readyz"
    assert said.runtime.startswith("python 3")


def test_a_procfile() -> None:
    text = "# comment\n\nweb:  bundle exec puma -p $PORT \nWorker_2: ./work: now\r\nrelease: rake db:migrate\n"
    assert parse_procfile(text, "Procfile") == {
        "web": "bundle exec puma -p $PORT",
        "Worker_2": "./work: now",
        "release": "rake db:migrate",
    }


def test_every_mistake_of_a_procfile_is_told() -> None:
    with pytest.raises(SpecInvalid) as caught:
        parse_procfile("web: a\nnonsense\nweb: b\n bad name: x\nempty:\n", "Procfile")
    assert [problem.where for problem in caught.value.problems] == [f"Procfile:{line}" for line in (2, 3, 4, 5)]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "names no process"),
        (b"# only\n", "names no process"),
        (b"\xff\xfe\x00w", "UTF-8"),
        (b"web: a\0b", "binary"),
    ],
)
def test_a_procfile_that_is_none(tmp_path: Path, content: bytes, word: str) -> None:
    (tmp_path / "Procfile").write_bytes(content)
    with pytest.raises(UserError, match=word):
        read_checkout(tmp_path)


def test_a_huge_procfile(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_bytes(b"web: " + b"x" * 2_000_000)
    with pytest.raises(UserError, match="larger than 1 MiB"):
        read_checkout(tmp_path)


def test_app_json(tmp_path: Path) -> None:
    said = {
        "name": "Shop",
        "env": {
            "A": "plain",
            "B": {"required": False},
            "C": {"generator": "secret", "description": "two\nlines"},
            "D": 7,
        },
        "formation": {"web": {"quantity": 2, "size": "basic"}, "worker": {"quantity": -1}},
        "addons": ["heroku-redis:mini", {"plan": "papertrail", "as": "LOGS"}, 7],
        "buildpacks": [{"url": "heroku/ruby"}, "?"],
        "scripts": {"postdeploy": {"command": "rake db:seed"}},
    }
    (tmp_path / "app.json").write_text(json.dumps(said))
    (tmp_path / "Procfile").write_text("web: puma\n")
    read = read_checkout(tmp_path)
    assert read.config_hints["A"].value == "plain"
    assert [hint.required for hint in read.config_hints.values()] == [True, False, True, True]
    assert read.config_hints["C"].description == "two lines"
    assert read.formation == (Formation("web", "puma", 2, "basic"), Formation("worker", "", 1, ""))
    assert (read.addons, read.buildpacks) == (("heroku-redis:mini", "papertrail"), ("heroku/ruby",))
    assert read.postdeploy == "rake db:seed"


@pytest.mark.parametrize(
    ("content", "word"), [(b"{", "app.json:1: is not JSON"), (b"[]", "not one JSON object"), (b"\xff", "UTF-8")]
)
def test_an_app_json_that_is_none(tmp_path: Path, content: bytes, word: str) -> None:
    (tmp_path / "app.json").write_bytes(content)
    with pytest.raises(HafenError, match=word):
        read_checkout(tmp_path)


def test_without_a_procfile(tmp_path: Path) -> None:
    assert not is_checkout(tmp_path)
    (tmp_path / "package.json").write_text('{"scripts": {"start": "node ."}, "engines": {"node": "20.x"}}')
    read = read_checkout(tmp_path)
    assert (read.processes, read.runtime) == ({"web": "npm start"}, "node 20.x")


def test_heroku_yml(tmp_path: Path) -> None:
    (tmp_path / "heroku.yml").write_text(
        "build: {docker: {web: Dockerfile}}\nrun:\n  web: ./serve\n  job: {command: [a, b]}\n"
        "release: {image: web, command: [./migrate]}\n"
    )
    read = read_checkout(tmp_path)
    assert (read.processes, read.release_command) == ({"web": "./serve", "job": "a && b"}, "./migrate")
    (tmp_path / "heroku.yml").write_text("run: [\n")
    with pytest.raises(UserError, match="not valid YAML"):
        read_checkout(tmp_path)


def test_the_code_is_looked_at(tmp_path: Path) -> None:
    code = tmp_path / "app"
    code.mkdir()
    (code / "routes.js").write_text("get('/health', ok)\nget('/api/readyz', ok)\nlog(process.env.HEROKU_SLUG_COMMIT)\n")
    for skipped in ("node_modules", ".git", "tests"):
        (tmp_path / skipped).mkdir()
        (tmp_path / skipped / "a.js").write_text("'/healthz' HEROKU_APP_NAME")
    (code / "huge.js").write_text("'/ready' " + "x" * 300_000)
    (code / "link.js").symlink_to("/dev/zero")
    read = read_checkout(tmp_path)
    assert [one.word for one in read.health_paths] == ["/api/readyz", "/health"]
    assert [(one.word, one.where) for one in read.mentions] == [("HEROKU_SLUG_COMMIT", "app/routes.js:3")]
    assert read.constants == {"HEROKU_SLUG_COMMIT"}


@pytest.mark.parametrize(
    ("files", "runtime"),
    [
        ({".python-version": "# pinned\n3.12\n"}, "python 3.12"),
        ({"runtime.txt": "python-3.11.9"}, "python 3.11.9"),
        ({"requirements.txt": "django"}, "python"),
        ({"Gemfile": 'ruby "3.3.1"\n'}, "ruby 3.3.1"),
        ({"Gemfile": "gem 'x'", "package.json": "{"}, "node + ruby"),
        ({"go.mod": "module x"}, "go"),
        ({}, ""),
    ],
)
def test_runtimes(tmp_path: Path, files: dict[str, str], runtime: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert read_checkout(tmp_path).runtime == runtime


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such folder"):
        read_checkout(tmp_path / "nowhere")
