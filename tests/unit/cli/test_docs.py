"""What is not documented fails, and help stays light."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from hafen.cli.main import VERBS
from hafen.cli.reference import cli_reference

ROOT = Path(__file__).parents[3]
HEAVY = ("httpx", "pydantic", "starlette", "uvicorn", "uvloop", "jinja2", "rich", "ruamel", "psutil", "asyncio")


def test_the_committed_cli_reference_is_what_help_says() -> None:
    assert (ROOT / "docs" / "cli.md").read_text() == cli_reference(), "run: make docs"


def test_every_decision_is_listed_in_the_architecture() -> None:
    listed = (ROOT / "docs" / "architecture.md").read_text()
    for page in (ROOT / "docs" / "decisions").glob("*.md"):
        assert f"decisions/{page.name}" in listed, page.name


def test_every_dependency_has_its_reason() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    page = (ROOT / "docs" / "dependencies.md").read_text()
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    for name in (re.split(r"[><=;\[ ]", requirement)[0] for requirement in wanted):
        assert f"`{name}`" in page, f"{name} stands in pyproject.toml and not in docs/dependencies.md"


def test_pins_hold_no_download_addresses() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[^ /@]+", line) for line in lock.read_text().splitlines()), lock.name


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from hafen.cli.main import hafen; hafen.main(['--help'], standalone_mode=False)"
    code += f"; print('heavy:', [name for name in {HEAVY!r} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.splitlines()[-1] == "heavy: []"
    assert all(f"  {verb} " in shown for verb in VERBS)


def test_the_readme_shows_a_real_run_and_no_placeholder() -> None:
    readme = (ROOT / "README.md").read_text()
    assert not re.search(r"^(TERMINAL|TODO|TBD|XXX)\b", readme, re.MULTILINE)
    assert "The whole report: build/rehearsal/report.html" in readme


def test_links_between_pages_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / link).exists(), f"{page.relative_to(ROOT)}: {link}"
