"""package-lock.json to node_modules, and the app's own build script."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from hafen.model.reporter import Reporter
from hafen.providers.build.command import one_at_a_time, run


def applies(source: Path) -> bool:
    return (source / "package-lock.json").is_file()


def modules(source: Path, say: Reporter) -> Path:
    """The folder node_modules. Installed inside the copied source, so that a build script finds both."""
    complete = source.with_name(f"{source.name}.node-complete")
    place = source / "node_modules"
    with one_at_a_time(complete):
        if complete.exists() and place.is_dir():
            return place
        shutil.rmtree(place, ignore_errors=True)
        say.step("installing package-lock.json")
        run(["npm", "ci", "--no-audit", "--no-fund", "--no-update-notifier"], source, say, "npm ci")
        for script in _build_scripts(source):
            run(["npm", "run", script], source, say, f"npm run {script}")
        place.mkdir(exist_ok=True)
        complete.touch()
    return place


def _build_scripts(source: Path) -> list[str]:
    """Heroku runs `heroku-postbuild` when there is one, else `build`."""
    try:
        scripts = json.loads((source / "package.json").read_text(encoding="utf-8")).get("scripts", {})
    except (OSError, ValueError, AttributeError):
        return []
    return next(([name] for name in ("heroku-postbuild", "build") if name in scripts), [])
