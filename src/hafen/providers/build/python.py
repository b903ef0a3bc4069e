"""requirements.txt to a virtual environment, kept by what went into it."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from hafen.model.reporter import Reporter
from hafen.providers.build.command import cache, one_at_a_time, run

_INCLUDE = re.compile(r"^(?:-r|--requirement|-c|--constraint)[ =]?\s*(\S+)")
_LOCAL = re.compile(r"^(?:-e|--editable|\.|/|file:)")
_OTHER_KINDS = ("pyproject.toml", "Pipfile", "setup.py")


def applies(source: Path) -> bool:
    return (source / "requirements.txt").is_file()


def is_python_of_another_kind(source: Path) -> bool:
    return any((source / name).is_file() for name in _OTHER_KINDS)


def environment(source: Path, say: Reporter) -> Path:
    """The virtual environment's folder. Made once for the same requirements and interpreter, by one at a time."""
    interpreter = _interpreter(source, say)
    place = cache() / f"python-{_key(source, interpreter)}"
    complete = place / ".complete"
    if complete.exists():
        return place
    with one_at_a_time(place):
        if complete.exists():
            return place
        shutil.rmtree(place, ignore_errors=True)
        say.step("installing requirements.txt")
        run([interpreter, "-m", "venv", str(place)], source, say, "python -m venv")
        pip = [str(place / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
        run([*pip, "-r", "requirements.txt"], source, say, "pip install -r requirements.txt")
        complete.touch()
    return place


def compile_files(source: Path, environment: Path) -> None:
    """Bytecode beside the copied files, once for all replicas; files that do not compile are the app's own matter."""
    words = [str(environment / "bin" / "python"), "-m", "compileall", "-q", "-j", "0", str(source)]
    subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def wanted_version(source: Path) -> str:
    """ "3.12", from .python-version or Heroku's older runtime.txt; "" when neither says."""
    for name in (".python-version", "runtime.txt"):
        try:
            found = re.search(r"(\d+\.\d+)", (source / name).read_text(encoding="utf-8", errors="replace"))
        except OSError:
            continue
        if found:
            return found.group(1)
    return ""


def _interpreter(source: Path, say: Reporter) -> str:
    wanted = wanted_version(source)
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    if not wanted or wanted == running:
        return sys.executable
    found = shutil.which(f"python{wanted}")
    if found and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0:
        return found
    say.warn(f"the app wants Python {wanted}, which is not on PATH; it runs on {running}")
    return sys.executable


def _key(source: Path, interpreter: str) -> str:
    version = subprocess.run([interpreter, "-VV"], capture_output=True, check=True).stdout
    hashed = hashlib.sha256(version + interpreter.encode())
    for text in _requirements(source, source / "requirements.txt", set()):
        hashed.update(text.encode())
        if any(_LOCAL.match(line.strip()) for line in text.splitlines()):
            hashed.update(str(source).encode())  # the copy's own place is named by its content
    return hashed.hexdigest()[:24]


def _requirements(source: Path, file: Path, seen: set[Path]) -> Iterator[str]:
    """Texts of the file and of all that it includes."""
    if file in seen or not file.is_file():
        return
    seen.add(file)
    text = file.read_text(encoding="utf-8", errors="replace")
    yield text
    for line in text.splitlines():
        if included := _INCLUDE.match(line.strip()):
            yield from _requirements(source, (file.parent / included.group(1)).resolve(), seen)
